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
	"strings"

	"discussions/internal/i18n"
	"discussions/internal/picture"
	"discussions/messaging"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
)

// attachment is a file that the user wants to send.
type attachment struct {
	name, mediaType string
	size            int64 // bytes, as it is sent
	path            string
	ready           *picture.Prepared // a picture as it is sent; nil: the file goes as it is
	thumbnail       image.Image
}

// mostAttached is how many files wait in the tray at most.
const mostAttached = 20

// Errors of files that cannot be attached.
var (
	errNotAFile = errors.New("conversation: not a file")
	errType     = errors.New("conversation: files of this type may not be sent")
	errSize     = errors.New("conversation: larger than allowed")
)

// chooseFile lets the user choose a file to send.
func (v *View) chooseFile() {
	if v.o.Window == nil {
		return
	}
	dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
		if err != nil || r == nil {
			return
		}
		_ = r.Close()
		v.Attach([]fyne.URI{r.URI()})
	}, v.o.Window).Show()
}

// Attach puts files into the tray over the input. They are looked at first: what cannot be sent is refused here, with the reason.
func (v *View) Attach(uris []fyne.URI) {
	v.status.setTrouble("")
	for _, uri := range uris {
		if uri.Scheme() != "file" {
			v.status.setTrouble(i18n.T("attach.unreadable", "Name", wording.Line(uri.Name())))
			continue
		}
		v.files.work.Do(func() {
			a, err := v.look(v.ctx, uri.Path())
			v.later(func() {
				switch {
				case err != nil:
					v.o.Log.Info("file not attached", "error", err)
					v.status.setTrouble(v.attachTrouble(uri.Name(), err))
				case len(v.composer.tray.list) >= mostAttached:
					v.status.setTrouble(i18n.T("attach.many", "Number", mostAttached))
				default:
					v.composer.tray.add(a)
					v.composer.trayChanged()
					v.Focus()
				}
			})
		})
	}
}

// attachTrouble says why a file cannot be sent.
func (v *View) attachTrouble(name string, err error) string {
	name = wording.Line(name)
	switch {
	case errors.Is(err, errSize), errors.Is(err, messaging.ErrFileTooLarge):
		return i18n.T("attach.large", "Name", name, "Limit", wording.FileSize(v.o.Files.Limit()))
	case errors.Is(err, errType), errors.Is(err, messaging.ErrFileType):
		return i18n.T("attach.type", "Name", name)
	case errors.Is(err, messaging.ErrEmpty):
		return i18n.T("attach.empty", "Name", name)
	case errors.Is(err, messaging.ErrTooLong):
		return i18n.T("conversation.trouble.long")
	case errors.Is(err, messaging.ErrDisk), errors.Is(err, messaging.ErrLocked):
		return i18n.T("conversation.trouble.kept")
	}
	return i18n.T("attach.unreadable", "Name", name)
}

// look finds out what a file is. A picture is turned upright, scaled, and freed of what the camera noted.
func (v *View) look(ctx context.Context, file string) (*attachment, error) {
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %T", errNotAFile, err)
	case !info.Mode().IsRegular():
		return nil, errNotAFile
	case info.Size() == 0:
		return nil, messaging.ErrEmpty
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, errNotAFile
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errNotAFile
	}
	a := &attachment{name: info.Name(), size: info.Size(), path: file, mediaType: typeOf(info.Name(), head[:n])}
	if strings.HasPrefix(a.mediaType, "image/") && info.Size() <= mostDecoded {
		data, err := io.ReadAll(io.LimitReader(io.MultiReader(bytes.NewReader(head[:n]), f), mostDecoded))
		if err != nil {
			return nil, errNotAFile
		}
		if ready, err := v.files.decoder.Prepare(ctx, data); err == nil {
			a.ready, a.mediaType, a.size = &ready, ready.MediaType, int64(len(ready.Data))
			a.name = strings.TrimSuffix(a.name, path.Ext(a.name)) + map[string]string{"image/png": ".png"}[ready.MediaType]
			if ready.MediaType == "image/jpeg" {
				a.name += ".jpg"
			}
			if a.thumbnail, err = v.files.decoder.Decode(ctx, ready.Data, 96); err != nil {
				return nil, err
			}
		}
	}
	switch {
	case !v.o.Files.Takes(a.mediaType):
		return nil, errType
	case a.size > v.o.Files.Limit():
		return nil, errSize
	}
	return a, nil
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

// open gives what is sent.
func (a *attachment) open() (io.ReadCloser, error) {
	if a.ready != nil {
		return io.NopCloser(bytes.NewReader(a.ready.Data)), nil
	}
	f, err := os.Open(a.path)
	if err != nil {
		return nil, errNotAFile
	}
	return f, nil
}

// sendFiles puts the files of the tray into the outbox, the first one with what is written. What could not be kept stays.
func (v *View) sendFiles(task task, text string) {
	list := v.composer.tray.take()
	v.work.Do(func() {
		var err error
		sent, said := 0, false
		caption := strings.TrimSpace(text)
		if task.kind == answering && caption != "" { // an answer is a text
			if _, err = v.say(task, text); err == nil {
				caption, said = "", true
			}
		}
		for _, a := range list {
			if err != nil {
				break
			}
			if err = v.sendOne(a, caption); err == nil {
				sent++
				caption, said = "", true
			}
		}
		if said {
			v.queued = text
		}
		v.later(func() {
			v.composer.tray.putBack(list[sent:])
			v.composer.trayChanged()
			if said || text == "" && sent > 0 {
				v.composer.sent()
				v.taskDone(task)
				v.toNewest()
			} else {
				v.composer.failed()
			}
			if err != nil {
				v.o.Log.Warn("file not kept", "error", err)
				v.status.setTrouble(v.attachTrouble(list[min(sent, len(list)-1)].name, err))
			}
		})
	})
}

func (v *View) sendOne(a *attachment, caption string) error {
	content, err := a.open()
	if err != nil {
		return err
	}
	defer content.Close()
	n := messaging.NewFile{Name: a.name, MediaType: a.mediaType, Caption: caption, Content: content}
	if a.ready != nil {
		n.Width, n.Height, n.Preview = a.ready.Width, a.ready.Height, a.ready.Thumbnail
	}
	_, err = v.o.Client.SendFile(v.o.ID, n)
	return err
}
