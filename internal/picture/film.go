package picture

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// A film (MP4, QuickTime, ISO/IEC 14496-12) is boxes as well. The box moov says of each track where its samples are in the file. Nothing is
// moved when metadata is removed: boxes that do not show the film become empty ones of the type free, and of the coded data
// only the samples of pictures and sound stay. Other tracks may contain the place as well, as those of action cameras, drones and
// telephones do.

// mostMovie is the largest box moov that is read; that of an hour has 2 to 5 MB.
const mostMovie = 32 << 20

// mostFilm is the size of the largest film.
const mostFilm = 1 << 40

// filmBoxes are the boxes that show the film, by the boxes that they are in.
var filmBoxes = map[string][]string{
	"moov": {"mvhd", "trak"},
	"trak": {"tkhd", "mdia", "edts", "tapt", "load"},
	"edts": {"elst"},
	"mdia": {"mdhd", "hdlr", "minf", "elng"},
	"minf": {"vmhd", "smhd", "hdlr", "dinf", "stbl"},
	"stbl": {"stsd", "stts", "stsc", "stsz", "stz2", "stco", "co64", "stss", "ctts", "cslg", "sdtp", "stsh", "stdp", "sbgp", "sgpd", "stps"},
}

// isFilm knows a film also without ftyp, as older programs of QuickTime write it.
func isFilm(head []byte) bool {
	return len(head) >= 8 && slices.Contains([]string{"ftyp", "moov", "mdat", "wide", "free", "skip", "pnot"}, string(head[4:8])) && !isHEIF(head)
}

// stripFilm copies the boxes, once it knows what is to be kept.
func stripFilm(w *bufio.Writer, from io.ReadSeeker) error {
	movie, kept, err := readMovie(from)
	if err != nil {
		return err
	}
	if _, err := from.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r := bufio.NewReaderSize(from, 64<<10)
	for at := int64(0); ; {
		head, length, err := boxHead(r)
		if errors.Is(err, io.EOF) {
			return whole(true, kept, at)
		}
		if err != nil {
			return err
		}
		at += int64(len(head))
		switch kind := string(head[4:8]); kind {
		case "ftyp":
			_, _ = w.Write(head)
			_, err = io.CopyN(w, r, length)
		case "moov":
			_, _ = w.Write(head)
			_, _ = w.Write(movie)
			_, err = io.CopyN(io.Discard, r, length)
		default:
			if kind != "mdat" {
				copy(head[4:], "free")
			}
			_, _ = w.Write(head)
			length, err = copySpans(w, r, at, length, kept) // all of it is in mdat
		}
		if err != nil {
			return err
		}
		at += length
	}
}

// readMovie finds the box moov and takes out of its content what does not show the film. kept are the samples of pictures and sound.
func readMovie(from io.ReadSeeker) (movie []byte, kept []span, err error) {
	if _, err := from.Seek(0, io.SeekStart); err != nil {
		return nil, nil, err
	}
	r := bufio.NewReader(from)
	var data []span // the content of boxes mdat
	for at := int64(0); ; {
		head, length, err := boxHead(r)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		at += int64(len(head))
		switch kind := string(head[4:8]); {
		case kind == "moov" && movie == nil && length >= 0 && length <= mostMovie:
			movie = make([]byte, length)
			if _, err := io.ReadFull(r, movie); err != nil {
				return nil, nil, unexpected(err)
			}
			at += length
			continue
		case kind == "mdat" && length < 0:
			data = append(data, span{from: at, to: math.MaxInt64})
		case kind == "mdat":
			data = append(data, span{from: at, to: at + length})
		case kind == "ftyp" && length >= 0:
		case kind == "ftyp", kind == "moov", kind == "moof", kind == "sidx": // the last two: in fragments, as for the web
			return nil, nil, ErrUnknown
		}
		if length < 0 {
			break
		}
		if length > mostFilm-at {
			return nil, nil, ErrUnknown
		}
		at += length
		if err := skip(r, from, length, at); err != nil {
			return nil, nil, err
		}
	}
	if movie == nil {
		return nil, nil, ErrUnknown
	}
	if kept, err = stripMovie(movie); err != nil {
		return nil, nil, err
	}
	for _, s := range kept {
		for len(data) > 0 && data[0].to < s.to {
			data = data[1:]
		}
		if len(data) == 0 || s.from < data[0].from { // samples elsewhere
			return nil, nil, ErrUnknown
		}
	}
	return movie, kept, nil
}

// skip goes on to a place, which is that many bytes away. Many small boxes are not read again and again.
func skip(r *bufio.Reader, from io.ReadSeeker, length, to int64) error {
	if length <= int64(r.Buffered()) {
		_, err := r.Discard(int(length))
		return err
	}
	_, err := from.Seek(to, io.SeekStart)
	r.Reset(from)
	return err
}

