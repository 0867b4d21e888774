package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
	"testing"
)

// telephone is a HEIC of libheif's heif-enc: a coded picture and a grid of it, Exif with a place, a device and a name, and XMP with a name.
func telephone(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/telephone.heic")
	check(t, err)
	return data
}

// Where the parts of the file lie, as exiftool tells.
const (
	telephoneMeta  = 0x24
	telephoneCoded = 0x251
	telephoneExif  = 0x291
	telephoneXMP   = 0x38b
)

func TestAPictureOfATelephoneIsStripped(t *testing.T) {
	data := telephone(t)
	for _, secret := range []string{"Appareil", "Mme B.", "Mme Xmp"} {
		if !bytes.Contains(data, []byte(secret)) {
			t.Fatalf("%q was not in it", secret)
		}
	}
	got := strip(t, data)
	if len(got) != len(data) || !bytes.Equal(got[:telephoneExif], data[:telephoneExif]) {
		t.Fatal("what shows the picture has changed")
	}
	exif, xmp := got[telephoneExif:telephoneXMP], got[telephoneXMP:]
	if want := metadataItems["Exif"]; string(exif[:len(want)]) != want || len(bytes.Trim(exif[len(want):], "\x00")) > 0 {
		t.Errorf("Exif: %q", exif)
	}
	if want := metadataItems["mime"]; string(xmp[:len(want)]) != want || len(bytes.Trim(xmp[len(want):], "\x00")) > 0 {
		t.Errorf("XMP: %q", xmp)
	}
	if again := strip(t, got); !bytes.Equal(again, got) {
		t.Error("there was something left to take out")
	}
}

// atom is a box of ISO/IEC 14496-12.
func atom(kind, content string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(content)+8)), kind+content...)
}

func TestWhatIsNotListedInAPictureOfATelephoneIsEmptied(t *testing.T) {
	data := telephone(t)
	more := slices.Concat(data, atom("uuid", "GPS 43.61N"), atom("free", "Mme B."), atom("mpvd", "a film"))
	got := strip(t, more)
	if want := slices.Concat(strip(t, data), atom("uuid", string(make([]byte, 10))), atom("free", string(make([]byte, 6))), atom("mpvd", string(make([]byte, 6)))); !bytes.Equal(got, want) {
		t.Errorf("%q", got[len(data):])
	}
	at := bytes.Index(data, []byte("mdat"))
	open := slices.Concat(data[:at-4], []byte{0, 0, 0, 0}, data[at:], []byte("GPS 43.61N")) // its last box goes to the end of the file
	if got, want := strip(t, open), slices.Concat(strip(t, data), make([]byte, 10)); !bytes.Equal(got[at:], want[at:]) {
		t.Error("a box without length")
	}
	noted := bytes.Replace(data, []byte("colr"), []byte("udes"), 1)
	if !bytes.Equal(noted, data) && bytes.Contains(strip(t, noted), []byte("udes")) {
		t.Error("a description stays")
	}
}

func TestAPictureOfATelephoneThatIsNotUnderstoodIsNotStripped(t *testing.T) {
	data := telephone(t)
	change := func(at int, b byte) []byte {
		d := bytes.Clone(data)
		d[at] = b
		return d
	}
	places := bytes.Index(data, []byte("iloc")) + 4
	kind := bytes.Index(data, []byte("hvc1"))
	box := func(kind string) []byte { return data[bytes.Index(data, []byte(kind))-4:] }
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"an item of another kind":   {change(kind, 'x'), ErrUnknown},
		"items in another item":     {change(places+11, 2), ErrUnknown},
		"items in another file":     {change(places+13, 1), ErrUnknown},
		"a list of another version": {change(places, 3), ErrUnknown},
		"the pictures first":        {slices.Concat(data[:telephoneMeta-12], box("mdat"), data[telephoneMeta-12:]), ErrUnknown},
		"a film in it":              {append(bytes.Clone(data), atom("moov", "trak")...), ErrUnknown},
		"no list":                   {data[:telephoneMeta-12], ErrDamaged},
		"a box longer than another": {change(bytes.Index(data, []byte("iinf"))-3, 9), ErrDamaged},
		"a box without room":        {append(bytes.Clone(data), 0, 0, 0, 3, 'f', 'r', 'e', 'e'), ErrDamaged},
	} {
		if err := Strip(io.Discard, bytes.NewReader(c.data)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for size := range 16 { // the list of brands is shorter than its head
		if err := Strip(io.Discard, bytes.NewReader(change(3, byte(size)))); err == nil {
			t.Errorf("a head of %d bytes is taken", size)
		}
	}
	for n := 24; n < len(data); n++ {
		if err := Strip(io.Discard, bytes.NewReader(data[:n])); err == nil {
			t.Fatalf("%d of %d bytes are a picture", n, len(data))
		}
	}
}
