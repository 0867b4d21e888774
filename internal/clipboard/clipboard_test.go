package clipboard

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/image/bmp"
)

func TestAListOfFiles(t *testing.T) {
	list := "# a comment\r\nfile:///home/claire/plaie%201.jpg\r\nfile://localhost/tmp/%C5%93il.pdf\r\nfile://nas.example/x\r\n" +
		"https://example.org/a.png\r\nfile:relative\r\nfile:///tmp/a/../b\r\n\r\n%zz\r\nfile:///last"
	want := []string{"/home/claire/plaie 1.jpg", "/tmp/œil.pdf", "/tmp/b", "/last"}
	if diff := cmp.Diff(want, filesOf([]byte(list))); diff != "" {
		t.Error(diff)
	}
	if many := filesOf(bytes.Repeat([]byte("file:///a\n"), 500)); len(many) != mostFiles {
		t.Errorf("%d files", len(many))
	}
}

// dibOf is a picture of two by one pixels, red and blue, as Windows has it.
func dibOf(header, bits int, compression, colours uint32) []byte {
	dib := make([]byte, header)
	binary.LittleEndian.PutUint32(dib, uint32(header))
	binary.LittleEndian.PutUint32(dib[4:], 2)
	binary.LittleEndian.PutUint32(dib[8:], 1)
	binary.LittleEndian.PutUint16(dib[12:], 1)
	binary.LittleEndian.PutUint16(dib[14:], uint16(bits))
	binary.LittleEndian.PutUint32(dib[16:], compression)
	binary.LittleEndian.PutUint32(dib[32:], colours)
	if compression == 3 {
		masks := dib[40:]
		if header == 40 {
			masks = make([]byte, 12)
		}
		for i, mask := range []uint32{0xFF0000, 0xFF00, 0xFF} {
			binary.LittleEndian.PutUint32(masks[4*i:], mask)
		}
		if header == 40 {
			dib = append(dib, masks...)
		} else {
			binary.LittleEndian.PutUint32(masks[12:], 0xFF000000)
		}
	}
	for range colours {
		dib = append(dib, 0, 0, 255, 0) // red
	}
	switch bits {
	case 8:
		return append(dib, 0, 1, 0, 0)
	case 24:
		return append(dib, 0, 0, 255, 255, 0, 0, 0, 0)
	}
	return append(dib, 0, 0, 255, 255, 255, 0, 0, 255)
}

func TestAPictureOfWindowsIsABMPFile(t *testing.T) {
	blue := color.RGBA{B: 255, A: 255}
	for name, c := range map[string]struct {
		dib   []byte
		right color.Color
	}{
		"24 bits":                       {dibOf(40, 24, 0, 0), blue},
		"32 bits":                       {dibOf(40, 32, 0, 0), blue},
		"with masks behind the header":  {dibOf(40, 32, 3, 0), blue},
		"with masks in a later header":  {dibOf(124, 32, 3, 0), blue},
		"a palette":                     {dibOf(40, 8, 0, 2), color.RGBA{R: 255, A: 255}},
		"a palette that is not counted": {append(dibOf(40, 8, 0, 0)[:40], append(bytes.Repeat([]byte{0, 0, 255, 0}, 256), 0, 1, 0, 0)...), color.RGBA{R: 255, A: 255}},
		"a palette that nothing needs":  {dibOf(40, 24, 0, 4), blue},
	} {
		m, err := bmp.Decode(bytes.NewReader(bitmapFile(c.dib)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		same := func(a, b color.Color) bool { return color.RGBAModel.Convert(a) == color.RGBAModel.Convert(b) }
		if m.Bounds() != image.Rect(0, 0, 2, 1) || !same(m.At(0, 0), color.RGBA{R: 255, A: 255}) || !same(m.At(1, 0), c.right) {
			t.Errorf("%s: %v, %v, %v", name, m.Bounds(), m.At(0, 0), m.At(1, 0))
		}
	}
}

func FuzzAPictureOfWindows(f *testing.F) {
	f.Add(dibOf(40, 32, 3, 0))
	f.Add(dibOf(124, 8, 0, 2))
	f.Add([]byte("DIB"))
	f.Fuzz(func(t *testing.T, dib []byte) {
		if file := bitmapFile(dib); len(file) > len(dib)+14 {
			t.Errorf("%d bytes of %d", len(file), len(dib))
		}
	})
}
