package picture

import (
	"bytes"
	"encoding/binary"
	"image"
)

// scanJPEG reads from the segments of a JPEG how it is to be turned (EXIF's orientation, 1 if it does not say), and whether it is progressive.
func scanJPEG(data []byte) (turn int, progressive bool) {
	turn = 1
	for at := 2; at+4 <= len(data) && data[at] == 0xFF; {
		marker := data[at+1]
		if marker == 0xFF { // padding
			at++
			continue
		}
		length := int(binary.BigEndian.Uint16(data[at+2:]))
		if length < 2 || at+2+length > len(data) {
			break
		}
		segment := data[at+4 : at+2+length]
		switch {
		case marker == 0xE1 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")):
			if o := orientation(segment[6:]); o != 0 {
				turn = o
			}
		case marker == 0xC2:
			return turn, true
		case marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC, marker == 0xDA:
			return turn, false
		}
		at += 2 + length
	}
	return turn, false
}

// orientation reads the tag 0x0112 of the first directory of a TIFF structure, 0 if there is none.
func orientation(tiff []byte) int {
	var order binary.ByteOrder
	switch {
	case len(tiff) < 8:
		return 0
	case bytes.HasPrefix(tiff, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(tiff, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return 0
	}
	at := int64(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > int64(len(tiff)) {
		return 0
	}
	for entries := tiff[at+2:]; len(entries) >= 12; entries = entries[12:] {
		if order.Uint16(entries) != 0x0112 {
			continue
		}
		if o := int(order.Uint16(entries[8:])); order.Uint16(entries[2:]) == 3 && o >= 1 && o <= 8 {
			return o
		}
		return 0
	}
	return 0
}

// upright turns a picture as EXIF's orientation says.
func upright(m *image.RGBA, turn int) *image.RGBA {
	if turn <= 1 || turn > 8 {
		return m
	}
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	if turn >= 5 {
		to = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch turn {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			copy(to.Pix[to.PixOffset(tx, ty):][:4], m.Pix[m.PixOffset(x, y):][:4])
		}
	}
	return to
}

// Turned is a picture turned by a quarter to the right.
func Turned(m *image.RGBA) *image.RGBA { return upright(m, 6) }
