package picture

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// A picture of HEIF, which telephones write as HEIC, and AVIF are boxes of ISO/IEC 14496-12: a length, four letters and a content. The box
// meta lists items and where their bytes are (ISO/IEC 23008-12): coded pictures, and metadata (Exif, and XMP as mime). Nothing is
// moved when it is taken out: the bytes of the items that show the picture stay, and all others become empty. How it is to be turned is one of
// the properties that stay.

// mostMeta is the largest meta box that is read; those of telephones have 5 to 50 kB.
const mostMeta = 4 << 20

// shownItems are the kinds of items that are coded pictures, or are made of some.
var shownItems = []string{"hvc1", "av01", "avc1", "jpeg", "grid", "iovl", "iden", "tmap"}

// metadataItems are the kinds of items that are taken out, with the content that replaces them where there is room.
var metadataItems = map[string]string{
	"Exif": "\x00\x00\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00", // no entries
	"mime": `<x:xmpmeta xmlns:x="adobe:ns:meta/"/>`,
	"uri ": "",
}

// span is a part of the file, or of the box idat.
type span struct {
	from, to int64
	text     string // stands there; "": what stood there
}

type box struct {
	kind    string
	content []byte
}

func isHEIF(head []byte) bool {
	if len(head) < 16 || string(head[4:8]) != "ftyp" {
		return false
	}
	brands := head[8:min(len(head), max(8, int(binary.BigEndian.Uint32(head))))]
	for ; len(brands) >= 4; brands = brands[4:] {
		if kind := string(brands[:4]); kind == "mif1" || kind == "heic" || kind == "heix" || kind == "avif" {
			return true
		}
	}
	return false
}

// stripHEIF copies the boxes.
func stripHEIF(w *bufio.Writer, r *bufio.Reader) error {
	var kept []span
	known := false
	for at := int64(0); ; {
		head, length, err := boxHead(r)
		if errors.Is(err, io.EOF) {
			return whole(known, kept, at)
		}
		if err != nil {
			return err
		}
		_, _ = w.Write(head)
		at += int64(len(head))
		switch kind := string(head[4:8]); {
		case kind == "ftyp" && length >= 0:
			_, err = io.CopyN(w, r, length)
		case kind == "meta" && !known && length >= 0 && length <= mostMeta:
			content := make([]byte, length)
			if _, err = io.ReadFull(r, content); err != nil {
				break
			}
			if kept, err = stripMeta(content); err == nil {
				_, err = w.Write(content)
			}
			known = true
		case !known, kind == "meta", kind == "moov", kind == "moof": // what is to be kept is not known yet; a film
			return ErrUnknown
		case kind == "mdat":
			length, err = copySpans(w, r, at, length, kept)
		default:
			length, err = copySpans(w, r, at, length, nil)
		}
		if err != nil {
			return err
		}
		at += length
	}
}

// whole checks at the end of a file that all that is to be kept was in it.
func whole(known bool, kept []span, size int64) error {
	if !known || len(kept) > 0 && kept[len(kept)-1].to > size {
		return fmt.Errorf("%w: a part is missing", ErrDamaged)
	}
	return nil
}

// boxHead reads the head of a box, and how long its content is; -1: to the end of the file. io.EOF: there is no box.
func boxHead(r *bufio.Reader) (head []byte, length int64, err error) {
	head = make([]byte, 8, 16)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, 0, err
	}
	length = int64(binary.BigEndian.Uint32(head)) - 8
	switch length + 8 {
	case 0:
		length = -1
	case 1:
		head = head[:16]
		if _, err := io.ReadFull(r, head[8:]); err != nil {
			return nil, 0, unexpected(err)
		}
		length = int64(binary.BigEndian.Uint64(head[8:])) - 16
		fallthrough
	default:
		if length < 0 {
			return nil, 0, fmt.Errorf("%w: a box without length", ErrDamaged)
		}
	}
	return head, length, nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// copySpans copies the content of a box that begins at a place of the file; what is in none of the spans becomes empty. A length of -1 is to
// the end of the file.
func copySpans(w io.Writer, r io.Reader, at, length int64, kept []span) (copied int64, err error) {
	size := int64(64 << 10)
	if length >= 0 {
		size = min(size, length) // boxes may be many and small
	}
	buf := make([]byte, size)
	for copied != length {
		piece := buf
		if length >= 0 {
			piece = buf[:min(length-copied, int64(len(buf)))]
		}
		n, err := io.ReadFull(r, piece)
		over := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && (length >= 0 || !over) {
			return copied, unexpected(err)
		}
		emptied(piece[:n], at+copied, kept)
		if _, err := w.Write(piece[:n]); err != nil {
			return copied, err
		}
		copied += int64(n)
		if over {
			break
		}
	}
	return copied, nil
}

// emptied empties data, which is at a place, but for the spans. They are in order and do not overlap.
func emptied(data []byte, at int64, kept []span) {
	end := at + int64(len(data))
	first, _ := slices.BinarySearchFunc(kept, at, func(s span, at int64) int {
		if s.to <= at {
			return -1
		}
		return 1
	})
	done := at
	for _, s := range kept[first:] {
		if s.from >= end {
			break
		}
		from, to := max(s.from, at), min(s.to, end)
		clear(data[done-at : from-at])
		if s.text != "" {
			copy(data[from-at:to-at], s.text[from-s.from:])
		}
		done = to
	}
	clear(data[done-at:])
}
