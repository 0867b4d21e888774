package conversation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"mime"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"

	"discussions/internal/picture"
	"discussions/messaging"
	"discussions/ui/look"
)

// attachment is a file that the user wants to send.
type attachment struct {
	source        source
	whole         description       // the file as it is
	ready         *picture.Prepared // a picture that was turned, scaled and stripped of metadata; nil: the file goes as it is
	thumbnail     image.Image
	original      bool           // the user wants to send the picture or the film unchanged
	stripped      int64          // bytes of a picture that cannot be decoded, or of a film, without metadata; 0: it is neither
	keepsMetadata bool           // the metadata cannot be removed
	choosable     bool           // that may be chosen
	choice        *look.TextLink // in the tray; nil: there is none
}

// source is where the bytes of a file are: on the disk or, of what was pasted, in memory.
type source struct {
	path string
	name string // of what was pasted
	data []byte
}

// description is what is said of a file before it is sent.
type description struct {
	name, mediaType string
	size            int64
	width, height   int // of a picture
}

// Errors of files that cannot be attached.
var (
	errNotAFile = errors.New("conversation: not a file")
	errType     = errors.New("conversation: files of this type may not be sent")
	errSize     = errors.New("conversation: larger than allowed")
)

// mostHeld is how many bytes of a pasted picture are held so that it can go as it is.
const mostHeld = 12 << 20

// look finds out what a file is. A picture is turned upright, scaled, and stripped of metadata.
func (v *View) look(ctx context.Context, from source) (*attachment, error) {
	name, size, f, err := from.describe()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errNotAFile
	}
	a := &attachment{source: from, whole: description{name: name, mediaType: typeOf(name, head[:n]), size: size}}
	if strings.HasPrefix(a.whole.mediaType, "image/") && size <= mostDecoded {
		data, err := io.ReadAll(io.LimitReader(io.MultiReader(bytes.NewReader(head[:n]), f), mostDecoded))
		if err != nil {
			return nil, errNotAFile
		}
		if err := v.prepare(ctx, a, data); err != nil {
			return nil, err
		}
	}
	if a.ready == nil && picture.MayHoldMetadata(head[:n]) {
		a.stripped, err = from.strippedSize()
		a.keepsMetadata = err != nil
	}
	if a.ready == nil && from.path == "" { // a pasted picture that is none
		return nil, errNotAFile
	}
	if err := v.refused(a.sent()); err != nil {
		return nil, err
	}
	a.choosable = (a.ready != nil || a.stripped > 0) && v.refused(a.whole) == nil
	if from.path == "" && size > mostHeld {
		a.source.data, a.choosable = nil, false
	}
	return a, nil
}

// prepare makes of a picture what is sent. One that cannot be decoded goes as it is.
func (v *View) prepare(ctx context.Context, a *attachment, data []byte) error {
	ready, err := v.files.decoder.Prepare(ctx, data)
	if err != nil {
		return ctx.Err()
	}
	if info, err := picture.Inspect(data); err == nil {
		a.whole.width, a.whole.height = info.Width, info.Height
	}
	a.ready = &ready
	a.thumbnail, err = v.files.decoder.Decode(ctx, ready.Data, 96)
	return err
}

// refused says why a file may not be sent; nil: it may.
func (v *View) refused(d description) error {
	switch {
	case !v.o.Files.Takes(d.mediaType):
		return errType
	case d.size > v.o.Files.Limit():
		return errSize
	}
	return nil
}

// describe opens a file, and gives its name and its size.
func (s source) describe() (name string, size int64, f io.ReadSeekCloser, err error) {
	if s.path == "" {
		f, err = s.open()
		return s.name, int64(len(s.data)), f, err
	}
	info, err := os.Stat(s.path)
	switch {
	case err != nil:
		return "", 0, nil, fmt.Errorf("%w: %T", errNotAFile, err)
	case !info.Mode().IsRegular():
		return "", 0, nil, errNotAFile
	case info.Size() == 0:
		return "", 0, nil, messaging.ErrEmpty
	}
	f, err = s.open()
	return info.Name(), info.Size(), f, err
}

// label is the name that the user knows it by.
func (s source) label() string {
	if s.path == "" {
		return s.name
	}
	return filepath.Base(s.path)
}

func (s source) open() (io.ReadSeekCloser, error) {
	if s.path == "" {
		return held{bytes.NewReader(s.data)}, nil
	}
	f, err := os.Open(s.path)
	if err != nil {
		return nil, errNotAFile
	}
	return f, nil
}

// held reads what is in memory.
type held struct{ *bytes.Reader }

// Close implements [io.Closer].
func (held) Close() error { return nil }

// sent describes what is sent.
func (a *attachment) sent() description {
	switch {
	case a.original:
		return a.whole
	case a.ready == nil:
		d := a.whole
		if a.stripped > 0 {
			d.size = a.stripped
		}
		return d
	}
	base := strings.TrimSuffix(a.whole.name, path.Ext(a.whole.name))
	ending := map[string]string{"image/png": ".png", "image/jpeg": ".jpg"}[a.ready.MediaType]
	return description{base + ending, a.ready.MediaType, int64(len(a.ready.Data)), a.ready.Width, a.ready.Height}
}

// file is what is sent, as the conversation will show it.
func (a *attachment) file() messaging.File {
	d := a.sent()
	return messaging.File{Name: d.name, MediaType: d.mediaType, Size: d.size, Width: d.width, Height: d.height}
}

// open gives what is sent.
func (a *attachment) open() (io.ReadCloser, error) {
	switch {
	case a.stripped > 0 && !a.original:
		f, err := a.source.open()
		if err != nil {
			return nil, err
		}
		return newStripped(f), nil
	case a.ready == nil || a.original:
		return a.source.open()
	}
	return io.NopCloser(bytes.NewReader(a.ready.Data)), nil
}

// preview is the tiny picture that goes with a picture.
func (a *attachment) preview() []byte {
	if a.ready == nil {
		return nil
	}
	return a.ready.Thumbnail
}

// typeOf is the type of a file, by its content, or by its name where that is more precise.
func typeOf(name string, head []byte) string {
	byContent, _, _ := strings.Cut(http.DetectContentType(head), ";")
	byName, _, _ := strings.Cut(mime.TypeByExtension(strings.ToLower(path.Ext(name))), ";")
	general := byContent == "application/octet-stream" || byContent == "application/zip" || strings.HasPrefix(byContent, "text/")
	if general && byName != "" && !strings.HasPrefix(byName, "image/") {
		return byName
	}
	return byContent
}
