package picture

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
)

// stripMeta takes out of the content of a meta box, in its place, what does not show the picture, and gives the parts of the file that are to
// be kept.
func stripMeta(content []byte) (kept []span, err error) {
	if len(content) < 4 {
		return nil, fmt.Errorf("%w: a box is too short", ErrDamaged)
	}
	boxes, err := boxesOf(content[4:])
	if err != nil {
		return nil, err
	}
	var idat, items, places []byte
	for _, b := range boxes {
		switch b.kind {
		case "idat":
			idat = b.content
		case "iinf":
			items = b.content
		case "iloc":
			places = b.content
		case "iprp":
			if err := stripProperties(b.content); err != nil {
				return nil, err
			}
		case "hdlr", "pitm", "iref", "dinf", "grpl":
		default:
			clear(b.content)
		}
	}
	kinds, err := kindsOf(items)
	if err != nil {
		return nil, err
	}
	inFile, inBox, err := spansOf(places, kinds)
	if err != nil {
		return nil, err
	}
	emptied(idat, 0, inBox)
	return inFile, nil
}

// stripProperties empties those of the picture's properties that say who, when and what.
func stripProperties(content []byte) error {
	boxes, err := boxesOf(content)
	for _, b := range boxes {
		if b.kind != "ipco" {
			continue
		}
		var properties []box
		if properties, err = boxesOf(b.content); err != nil {
			break
		}
		at := 0
		for _, p := range properties {
			if p.kind == "udes" || p.kind == "crtt" || p.kind == "mdft" || p.kind == "uuid" || p.kind == "free" {
				copy(b.content[at+4:], "free") // properties are named by their number
				clear(p.content)
			}
			at += 8 + len(p.content)
		}
	}
	return err
}

// boxesOf are the boxes in the content of another.
func boxesOf(data []byte) (list []box, err error) {
	for len(data) > 0 {
		if len(data) < 8 {
			return nil, fmt.Errorf("%w: a box is too short", ErrDamaged)
		}
		n := int64(binary.BigEndian.Uint32(data))
		if n < 8 || n > int64(len(data)) { // 0 and 1, to the end and more than 4 GB, are not for boxes in boxes
			return nil, fmt.Errorf("%w: a box is longer than the one around it", ErrDamaged)
		}
		list = append(list, box{string(data[4:8]), data[8:n]})
		data = data[n:]
	}
	return list, nil
}

// fields reads numbers one after another.
type fields struct {
	data []byte
	err  error
}

func (f *fields) number(size int) (n uint64) {
	if size > len(f.data) {
		f.data, f.err = nil, fmt.Errorf("%w: a box is too short", ErrDamaged)
		return 0
	}
	for _, b := range f.data[:size] {
		n = n<<8 | uint64(b)
	}
	f.data = f.data[size:]
	return n
}

// sizeIf is the size of a number that is longer in newer versions of a box.
func sizeIf(long bool) int {
	if long {
		return 4
	}
	return 2
}

// kindsOf reads the box iinf: the kinds of the items.
func kindsOf(content []byte) (map[uint64]string, error) {
	f := &fields{data: content}
	version := f.number(1)
	f.number(3)
	f.number(sizeIf(version > 0)) // how many
	boxes, err := boxesOf(f.data)
	if err != nil {
		return nil, err
	}
	kinds := map[uint64]string{}
	for _, b := range boxes {
		entry := &fields{data: b.content}
		version := entry.number(1)
		if b.kind != "infe" || version < 2 || version > 3 {
			return nil, ErrUnknown
		}
		entry.number(3)
		id := entry.number(sizeIf(version == 3))
		entry.number(2)
		if len(entry.data) < 4 {
			return nil, fmt.Errorf("%w: a box is too short", ErrDamaged)
		}
		kinds[id] = string(entry.data[:4])
	}
	return kinds, f.err
}

// spansOf reads the box iloc: which parts of the file, and of the box idat, are to be kept.
func spansOf(content []byte, kinds map[uint64]string) (inFile, inBox []span, err error) {
	f := &fields{data: content}
	version := f.number(1)
	f.number(3)
	sizes := f.number(2)
	offset, length, base, index := int(sizes>>12), int(sizes>>8&15), int(sizes>>4&15), 0
	if version > 0 {
		index = int(sizes & 15)
	}
	for n := f.number(sizeIf(version == 2)); n > 0 && f.err == nil; n-- {
		kind, place := kinds[f.number(sizeIf(version == 2))], uint64(0)
		if version > 0 {
			place = f.number(2) & 15
		}
		elsewhere := f.number(2) != 0
		begin := f.number(base)
		extents := f.number(2)
		if version > 2 || elsewhere || place > 1 {
			return nil, nil, ErrUnknown
		}
		for i := range extents {
			f.number(index)
			from := begin + f.number(offset)
			size := f.number(length)
			if f.err != nil {
				return nil, nil, f.err
			}
			if size == 0 || from > 1<<40 || size > 1<<40 { // 0: the whole file
				return nil, nil, ErrUnknown
			}
			s := span{from: int64(from), to: int64(from + size)}
			text, noted := metadataItems[kind]
			switch {
			case !noted && !slices.Contains(shownItems, kind):
				return nil, nil, ErrUnknown
			case noted && (i > 0 || text == "" || int64(len(text)) > s.to-s.from):
				continue
			case noted:
				s.text, s.to = text, s.from+int64(len(text))
			}
			if place == 1 {
				inBox = append(inBox, s)
			} else {
				inFile = append(inFile, s)
			}
		}
	}
	if inFile, err = inOrder(inFile); err == nil {
		inBox, err = inOrder(inBox)
	}
	if err == nil {
		err = f.err
	}
	return inFile, inBox, err
}

// inOrder sorts spans. Pictures may share bytes, as a picture and its thumbnail never do.
func inOrder(list []span) ([]span, error) {
	slices.SortFunc(list, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	for i := 1; i < len(list); i++ {
		if list[i].from < list[i-1].to {
			return nil, ErrUnknown
		}
	}
	return list, nil
}
