package main

import (
	"math"
	"slices"
)

// encoderBlock is how many bytes share their trees.
const encoderBlock = 4 * frameSize

// token is a literal (length 1) or a match.
type token struct {
	length, slot uint16
	offset       int32
}

// encoder packs one text.
type encoder struct {
	data     []byte
	finder   *finder
	w        writer
	frames   [][]byte
	repeated repeated
	main     []uint8 // lengths of codes in the block before
	lengths  []uint8
	costs    costs
}

// encode packs a text in frames.
func encode(text []byte) [][]byte {
	data := slices.Clone(text)
	translateCalls(data)
	e := &encoder{data: data, finder: newFinder(data), repeated: repeated{1, 1, 1}, main: make([]uint8, mainSize), lengths: make([]uint8, lengthSize)}
	e.costs = newCosts(newCounts())
	e.w.put(1, 1) // calls are translated
	e.w.put(uint32(len(data))>>16, 16)
	e.w.put(uint32(len(data))&0xffff, 16)
	for start := 0; start < len(data); start += encoderBlock {
		e.block(start, min(start+encoderBlock, len(data)))
	}
	return e.frames
}

// block parses a block twice, as the first time tells what symbols cost, and writes it.
func (e *encoder) block(start, end int) {
	matches := make([][]match, end-start)
	var all []match
	for at := start; at < end; at++ {
		before := len(all)
		all = e.finder.find(at, all)
		matches[at-start] = all[before:len(all):len(all)]
	}
	tokens, _ := e.parse(start, end, matches)
	e.costs = newCosts(e.count(start, tokens))
	tokens, after := e.parse(start, end, matches)
	n := e.count(start, tokens)
	e.costs = newCosts(n)
	e.write(start, end, tokens, n)
	e.repeated = after
}

// counts is how often each symbol occurs.
type counts struct{ main, lengths, aligned []int }

func newCounts() counts {
	return counts{make([]int, mainSize), make([]int, lengthSize), make([]int, 8)}
}

func (e *encoder) count(at int, tokens []token) counts {
	n := newCounts()
	for _, t := range tokens {
		if t.length == 1 {
			n.main[e.data[at]]++
		} else {
			n.main[mainSymbol(int(t.slot), int(t.length))]++
			if t.length >= minMatch+7 {
				n.lengths[t.length-minMatch-7]++
			}
			if extraBits(int(t.slot)) >= 3 {
				n.aligned[extra(int(t.offset), int(t.slot))&7]++
			}
		}
		at += int(t.length)
	}
	return n
}

// costs are those of symbols, in sixteenths of a bit.
type costs struct{ main, lengths []uint32 }

func newCosts(n counts) costs { return costs{costsOf(n.main), costsOf(n.lengths)} }

func costsOf(counts []int) []uint32 {
	total := 0.0
	for _, n := range counts {
		total += float64(n) + 0.4
	}
	all := make([]uint32, len(counts))
	for s, n := range counts {
		all[s] = uint32(16 * math.Log2(total/(float64(n)+0.4)))
	}
	return all
}

func (c costs) match(slot, length int) uint32 {
	cost := c.main[mainSymbol(slot, length)] + 16*uint32(extraBits(slot))
	if length >= minMatch+7 {
		cost += c.lengths[length-minMatch-7]
	}
	return cost
}

// node is the cheapest way to a place.
type node struct {
	cost     uint32
	last     token // on the way
	repeated repeated
}

// parse chooses the cheapest tokens of a block, and returns the repeated offsets after it.
func (e *encoder) parse(start, end int, matches [][]match) ([]token, repeated) {
	size := end - start
	nodes := make([]node, size+1)
	for i := range nodes[1:] {
		nodes[i+1].cost = math.MaxUint32
	}
	nodes[0].repeated = e.repeated
	for i := range size {
		from, at := &nodes[i], start+i
		if to := &nodes[i+1]; from.cost+e.costs.main[e.data[at]] < to.cost {
			*to = node{from.cost + e.costs.main[e.data[at]], token{length: 1}, from.repeated}
		}
		room := min(maxMatch, size-i, frameSize-at%frameSize)
		for slot, offset := range from.repeated {
			if int(offset) <= at {
				e.reach(nodes, i, slot, offset, minMatch, common(e.data[at-int(offset):], e.data[at:], room))
			}
		}
		shorter := minMatch
		for _, m := range matches[i] {
			length := min(int(m.length), room)
			e.reach(nodes, i, slotOf(int(m.offset)), m.offset, shorter+1, length)
			shorter = length
		}
	}
	var tokens []token
	for i := size; i > 0; i -= int(nodes[i].last.length) {
		tokens = append(tokens, nodes[i].last)
	}
	slices.Reverse(tokens)
	return tokens, nodes[size].repeated
}

// reach tries a match with each of its lengths.
func (e *encoder) reach(nodes []node, i, slot int, offset int32, shortest, longest int) {
	if longest < shortest {
		return
	}
	from := &nodes[i]
	after := from.repeated.use(slot, offset)
	for length := shortest; length <= longest; length++ {
		if cost := from.cost + e.costs.match(slot, length); cost < nodes[i+length].cost {
			nodes[i+length] = node{cost, token{uint16(length), uint16(slot), offset}, after}
		}
	}
}
