package main

// write writes a block: its kind and size, its trees, its tokens.
func (e *encoder) write(start, end int, tokens []token, n counts) {
	mainTree, lengthTree, alignedTree := newTree(n.main, 16), newTree(n.lengths, 16), newTree(n.aligned, 7)
	kind := verbatim
	saved := -8 * 3 // the tree of the low bits
	for s, count := range n.aligned {
		saved += count * (3 - int(alignedTree.lengths[s]))
	}
	if saved > 0 {
		kind = aligned
	}
	e.w.put(uint32(kind), 3)
	e.w.put(uint32(end-start), 24)
	if kind == aligned {
		for _, l := range alignedTree.lengths {
			e.w.put(uint32(l), 3)
		}
	}
	e.lengthsOfCodes(mainTree.lengths[:literals], e.main[:literals])
	e.lengthsOfCodes(mainTree.lengths[literals:], e.main[literals:])
	e.lengthsOfCodes(lengthTree.lengths, e.lengths)
	e.main, e.lengths = mainTree.lengths, lengthTree.lengths

	at := start
	for _, t := range tokens {
		if t.length == 1 {
			mainTree.put(&e.w, int(e.data[at]))
		} else {
			slot := int(t.slot)
			mainTree.put(&e.w, mainSymbol(slot, int(t.length)))
			if t.length >= minMatch+7 {
				lengthTree.put(&e.w, int(t.length)-minMatch-7)
			}
			value, width := extra(int(t.offset), slot), extraBits(slot)
			if kind == aligned && width >= 3 {
				e.w.put(value>>3, width-3)
				alignedTree.put(&e.w, int(value&7))
			} else {
				e.w.put(value, width)
			}
		}
		at += int(t.length)
		if at%frameSize == 0 || at == len(e.data) {
			e.frames = append(e.frames, e.w.frame())
		}
	}
}

// Symbols of the tree in which the lengths of codes are written. Those below are differences from the block before.
const (
	zeros     = 17 // 4 to 19 of them
	manyZeros = 18 // 20 to 51
	alike     = 19 // 4 or 5 that are the same, whose difference follows
	preSize   = 20
)

// lengthsOfCodes writes the lengths of a tree's codes, packed themselves.
func (e *encoder) lengthsOfCodes(now, before []uint8) {
	type symbol struct{ symbol, extra, width, then int }
	var symbols []symbol
	difference := func(i int) int { return (int(before[i]) - int(now[i]) + 17) % 17 }
	for i := 0; i < len(now); {
		run := 1
		for i+run < len(now) && now[i+run] == now[i] {
			run++
		}
		switch {
		case now[i] == 0 && run >= 20:
			run = min(run, 51)
			symbols = append(symbols, symbol{manyZeros, run - 20, 5, -1})
		case now[i] == 0 && run >= 4:
			run = min(run, 19)
			symbols = append(symbols, symbol{zeros, run - 4, 4, -1})
		case run >= 4:
			run = min(run, 5)
			symbols = append(symbols, symbol{alike, run - 4, 1, difference(i)})
		default:
			run = 1
			symbols = append(symbols, symbol{difference(i), 0, 0, -1})
		}
		i += run
	}
	counts := make([]int, preSize)
	for _, s := range symbols {
		counts[s.symbol]++
		if s.then >= 0 {
			counts[s.then]++
		}
	}
	pre := newTree(counts, 15)
	for _, l := range pre.lengths {
		e.w.put(uint32(l), 4)
	}
	for _, s := range symbols {
		pre.put(&e.w, s.symbol)
		e.w.put(uint32(s.extra), s.width)
		if s.then >= 0 {
			pre.put(&e.w, s.then)
		}
	}
}
