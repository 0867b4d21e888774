package picture

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Strip copies a JPEG, a PNG, a HEIC, an AVIF or a film (MP4, QuickTime) of any size without the metadata in it (EXIF, XMP, IPTC, comments,
// pictures behind the picture): place, device, date, author. It decodes nothing, and keeps what the picture needs to look the same: its colours
// and how it is to be turned. Of a film pictures and sound stay, and no other tracks. [ErrUnknown]: it is another kind of file, from which
// nothing can be removed. [ErrDamaged]: it is not whole. from is at its beginning; of a film it is read twice.
func Strip(to io.Writer, from io.ReadSeeker) error {
	r := bufio.NewReaderSize(from, 64<<10)
	head, _ := r.Peek(512)
	w := bufio.NewWriterSize(to, 64<<10)
	var err error
	switch kind := http.DetectContentType(head); {
	case kind == "image/jpeg":
		err = stripJPEG(w, r)
	case kind == "image/png":
		err = stripPNG(w, r)
	case isHEIF(head):
		err = stripHEIF(w, r)
	case isFilm(head):
		err = stripFilm(w, from)
	default:
		return ErrUnknown
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("%w: it ends too early", ErrDamaged)
	}
	if err != nil {
		return err
	}
	return w.Flush()
}

// MayHoldMetadata reports whether a file that begins like that is a picture or a film, which may hold metadata such as the place.
func MayHoldMetadata(head []byte) bool {
	kind := http.DetectContentType(head)
	return bytes.HasPrefix([]byte(kind), []byte("image/")) || bytes.HasPrefix([]byte(kind), []byte("video/")) ||
		isHEIF(head) || isFilm(head) || transportStream(head) ||
		bytes.HasPrefix(head, []byte("II*\x00")) || bytes.HasPrefix(head, []byte("MM\x00*")) // TIFF, and what cameras call raw
}

// transportStream knows a film of a camcorder (MPEG-TS) by the first byte of its packets, which may have a time before them.
func transportStream(head []byte) bool {
	const sync = 0x47
	return len(head) > 196 && (head[0] == sync && head[188] == sync || head[4] == sync && head[196] == sync)
}

// stripJPEG copies the segments that show the picture, and the coded picture up to its end.
func stripJPEG(w *bufio.Writer, r *bufio.Reader) error {
	if _, err := io.CopyN(w, r, 2); err != nil {
		return err
	}
	marker, err := nextMarker(r)
	for err == nil && marker != 0xD9 {
		if err = copySegment(w, r, marker); err != nil {
			break
		}
		if marker == 0xDA {
			marker, err = copyScan(w, r)
		} else {
			marker, err = nextMarker(r)
		}
	}
	if err == nil {
		_, err = w.Write([]byte{0xFF, 0xD9})
	}
	return err
}

// copySegment copies what is shown of the segment that a marker begins.
func copySegment(w *bufio.Writer, r *bufio.Reader, marker byte) error {
	if marker == 0x01 || marker >= 0xD0 && marker <= 0xD7 { // without content
		return nil
	}
	var length [2]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return err
	}
	n := int(binary.BigEndian.Uint16(length[:]))
	if n < 2 {
		return fmt.Errorf("%w: a segment without length", ErrDamaged)
	}
	segment := make([]byte, n-2)
	if _, err := io.ReadFull(r, segment); err != nil {
		return err
	}
	if segment = shown(marker, segment); segment == nil {
		return nil
	}
	_, _ = w.Write(binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(len(segment)+2)))
	_, err := w.Write(segment)
	return err
}

func nextMarker(r *bufio.Reader) (byte, error) {
	b, err := r.ReadByte()
	if err != nil {
		return 0, err
	}
	if b != 0xFF {
		return 0, fmt.Errorf("%w: no marker where one must be", ErrDamaged)
	}
	for b == 0xFF { // padding
		if b, err = r.ReadByte(); err != nil {
			return 0, err
		}
	}
	return b, nil
}

// shown is what is kept of a segment; nil: nothing.
func shown(marker byte, segment []byte) []byte {
	switch {
	case marker == 0xE0 && bytes.HasPrefix(segment, []byte("JFIF\x00")) && len(segment) >= 14:
		segment = segment[:14:14]
		segment[12], segment[13] = 0, 0 // without its thumbnail
		return segment
	case marker == 0xE1 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")):
		if turn := orientation(segment[6:]); turn > 1 {
			return onlyTurned(turn)
		}
		return nil
	case marker == 0xE2 && bytes.HasPrefix(segment, []byte("ICC_PROFILE\x00")), marker == 0xEE && bytes.HasPrefix(segment, []byte("Adobe")):
		return segment
	case marker >= 0xE0 && marker <= 0xEF, marker == 0xFE: // of applications; a comment
		return nil
	}
	return segment
}

// onlyTurned is an EXIF segment that says nothing but how the picture is to be turned.
func onlyTurned(turn int) []byte {
	return append([]byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"), byte(turn), 0, 0, 0, 0, 0, 0)
}

// copyScan copies coded picture data, and gives the marker behind it.
func copyScan(w *bufio.Writer, r *bufio.Reader) (marker byte, err error) {
	for {
		data, err := r.ReadSlice(0xFF)
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return 0, err
		}
		if err != nil {
			if _, err := w.Write(data); err != nil {
				return 0, err
			}
			continue
		}
		if _, err := w.Write(data[:len(data)-1]); err != nil {
			return 0, err
		}
		next := byte(0xFF)
		for next == 0xFF { // padding
			if next, err = r.ReadByte(); err != nil {
				return 0, err
			}
		}
		if next != 0 && (next < 0xD0 || next > 0xD7) { // not a stuffed byte, nor the beginning of the next interval
			return next, nil
		}
		if _, err := w.Write([]byte{0xFF, next}); err != nil {
			return 0, err
		}
	}
}

// stripPNG copies the chunks that show the picture, up to its end.
func stripPNG(w *bufio.Writer, r *bufio.Reader) error {
	if _, err := io.CopyN(w, r, 8); err != nil {
		return err
	}
	for {
		head, err := r.Peek(8)
		if err != nil {
			return err
		}
		kind, whole := string(head[4:]), int64(binary.BigEndian.Uint32(head))+12
		to := io.Writer(w)
		switch kind {
		case "eXIf", "tEXt", "zTXt", "iTXt", "tIME":
			to = io.Discard
		case "acTL", "fcTL", "fdAT": // of one that moves
		default:
			if kind[0]&kind[1]&0x20 != 0 { // private, and not needed for showing it
				to = io.Discard
			}
		}
		if _, err := io.CopyN(to, r, whole); err != nil {
			return err
		}
		if kind == "IEND" {
			return nil
		}
	}
}
