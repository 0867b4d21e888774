package main

import "encoding/binary"

// match is a text of a length that stands an offset before.
type match struct{ length, offset int32 }

// depth is how many earlier places are looked at.
const depth = 64

// finder finds matches: for each four bytes it keeps a binary tree of the places in the window, in the order of what follows there.
type finder struct {
	data     []byte
	roots    []int32 // of four bytes: place + 1
	threes   []int32 // the last place of three bytes, + 1
	children []int32 // left and right of each place in the window
	mask     int
}

func newFinder(data []byte) *finder {
	size := windowSize
	for size/2 >= len(data) && size > 1 {
		size /= 2
	}
	return &finder{data: data, roots: make([]int32, 1<<18), threes: make([]int32, 1<<15), children: make([]int32, 2*size), mask: size - 1}
}

// find appends the matches at a place, each longer than the one before and at the nearest offset. It is called for each place in turn.
func (f *finder) find(at int, found []match) []match {
	limit := min(maxMatch, len(f.data)-at)
	if limit < 4 {
		return found
	}
	four := binary.LittleEndian.Uint32(f.data[at:])
	best := 2
	three := &f.threes[(four<<8)*0x9e3779b1>>17]
	if place := int(*three) - 1; place >= 0 && at-place <= maxOffset {
		if n := common(f.data[place:], f.data[at:], limit); n > best {
			best = n
			found = append(found, match{int32(n), int32(at - place)})
		}
	}
	*three = int32(at + 1)

	root := &f.roots[four*0x9e3779b1>>14]
	next := *root
	*root = int32(at + 1)
	left, right := &f.children[2*(at&f.mask)], &f.children[2*(at&f.mask)+1]
	onLeft, onRight := 0, 0 // bytes known to be the same
	for range depth {
		place := int(next) - 1
		if place < 0 || at-place > maxOffset {
			break
		}
		same := min(onLeft, onRight)
		same += common(f.data[place+same:], f.data[at+same:], limit-same)
		if same > best {
			best = same
			found = append(found, match{int32(same), int32(at - place)})
		}
		pair := f.children[2*(place&f.mask):][:2]
		if same == limit {
			*left, *right = pair[0], pair[1]
			return found
		}
		if f.data[place+same] < f.data[at+same] {
			*left, left, onLeft = next, &pair[1], same
			next = pair[1]
		} else {
			*right, right, onRight = next, &pair[0], same
			next = pair[0]
		}
	}
	*left, *right = 0, 0
	return found
}

// common is how many bytes two texts begin with that are the same, up to a limit.
func common(a, b []byte, limit int) int {
	n := 0
	for n+8 <= limit && n+8 <= len(a) && n+8 <= len(b) && binary.LittleEndian.Uint64(a[n:]) == binary.LittleEndian.Uint64(b[n:]) {
		n += 8
	}
	for n < limit && a[n] == b[n] {
		n++
	}
	return n
}
