package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// track is a track of a film that a test makes.
type track struct {
	handler string
	chunks  [][]string // samples
	wide    bool       // offsets of 64 bits
	own     string     // its data reference, if it is not in the file
	extra   []byte     // boxes in stbl
}

// film makes a film: the chunks of its tracks by turns, with something noted wherever a camera may note it. It gives where the samples are.
type film struct {
	tracks     []track
	movieFirst bool
	open       bool // the last box goes to the end of the file
	between    string
	extra      []byte // boxes in moov
}

const noted = "+43.6100+001.4500/ Appareil de Mme B."

func u32(list ...int) string {
	var b []byte
	for _, n := range list {
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	return string(b)
}

// full is a box with version and flags.
func full(kind, content string) []byte { return atom(kind, "\x00\x00\x00\x00"+content) }

func joined(boxes ...[]byte) string { return string(bytes.Join(boxes, nil)) }

func (f *film) make() (data []byte, samples map[span]string) {
	head := slices.Concat(atom("ftyp", "qt  \x00\x00\x00\x00qt  "), atom("wide", ""), atom("uuid", "XMP "+noted))
	at := len(head)
	if f.movieFirst {
		at += len(f.movie(make([][]int, len(f.tracks))))
	}
	media := "12345678" // the head of the box
	samples = map[span]string{}
	offsets := make([][]int, len(f.tracks))
	for n, more := 0, true; more; n++ {
		more = false
		for i, t := range f.tracks {
			if n >= len(t.chunks) {
				continue
			}
			more = true
			media += f.between
			offsets[i] = append(offsets[i], at+len(media))
			for _, s := range t.chunks[n] {
				from := int64(at + len(media))
				if t.handler == "vide" || t.handler == "soun" {
					samples[span{from: from, to: from + int64(len(s))}] = s
				}
				media += s
			}
		}
	}
	movie, mdat := f.movie(offsets), atom("mdat", media[8:]+f.between)
	if f.movieFirst && f.open {
		copy(mdat, "\x00\x00\x00\x00")
	}
	if f.movieFirst {
		return slices.Concat(head, movie, mdat), samples
	}
	return slices.Concat(head, mdat, movie, atom("free", noted), atom("meta", noted)), samples
}

func (f *film) movie(offsets [][]int) []byte {
	content := joined(full("mvhd", "datedate"+u32(1000, 5000)+strings.Repeat("\x00", 80)), f.extra)
	for i, t := range f.tracks {
		offsets := offsets[i]
		if offsets == nil {
			offsets = make([]int, len(t.chunks))
		}
		content += string(t.box(offsets))
	}
	return atom("moov", content+joined(atom("udta", joined(atom("\xA9xyz", "\x00\x12\x15\xC7"+noted), atom("\xA9mod", noted))+u32(0)), full("meta", "keys"+noted)))
}

func (t *track) box(offsets []int) []byte {
	runs, sizes, count, places := "", "", 0, ""
	for i, c := range t.chunks {
		runs += u32(i+1, len(c), 1)
		for _, s := range c {
			sizes += u32(len(s))
			count++
		}
		if t.wide {
			places += u32(0)
		}
		places += u32(offsets[i])
	}
	entry := "\x00\x00\x00\x00\x00\x00\x00\x01" + u32(0) + "made"
	if t.handler != "soun" {
		entry += strings.Repeat("\x00", 26) + "\x12Appareil de Mme B." + strings.Repeat("\x00", 13) + "\x00\x18\xFF\xFF"
	}
	offsetBox := "stco"
	if t.wide {
		offsetBox = "co64"
	}
	own := t.own
	if own == "" {
		own = string(atom("alis", "\x00\x00\x00\x01"))
	}
	table := atom("stbl", joined(full("stsd", u32(1)+string(atom("hvc1", entry))), full("stts", u32(1, count, 20)), full("stsc", u32(len(t.chunks))+runs),
		full("stsz", u32(0, count)+sizes), full(offsetBox, u32(len(t.chunks))+places), t.extra))
	media := atom("minf", joined(full("vmhd", u32(0, 0)), full("hdlr", "dhlralis"+u32(0, 0, 0)+"\x05"+noted[:5]), atom("dinf", string(full("dref", u32(1)+own))), table))
	return atom("trak", joined(full("tkhd", "datedate"+strings.Repeat("\x00", 72)), atom("tref", string(atom("cdsc", u32(1)))), atom("udta", noted), full("meta", noted),
		atom("mdia", joined(full("mdhd", "datedate"+u32(1000, 5000, 0)), full("hdlr", "mhlr"+t.handler+"appl"+u32(0, 0)+"\x18"+noted), media))))
}

func someFilm() *film {
	return &film{tracks: []track{
		{handler: "vide", chunks: [][]string{{"image 1", "image deux"}, {"image 3"}}},
		{handler: "soun", chunks: [][]string{{"son 1"}, {"son 2", "son trois"}}, wide: true},
		{handler: "meta", chunks: [][]string{{noted}, {noted}}},
	}, between: "freeGPS " + noted}
}

// checkStripped checks that a film shows the same and holds no metadata.
func checkStripped(t testing.TB, data, got []byte, samples map[span]string) {
	t.Helper()
	for _, secret := range []string{noted, noted[:5], "Appareil", "Mme B.", "date", "made", "appl", "GPS"} {
		if bytes.Contains(got, []byte(secret)) {
			t.Fatalf("%q is left", secret)
		}
	}
	if len(got) != len(data) {
		t.Fatalf("%d bytes became %d", len(data), len(got))
	}
	for s, want := range samples {
		if string(got[s.from:s.to]) != want {
			t.Fatalf("the sample at %d is %q", s.from, got[s.from:s.to])
		}
	}
	for _, table := range []string{"stts", "stsc", "stsz", "stco", "co64"} { // of the tracks that stay
		for _, b := range boxesNamed(data, table) {
			at := bytes.Index(data, b)
			if kept := got[at : at+len(b)]; !bytes.Equal(kept, b) && len(bytes.Trim(kept, "\x00")) > 0 {
				t.Fatalf("%s has changed", table)
			}
		}
	}
}

// boxesNamed are the boxes of a kind, wherever they are.
func boxesNamed(data []byte, kind string) (list [][]byte) {
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte(kind))
		if i < 0 {
			return list
		}
		at += i + 4
		n := int(binary.BigEndian.Uint32(data[at-8:]))
		list = append(list, data[at-8:at-8+n])
	}
}