// stripMovie takes out of the content of moov, in its place, what does not show the film.
func stripMovie(movie []byte) (kept []span, err error) {
	boxes, err := boxesOf(movie)
	if err != nil {
		return nil, err
	}
	tracks, at := 0, 0
	for _, b := range boxes {
		shown := slices.Contains(filmBoxes["moov"], b.kind)
		switch b.kind {
		case "mvhd":
			err = stripTimes(b.content)
		case "trak":
			var samples []span
			if samples, shown, err = stripTrack(b.content); shown {
				tracks++
				kept = append(kept, samples...)
			}
		case "mvex", "cmov": // in fragments; compressed
			err = ErrUnknown
		}
		if err != nil {
			return nil, err
		}
		if !shown {
			empty(movie[at:], b)
		}
		at += 8 + len(b.content)
	}
	if tracks == 0 {
		return nil, ErrUnknown
	}
	return merged(kept), nil
}

// empty turns the box at the beginning of data into an empty one.
func empty(data []byte, b box) {
	copy(data[4:], "free")
	clear(b.content)
}

// merged sorts spans and joins those that overlap or touch.
func merged(list []span) []span {
	slices.SortFunc(list, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	out := list[:0]
	for _, s := range list {
		if n := len(out); n > 0 && s.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
		} else {
			out = append(out, s)
		}
	}
	return out
}

// stripTimes empties the times of creation and change in mvhd, tkhd and mdhd.
func stripTimes(content []byte) error {
	size := 8
	if len(content) > 0 && content[0] == 1 {
		size = 16
	}
	if len(content) < 4+size {
		return fmt.Errorf("%w: a box is too short", ErrDamaged)
	}
	clear(content[4 : 4+size])
	return nil
}

// samplesOf reads where the samples of a track are.
func samplesOf(table map[string][]byte, sound bool) (list []span, err error) {
	sizes, err := sizesOf(table, sound)
	if err != nil {
		return nil, err
	}
	offsets := &fields{data: table["stco"]}
	wide := 4
	if co64 := table["co64"]; co64 != nil {
		if table["stco"] != nil {
			return nil, ErrUnknown
		}
		offsets.data, wide = co64, 8
	}
	runs := &fields{data: table["stsc"]}
	runs.number(4)
	runsLeft := runs.number(4)
	next, perChunk := uint64(1), uint64(0) // from which chunk on another number of samples holds
	advance := func() {
		perChunk = runs.number(4)
		runs.number(4)
		if runsLeft--; runsLeft > 0 {
			next = runs.number(4)
		} else {
			next = math.MaxUint64
		}
	}
	if runsLeft > 0 {
		next = runs.number(4)
	}
	offsets.number(4)
	chunks := offsets.number(4)
	for chunk := uint64(1); chunk <= chunks; chunk++ {
		if chunk >= next {
			if advance(); chunk >= next && runs.err == nil {
				return nil, fmt.Errorf("%w: chunks out of order", ErrDamaged)
			}
		}
		from := offsets.number(wide)
		size, err := sizes.sum(perChunk)
		if err = errors.Join(err, offsets.err, runs.err); err != nil {
			return nil, err
		}
		if from > mostFilm || size > mostFilm {
			return nil, fmt.Errorf("%w: a chunk is elsewhere", ErrDamaged)
		}
		if size > 0 {
			list = append(list, span{from: int64(from), to: int64(from + size)})
		}
	}
	if errors.Join(offsets.err, runs.err) != nil || sizes.left > 0 {
		return nil, fmt.Errorf("%w: samples are in no chunk", ErrDamaged)
	}
	return list, nil
}

// sampleSizes gives the sizes of samples one after another.
type sampleSizes struct {
	fields
	same uint64 // of all; 0: each has its own
	left uint64
}

func sizesOf(table map[string][]byte, sound bool) (*sampleSizes, error) {
	if table["stz2"] != nil || table["stsz"] == nil {
		return nil, ErrUnknown
	}
	s := &sampleSizes{fields: fields{data: table["stsz"]}}
	s.number(4)
	s.same = s.number(4)
	s.left = s.number(4)
	if sound && s.same == 1 { // QuickTime writes it for sound that is not compressed, whatever the size
		return nil, ErrUnknown
	}
	return s, s.err
}

// sum is the size of the next samples.
func (s *sampleSizes) sum(n uint64) (size uint64, err error) {
	if n > s.left {
		return 0, fmt.Errorf("%w: fewer samples than announced", ErrDamaged)
	}
	s.left -= n
	if s.same > 0 {
		return n * s.same, nil
	}
	for ; n > 0 && s.err == nil; n-- {
		size += s.number(4)
	}
	return size, s.err
}
