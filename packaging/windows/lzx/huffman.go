package main

import (
	"cmp"
	"slices"
)

// lengthsOf returns the length of each symbol's code. At least two symbols have one, unless none is used: decoders want whole trees.
func lengthsOf(counts []int, limit int) []uint8 {
	used := make([]int, 0, len(counts))
	for s, n := range counts {
		if n > 0 {
			used = append(used, s)
		}
	}
	lengths := make([]uint8, len(counts))
	switch len(used) {
	case 0:
		return lengths
	case 1:
		other := 0
		if used[0] == 0 {
			other = 1
		}
		lengths[used[0]], lengths[other] = 1, 1
		return lengths
	}
	weights := slices.Clone(counts)
	for !huffman(weights, used, limit, lengths) {
		for _, s := range used { // makes the rarest less rare
			weights[s] = weights[s]/2 + 1
		}
	}
	return lengths
}

// huffman reports whether no code is longer than the limit.
func huffman(weights, used []int, limit int, lengths []uint8) bool {
	slices.SortStableFunc(used, func(a, b int) int { return cmp.Or(cmp.Compare(weights[a], weights[b]), cmp.Compare(a, b)) })
	n := len(used)
	weight := make([]int, 2*n-1) // leaves, then the nodes in the order of their weights
	parent := make([]int, 2*n-1)
	for i, s := range used {
		weight[i] = weights[s]
	}
	leaf, node := 0, n
	for next := n; next < 2*n-1; next++ {
		for range 2 {
			least := node
			if node >= next || leaf < n && weight[leaf] <= weight[node] {
				least = leaf
				leaf++
			} else {
				node++
			}
			weight[next] += weight[least]
			parent[least] = next
		}
	}
	depth := make([]int, 2*n-1)
	for i := 2*n - 3; i >= 0; i-- {
		depth[i] = depth[parent[i]] + 1
		if i < n {
			if depth[i] > limit {
				return false
			}
			lengths[used[i]] = uint8(depth[i])
		}
	}
	return true
}

// codesOf are the codes of these lengths: shorter ones first, then in the order of their symbols.
func codesOf(lengths []uint8) []uint32 {
	codes := make([]uint32, len(lengths))
	code := uint32(0)
	for n := uint8(1); n <= 16; n++ {
		for s, l := range lengths {
			if l == n {
				codes[s] = code
				code++
			}
		}
		code <<= 1
	}
	return codes
}

// tree writes symbols.
type tree struct {
	lengths []uint8
	codes   []uint32
}

func newTree(counts []int, limit int) tree {
	lengths := lengthsOf(counts, limit)
	return tree{lengths, codesOf(lengths)}
}

func (t tree) put(w *writer, symbol int) { w.put(t.codes[symbol], int(t.lengths[symbol])) }

// writer writes bits, the highest first, in words of 16 bits, the low byte first.
type writer struct {
	out  []byte
	bits uint64
	n    int
}

func (w *writer) put(value uint32, n int) {
	w.bits = w.bits<<n | uint64(value)
	w.n += n
	for w.n >= 16 {
		w.n -= 16
		word := uint16(w.bits >> w.n)
		w.out = append(w.out, byte(word), byte(word>>8))
	}
}

// frame fills the word and returns what was written since the last.
func (w *writer) frame() []byte {
	if w.n > 0 {
		w.put(0, 16-w.n)
	}
	out := w.out
	w.out = nil
	return out
}