func TestAFilmIsStrippedOfItsMetadata(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		f := &film{movieFirst: rapid.Bool().Draw(r, "movie first"), open: rapid.Bool().Draw(r, "open"), between: rapid.SampledFrom([]string{"", "freeGPS " + noted}).Draw(r, "between")}
		sample := rapid.Custom(func(r *rapid.T) string { return strings.Repeat("image ", rapid.IntRange(0, 20).Draw(r, "size")) })
		for _, handler := range append([]string{"vide"}, rapid.SliceOfN(rapid.SampledFrom([]string{"vide", "soun", "meta", "text", "tmcd"}), 0, 4).Draw(r, "tracks")...) {
			chunks := rapid.SliceOfN(rapid.SliceOfN(sample, 1, 4), 1, 5).Draw(r, "chunks")
			if handler != "vide" && handler != "soun" {
				chunks = [][]string{{noted}}
			}
			f.tracks = append(f.tracks, track{handler: handler, chunks: chunks, wide: rapid.Bool().Draw(r, "wide")})
		}
		data, samples := f.make()
		got := strip(t, data)
		checkStripped(t, data, got, samples)
		if again := strip(t, got); !bytes.Equal(again, got) {
			r.Fatal("there was something left to take out")
		}
	})
}

// TestAFilmOfAnotherProgramIsStripped: of FFmpeg and ExifTool, with a place, a device, a date and a name. Pictures and sound are between the heads
// of mdat and moov, and stay.
func TestAFilmOfAnotherProgramIsStripped(t *testing.T) {
	data, err := os.ReadFile("testdata/film.mov")
	check(t, err)
	got := strip(t, data)
	for _, secret := range []string{"Appareil", "Mme B.", "+43.61", "exiftool"} {
		if !bytes.Contains(bytes.ToLower(data), bytes.ToLower([]byte(secret))) || bytes.Contains(got, []byte(secret)) {
			t.Errorf("%q is left, or was not in it", secret)
		}
	}
	if len(got) != len(data) {
		t.Fatalf("%d bytes became %d", len(data), len(got))
	}
	media := boxesNamed(data, "mdat")[0]
	if at := bytes.Index(data, media); !bytes.Equal(got[at:at+len(media)], media) {
		t.Error("pictures or sound have changed")
	}
	if again := strip(t, got); !bytes.Equal(again, got) {
		t.Error("there was something left to take out")
	}
}

