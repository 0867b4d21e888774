package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"runtime"
	"testing"

	"golang.org/x/image/bmp"
)

// corners is a picture whose four quarters have their own colours: red, green on top, blue, white below.
func corners(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, quarter(x < w/2, y < h/2))
		}
	}
	return m
}

func quarter(left, top bool) color.RGBA {
	switch {
	case left && top:
		return color.RGBA{255, 0, 0, 255}
	case top:
		return color.RGBA{0, 255, 0, 255}
	case left:
		return color.RGBA{0, 0, 255, 255}
	}
	return color.RGBA{255, 255, 255, 255}
}

// seen names the colours of the quarters, from the upper left, line by line.
func seen(m image.Image) (s string) {
	b := m.Bounds()
	for _, p := range []image.Point{{1, 1}, {3, 1}, {1, 3}, {3, 3}} {
		r, g, bl, _ := m.At(b.Dx()*p.X/4, b.Dy()*p.Y/4).RGBA()
		switch high := func(v uint32) bool { return v > 0x8000 }; {
		case high(r) && high(g) && high(bl):
			s += "w"
		case high(r):
			s += "r"
		case high(g):
			s += "g"
		case high(bl):
			s += "b"
		default:
			s += "?"
		}
	}
	return s
}

func jpegOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	check(t, jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}))
	return b.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	check(t, png.Encode(&b, m))
	return b.Bytes()
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// withEXIF puts an orientation, and a place, into a JPEG.
func withEXIF(data []byte, order binary.AppendByteOrder, turn int) []byte {
	tiff := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		tiff = []byte("MM\x00*")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 1)
	tiff = order.AppendUint16(tiff, 0x0112)
	tiff = order.AppendUint16(tiff, 3)
	tiff = order.AppendUint32(tiff, 1)
	tiff = order.AppendUint16(tiff, uint16(turn))
	tiff = append(tiff, 0, 0)
	segment := append([]byte("Exif\x00\x00"), append(tiff, "GPS 43.61N 3.87E"...)...)
	out := append([]byte{0xFF, 0xD8, 0xFF, 0xE1}, binary.BigEndian.AppendUint16(nil, uint16(len(segment)+2))...)
	return append(append(out, segment...), data[2:]...)
}

func TestAPictureIsUpright(t *testing.T) {
	plain := jpegOf(t, corners(40, 20))
	for turn, want := range map[int]string{0: "rgbw", 1: "rgbw", 2: "grwb", 3: "wbgr", 4: "bwrg", 5: "rbgw", 6: "brwg", 7: "wgbr", 8: "gwrb", 9: "rgbw"} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			data := withEXIF(plain, order, turn)
			info, err := Inspect(data)
			check(t, err)
			m, err := NewDecoder().Decode(t.Context(), data, 100)
			check(t, err)
			if got := seen(m); got != want || m.Bounds().Dx() != info.Width || m.Bounds().Dy() != info.Height {
				t.Errorf("orientation %d: %s, want %s; %v, announced %d × %d", turn, got, want, m.Bounds(), info.Width, info.Height)
			}
		}
	}
}

func TestAPictureIsStrippedOfItsMetadata(t *testing.T) {
	data := withEXIF(jpegOf(t, corners(4096, 1024)), binary.BigEndian, 6)
	p, err := NewDecoder().Prepare(t.Context(), data)
	check(t, err)
	if p.MediaType != "image/jpeg" || p.Width != 512 || p.Height != 2048 {
		t.Errorf("%s, %d × %d", p.MediaType, p.Width, p.Height)
	}
	for _, b := range [][]byte{p.Data, p.Thumbnail} {
		if bytes.Contains(b, []byte("GPS")) || bytes.Contains(b, []byte("Exif")) {
			t.Error("the place is still in it")
		}
		m, err := jpeg.Decode(bytes.NewReader(b))
		check(t, err)
		if got := seen(m); got != "brwg" {
			t.Errorf("it shows %s", got)
		}
	}
	if len(p.Thumbnail) > 2000 {
		t.Errorf("the thumbnail has %d bytes", len(p.Thumbnail))
	}
}

func TestADrawingStaysSharp(t *testing.T) {
	p, err := NewDecoder().Prepare(t.Context(), pngOf(t, corners(30, 30)))
	check(t, err)
	if p.MediaType != "image/png" {
		t.Error(p.MediaType)
	}
}

func TestABitmapIsAPicture(t *testing.T) {
	var b bytes.Buffer
	check(t, bmp.Encode(&b, corners(30, 20)))
	p, err := NewDecoder().Prepare(t.Context(), b.Bytes())
	check(t, err)
	if p.MediaType != "image/png" || p.Width != 30 || p.Height != 20 {
		t.Errorf("%s, %d × %d", p.MediaType, p.Width, p.Height)
	}
}

func TestTheFirstImageOfOneThatMoves(t *testing.T) {
	pal := color.Palette{color.White, color.RGBA{255, 0, 0, 255}}
	frame := func(i uint8) *image.Paletted {
		m := image.NewPaletted(image.Rect(0, 0, 8, 8), pal)
		for p := range m.Pix {
			m.Pix[p] = i
		}
		return m
	}
	var b bytes.Buffer
	check(t, gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{frame(1), frame(0)}, Delay: []int{1, 1}}))
	m, err := NewDecoder().Decode(t.Context(), b.Bytes(), 100)
	check(t, err)
	if got := seen(m); got != "rrrr" {
		t.Error(got)
	}
}

