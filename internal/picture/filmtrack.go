package picture

import (
	"bytes"
	"fmt"
	"slices"
)

// stripTrack takes out of the content of a box trak what does not show the film, and gives where its samples are; shown is false for a track
// that is neither pictures nor sound.
func stripTrack(content []byte) (samples []span, shown bool, err error) {
	t := trackReader{table: map[string][]byte{}}
	if err := t.read("trak", content); err != nil {
		return nil, false, err
	}
	if t.kind != "vide" && t.kind != "soun" {
		return nil, false, nil
	}
	if err := stripEntries(t.table["stsd"], t.kind == "vide"); err != nil {
		return nil, false, err
	}
	samples, err = samplesOf(t.table, t.kind == "soun")
	return samples, err == nil, err
}

// trackReader strips a track and notes what is needed to find its samples.
type trackReader struct {
	kind  string            // vide, soun or another
	table map[string][]byte // contents of the boxes in stbl
}

// read strips the content of a box.
func (t *trackReader) read(parent string, content []byte) error {
	boxes, err := boxesOf(content)
	if err != nil {
		return err
	}
	at := 0
	for _, b := range boxes {
		if !slices.Contains(filmBoxes[parent], b.kind) {
			if b.kind == "saio" || b.kind == "saiz" { // data beside the samples
				return ErrUnknown
			}
			empty(content[at:], b)
		} else if err := t.readBox(parent, b); err != nil {
			return err
		}
		at += 8 + len(b.content)
	}
	return nil
}

func (t *trackReader) readBox(parent string, b box) error {
	switch {
	case b.kind == "tkhd", b.kind == "mdhd":
		return stripTimes(b.content)
	case b.kind == "hdlr":
		return t.handler(parent, b.content)
	case b.kind == "dinf":
		return ownData(b.content)
	case filmBoxes[b.kind] != nil:
		return t.read(b.kind, b.content)
	case parent == "stbl":
		if t.table[b.kind] != nil {
			return fmt.Errorf("%w: a table twice", ErrDamaged)
		}
		t.table[b.kind] = b.content
	}
	return nil
}

// handler reads what the track is. Who wrote it is emptied: the maker and the name of a program or a device.
func (t *trackReader) handler(parent string, content []byte) error {
	if len(content) < 24 {
		return fmt.Errorf("%w: a box is too short", ErrDamaged)
	}
	if parent == "mdia" {
		t.kind = string(content[8:12])
	}
	clear(content[12:])
	return nil
}

// ownData checks that the samples are in this file, not in another, whose name would be told.
func ownData(content []byte) error {
	boxes, err := boxesOf(content)
	if err != nil {
		return err
	}
	for _, b := range boxes {
		if b.kind != "dref" || len(b.content) < 8 {
			return ErrUnknown
		}
		refs, err := boxesOf(b.content[8:])
		if err != nil {
			return err
		}
		for _, ref := range refs {
			if !bytes.Equal(ref.content, []byte{0, 0, 0, 1}) { // "in this file", and nothing else
				return ErrUnknown
			}
		}
	}
	return nil
}

// stripEntries empties, in the descriptions of how the samples are coded, the maker and, of pictures, the name of the coder, which may be a
// device's.
func stripEntries(content []byte, pictures bool) error {
	if len(content) < 8 {
		return fmt.Errorf("%w: a box is too short", ErrDamaged)
	}
	entries, err := boxesOf(content[8:])
	if err != nil {
		return err
	}
	for _, e := range entries {
		const maker, name, end = 12, 42, 74
		if len(e.content) < maker+4 || pictures && len(e.content) < end {
			return fmt.Errorf("%w: a box is too short", ErrDamaged)
		}
		clear(e.content[maker : maker+4])
		if pictures {
			clear(e.content[name:end])
		}
	}
	return nil
}