func TestAFilmThatIsNotUnderstoodIsNotStripped(t *testing.T) {
	change := func(do func(*film)) []byte {
		f := someFilm()
		do(f)
		data, _ := f.make()
		return data
	}
	data, _ := someFilm().make()
	replaced := func(old, new string) []byte { return bytes.Replace(data, []byte(old), []byte(new), 1) }
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"in fragments":                  {slices.Concat(data, atom("moof", "")), ErrUnknown},
		"fragments are to follow":       {change(func(f *film) { f.extra = atom("mvex", "") }), ErrUnknown},
		"a list of fragments":           {slices.Concat(data, atom("sidx", "")), ErrUnknown},
		"compressed":                    {change(func(f *film) { f.extra = atom("cmov", "x") }), ErrUnknown},
		"two movies":                    {slices.Concat(data, atom("moov", "")), ErrUnknown},
		"no movie":                      {replaced("moov", "moow"), ErrUnknown},
		"no track that is shown":        {change(func(f *film) { f.tracks = f.tracks[2:] }), ErrUnknown},
		"data in another file":          {change(func(f *film) { f.tracks[0].own = string(atom("alis", "\x00\x00\x00\x00Disque de Mme B.")) }), ErrUnknown},
		"data beside the samples":       {change(func(f *film) { f.tracks[0].extra = full("saio", "") }), ErrUnknown},
		"two lists of places":           {change(func(f *film) { f.tracks[0].extra = full("co64", u32(0)) }), ErrUnknown},
		"sizes of half a byte":          {change(func(f *film) { f.tracks[0].extra = full("stz2", "") }), ErrUnknown},
		"a list twice":                  {change(func(f *film) { f.tracks[0].extra = full("stco", u32(0)) }), ErrDamaged},
		"sound of one byte a sample":    {replaced(string(full("stsz", u32(0, 3)+u32(5, 5, 9))), string(full("stsz", u32(1, 3)+u32(5, 5, 9)))), ErrUnknown},
		"samples in no chunk":           {replaced(string(full("stsz", u32(0, 3)+u32(7, 10, 7))), string(full("stsz", u32(2, 9)+u32(7, 10, 7)))), ErrDamaged},
		"samples out of the data":       {replaced(string(full("stsz", u32(0, 3)+u32(7, 10, 7))), string(full("stsz", u32(4000, 3)+u32(7, 10, 7)))), ErrUnknown},
		"more samples than announced":   {replaced(string(full("stsz", u32(0, 3)+u32(7, 10, 7))), string(full("stsz", u32(0, 2)+u32(7, 10, 7)))), ErrDamaged},
		"a box longer than another":     {replaced(u32(len(full("vmhd", u32(0, 0))))+"vmhd", u32(9999)+"vmhd"), ErrDamaged},
		"a box that ends behind a year": {slices.Concat(data, []byte("\x00\x00\x00\x01free\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF")), ErrUnknown},
	} {
		if err := Strip(io.Discard, bytes.NewReader(c.data)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for n := 24; n < len(data); n++ {
		err := Strip(io.Discard, bytes.NewReader(data[:n]))
		if whole := n == bytes.LastIndex(data, []byte("free"))-4 || n == bytes.LastIndex(data, []byte("meta"))-4; (err == nil) != whole {
			t.Fatalf("%d of %d bytes: %v", n, len(data), err)
		}
	}
}

// TestManySmallBoxesOfAFilmAreReadOnce: the cost is linear in their size.
func TestManySmallBoxesOfAFilmAreReadOnce(t *testing.T) {
	data, _ := someFilm().make()
	data = slices.Concat(data, bytes.Repeat(atom("skip", ""), 100_000))
	c := &countingReader{Reader: bytes.NewReader(data)}
	check(t, Strip(io.Discard, c))
	if most := int64(3 * len(data)); c.read > most {
		t.Errorf("%d bytes are read of %d", c.read, len(data))
	}
}

type countingReader struct {
	*bytes.Reader
	read int64
}

func (c *countingReader) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.read += int64(n)
	return n, err
}

func FuzzStripFilm(f *testing.F) {
	for _, first := range []bool{true, false} {
		film := someFilm()
		film.movieFirst = first
		data, _ := film.make()
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var b bytes.Buffer
		if !isFilm(data) || Strip(&b, bytes.NewReader(data)) != nil {
			return
		}
		if b.Len() != len(data) {
			t.Fatalf("%d bytes of %d", b.Len(), len(data))
		}
		_, kept, err := readMovie(bytes.NewReader(data))
		check(t, err)
		for _, s := range kept {
			if !bytes.Equal(b.Bytes()[s.from:s.to], data[s.from:s.to]) {
				t.Fatal(fmt.Sprint("samples have changed at ", s.from))
			}
		}
		first := bytes.Clone(b.Bytes())
		b.Reset()
		check(t, Strip(&b, bytes.NewReader(first)))
		if !bytes.Equal(b.Bytes(), first) {
			t.Fatal("there was something left to take out")
		}
	})
}