// bombPNG is a PNG of a few bytes that says it has that many pixels.
func bombPNG(w, h uint32) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), w), h)
	head = append(head, 8, 2, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	return binary.BigEndian.AppendUint32(append(out, head...), crc32.ChecksumIEEE(head))
}

func TestBombsAreRefusedBeforeTheyAreDecoded(t *testing.T) {
	small := jpegOf(t, corners(16, 16))
	// The size stands in the frame's segment: SOF0, or SOF2 for a progressive one.
	sized := func(marker byte, w, h uint16) []byte {
		data := bytes.Clone(small)
		at := bytes.Index(data, []byte{0xFF, 0xC0})
		data[at+1] = marker
		binary.BigEndian.PutUint16(data[at+5:], h)
		binary.BigEndian.PutUint16(data[at+7:], w)
		return data
	}
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"a PNG of 2 billion pixels a side": {bombPNG(1<<31-1, 1<<31-1), ErrTooLarge},
		"a long thin PNG":                  {bombPNG(MaxSide+1, 1), ErrTooLarge},
		"a PNG of 64 MP":                   {bombPNG(8000, 8000), ErrTooLarge},
		"a JPEG of 64 MP":                  {sized(0xC0, 8000, 8000), ErrTooLarge},
		"a progressive JPEG of 36 MP":      {sized(0xC2, 6000, 6000), ErrTooLarge},
		"a PNG without rows":               {bombPNG(10, 0), ErrDamaged},
		"SVG":                              {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`), ErrUnknown},
		"a page that begins like a JPEG":   {[]byte("\xff\xd8\xff<script>alert(1)</script>"), ErrDamaged},
		"nothing":                          {nil, ErrUnknown},
		"cut off":                          {small[:len(small)/2], ErrDamaged},
		"a program":                        {[]byte("MZ\x90\x00"), ErrUnknown},
	} {
		if m, err := NewDecoder().Decode(t.Context(), c.data, 100); !errors.Is(err, c.want) || m != nil {
			// A PNG with absurd numbers may be called damaged by its decoder: it is refused in any case.
			if name != "a PNG of 2 billion pixels a side" || !errors.Is(err, ErrDamaged) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if info, err := Inspect(sized(0xC0, 6000, 6000)); err != nil || info.Width != 6000 {
		t.Errorf("a JPEG of 36 MP: %v", err)
	}
}

func TestOnePictureAtATime(t *testing.T) {
	d := NewDecoder()
	d.turn <- struct{}{} // another is being decoded
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Decode(ctx, jpegOf(t, corners(8, 8)), 8); !errors.Is(err, context.Canceled) {
		t.Errorf("it did not wait: %v", err)
	}
	<-d.turn
	if _, err := d.Decode(t.Context(), jpegOf(t, corners(8, 8)), 8); err != nil {
		t.Error(err)
	}
}

// A picture that is made much smaller keeps what is in it, at its place, and takes little more memory than it has itself.
func TestALargePictureIsMadeSmall(t *testing.T) {
	for _, size := range []image.Point{{1601, 1199}, {4095, 3}, {3, 4095}, {100, 100}} {
		for _, m := range []image.Image{corners(size.X, size.Y), corners(size.X+7, size.Y+5).SubImage(image.Rect(7, 5, size.X+7, size.Y+5))} {
			w, h := Fit(size.X, size.Y, 40)
			small := scale(m, 40)
			if small.Bounds() != image.Rect(0, 0, w, h) {
				t.Errorf("%v: %v", size, small.Bounds())
			}
			if got := seen(small); h >= 4 && w >= 4 && got != "rgbw" {
				t.Errorf("%v: %s", size, got)
			}
		}
	}
	clear := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	for i := range clear.Pix { // white, of which nothing is seen
		clear.Pix[i] = map[bool]uint8{true: 0, false: 255}[i%4 == 3]
	}
	if c := scale(clear, 8).RGBAAt(4, 4); c != (color.RGBA{}) {
		t.Errorf("what is transparent became %v", c)
	}
	large := image.NewYCbCr(image.Rect(0, 0, 6000, 4000), image.YCbCrSubsampleRatio420)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	scale(large, SentSide)
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 60<<20 {
		t.Errorf("%d MB are used to scale 24 megapixels", got>>20)
	}
}

func TestFit(t *testing.T) {
	for _, c := range [][5]int{{4000, 3000, 2048, 2048, 1536}, {3000, 4000, 2048, 1536, 2048}, {10, 20, 2048, 10, 20}, {16000, 1, 100, 100, 1}} {
		if w, h := Fit(c[0], c[1], c[2]); w != c[3] || h != c[4] {
			t.Errorf("%d × %d in %d: %d × %d", c[0], c[1], c[2], w, h)
		}
	}
}

func FuzzDecode(f *testing.F) {
	small := jpegOf(f, corners(16, 16))
	f.Add(small)
	f.Add(withEXIF(small, binary.LittleEndian, 6))
	f.Add(pngOf(f, corners(8, 8)))
	f.Add(bombPNG(100, 100))
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8L"))
	d := NewDecoder()
	f.Fuzz(func(t *testing.T, data []byte) {
		info, err := Inspect(data)
		if err != nil || info.Width*info.Height > 1<<20 {
			return
		}
		if m, err := d.Decode(t.Context(), data, 64); err == nil && max(m.Bounds().Dx(), m.Bounds().Dy()) > 64 {
			t.Errorf("%v", m.Bounds())
		}
	})
}
