package main

import (
	"encoding/binary"
	"math/bits"
)

// What the format fixes.
const (
	frameSize  = 32768 // bytes of a block of a cabinet; no match crosses its end
	windowBits = 21
	windowSize = 1 << windowBits
	maxOffset  = windowSize - 3
	minMatch   = 2
	maxMatch   = 257
	slots      = 50 // of offsets, for this window
	literals   = 256
	mainSize   = literals + slots*8
	lengthSize = 249
	verbatim   = 1 // kinds of blocks
	aligned    = 2
)

// slotOf is the slot of an offset that is not repeated: the first three are those of the repeated ones.
func slotOf(offset int) int {
	f := offset + 2
	if f >= 1<<18 {
		return 34 + f>>17
	}
	k := bits.Len(uint(f)) - 1
	return 2*k + f>>(k-1)&1
}

// extraBits is how many bits follow the symbol of a slot.
func extraBits(slot int) int {
	switch {
	case slot < 4:
		return 0
	case slot < 36:
		return slot/2 - 1
	}
	return 17
}

// extra is their value.
func extra(offset, slot int) uint32 { return uint32(offset+2) & (1<<extraBits(slot) - 1) }

// mainSymbol is the symbol of a match; the rest of a length over 8 is a symbol of the tree of lengths.
func mainSymbol(slot, length int) int { return literals + slot*8 + min(length-minMatch, 7) }

// repeated are the last three offsets.
type repeated [3]int32

// use is what becomes of them after a match with one of them, or with another offset (which is 3 or more).
func (r repeated) use(slot int, offset int32) repeated {
	switch slot {
	case 0:
		return r
	case 1:
		return repeated{r[1], r[0], r[2]}
	case 2:
		return repeated{r[2], r[1], r[0]}
	}
	return repeated{offset, r[0], r[1]}
}

// translateCalls replaces the relative targets of calls of x86 (E8) by absolute ones, which are alike. The decoder undoes it.
func translateCalls(data []byte) {
	size := int32(len(data))
	for start := 0; start < len(data); start += frameSize {
		end := min(start+frameSize, len(data)) - 10
		for i := start; i < end; i++ {
			if data[i] != 0xe8 {
				continue
			}
			target, at := int32(binary.LittleEndian.Uint32(data[i+1:])), int32(i)
			if target >= -at && target < size {
				if target < size-at {
					target += at
				} else {
					target -= size
				}
				binary.LittleEndian.PutUint32(data[i+1:], uint32(target))
			}
			i += 4
		}
	}
}
