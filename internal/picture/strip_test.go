package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"testing"
	"testing/iotest"
)

// segment is a segment of a JPEG.
func segment(marker byte, content string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(len(content)+2)), content...)
}

// chunk is a chunk of a PNG.
func chunk(kind, content string) []byte {
	b := append(binary.BigEndian.AppendUint32(nil, uint32(len(content))), kind+content...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func strip(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	whole := bytes.NewReader(data)
	check(t, Strip(&b, struct {
		io.Reader
		io.Seeker
	}{iotest.OneByteReader(whole), whole}))
	return b.Bytes()
}

var secrets = []string{"GPS 43.61N", "<x:xmpmeta", "Mme B.", "Photoshop", "THUMBNAIL", "MPF", "second picture", "appareil"}

func TestAPictureOfAnySizeIsStripped(t *testing.T) {
	m := corners(400, 200)
	plain := jpegOf(t, m)
	noted := slices.Concat(
		plain[:2], segment(0xE0, "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x01\x01THUMBNAIL"), segment(0xE1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta"),
		segment(0xE2, "ICC_PROFILE\x00\x01\x01profile"), segment(0xE2, "MPF\x00"), segment(0xED, "Photoshop 3.0\x00Mme B."), segment(0xFE, "appareil"), []byte{0xFF}, plain[2:],
		[]byte("second picture"))
	moved := slices.Concat(pngOf(t, m)[:33], chunk("tEXt", "Mme B."), chunk("eXIf", "GPS 43.61N"), chunk("iTXt", "<x:xmpmeta"), chunk("caBX", "appareil"), pngOf(t, m)[33:], []byte("second picture"))
	for name, c := range map[string]struct {
		data []byte
		want string // its quarters, upright
	}{
		"JPEG":                {noted, "rgbw"},
		"JPEG that is turned": {withEXIF(noted, binary.BigEndian, 6), "brwg"},
		"JPEG, EXIF of Intel": {withEXIF(noted, binary.LittleEndian, 3), "wbgr"},
		"PNG":                 {moved, "rgbw"},
	} {
		t.Run(name, func(t *testing.T) {
			got := strip(t, c.data)
			for _, secret := range secrets {
				if bytes.Contains(got, []byte(secret)) {
					t.Errorf("%q is left", secret)
				}
			}
			shown, err := NewDecoder().Decode(t.Context(), got, 1000)
			check(t, err)
			before, err := NewDecoder().Decode(t.Context(), c.data[:len(c.data)-len("second picture")], 1000)
			check(t, err)
			if !bytes.Equal(shown.Pix, before.Pix) || seen(shown) != c.want {
				t.Errorf("%s is shown", seen(shown))
			}
			if bytes.HasPrefix(got, plain[:2]) && !bytes.Contains(got, []byte("profile")) {
				t.Error("the colours are lost")
			}
			if again := strip(t, got); !bytes.Equal(again, got) {
				t.Error("there was something left to take out")
			}
		})
	}
}

// TestProgressivePicturesAreStripped: they have several scans, with segments between them.
func TestProgressivePicturesAreStripped(t *testing.T) {
	scan := slices.Concat(segment(0xDA, "\x01\x01\x00\x00\x3F\x00"), []byte{1, 2, 0xFF, 0, 3, 0xFF, 0xD0, 4})
	data := slices.Concat([]byte{0xFF, 0xD8}, segment(0xE1, "Exif\x00\x00GPS 43.61N"), segment(0xC2, "frame"), scan, segment(0xC4, "table"), segment(0xFE, "Mme B."), scan, []byte{0xFF, 0xFF, 0xD9})
	want := slices.Concat([]byte{0xFF, 0xD8}, segment(0xC2, "frame"), scan, segment(0xC4, "table"), scan, []byte{0xFF, 0xD9})
	if got := strip(t, data); !bytes.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestATruncatedPictureIsNotStripped(t *testing.T) {
	var moving bytes.Buffer
	check(t, gif.Encode(&moving, corners(4, 4), nil))
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"film":  {[]byte("\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  "), ErrUnknown},
		"GIF":   {moving.Bytes(), ErrUnknown},
		"text":  {[]byte("bonjour"), ErrUnknown},
		"empty": {nil, ErrUnknown},
	} {
		if err := Strip(io.Discard, bytes.NewReader(c.data)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, whole := range [][]byte{withEXIF(jpegOf(t, corners(40, 20)), binary.BigEndian, 6), pngOf(t, corners(40, 20))} {
		for n := 24; n < len(whole)-2; n++ {
			if err := Strip(io.Discard, bytes.NewReader(whole[:n])); !errors.Is(err, ErrDamaged) {
				t.Fatalf("%d of %d bytes: %v", n, len(whole), err)
			}
		}
	}
	full := errors.New("full")
	if err := Strip(failing{full}, bytes.NewReader(jpegOf(t, corners(400, 400)))); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestFilesThatMayHoldMetadataAreRecognised(t *testing.T) {
	var moving bytes.Buffer
	check(t, gif.Encode(&moving, corners(4, 4), nil))
	for head, want := range map[string]bool{
		"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00": true, "\x00\x00\x00\x20ftypqt  \x00\x00\x00\x00": true, "II*\x00\x08\x00\x00\x00": true,
		moving.String(): true, string(jpegOf(t, corners(4, 4))): true, "%PDF-1.4": false, "": false, "bonjour": false,
	} {
		if MayHoldMetadata([]byte(head)) != want {
			t.Errorf("%.20q: %v", head, !want)
		}
	}
}

func FuzzStrip(f *testing.F) {
	f.Add(withEXIF(jpegOf(f, corners(40, 20)), binary.BigEndian, 6))
	f.Add(pngOf(f, corners(40, 20)))
	f.Add(telephone(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		var b bytes.Buffer
		if err := Strip(&b, bytes.NewReader(data)); err != nil {
			return
		}
		if b.Len() > len(data)+64 {
			t.Errorf("%d bytes of %d", b.Len(), len(data))
		}
		for _, read := range []func(io.Reader) (image.Image, error){jpeg.Decode, png.Decode} {
			m, err := read(bytes.NewReader(data))
			if err != nil || m.Bounds().Dx()*m.Bounds().Dy() > 1<<20 {
				continue
			}
			if _, err := read(bytes.NewReader(b.Bytes())); err != nil {
				t.Errorf("it cannot be decoded any more: %v", err)
			}
		}
	})
}
