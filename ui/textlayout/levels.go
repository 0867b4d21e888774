package textlayout

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
)

// levelsOf gives the level of each rune of a line by the Unicode bidirectional algorithm (UAX #9, revision 48), from W1 to L1.
// There are no embeddings, overrides or isolates: texts of others lose the characters for them before they are shown.
func levelsOf(line string, rightToLeft bool) []uint8 {
	base, edge := uint8(0), bidi.L
	if rightToLeft {
		base, edge = 1, bidi.R
	}
	runes := make([]rune, 0, len(line)) // without joiners, which count for nothing (X9)
	var types []bidi.Class
	for _, r := range line {
		if t := classOf(r); t != bidi.BN && t != bidi.Control {
			runes, types = append(runes, r), append(types, t)
		}
	}
	resolveWeak(types, edge)
	resolveBrackets(runes, types, edge)
	resolveNeutral(types, edge)
	var levels []uint8
	level, i := base, 0
	for _, r := range line {
		if t := classOf(r); t != bidi.BN && t != bidi.Control { // a joiner has the level of what stands before it
			level = levelOf(types[i], base)
			i++
		}
		levels = append(levels, level)
	}
	trailing, at := true, len(levels)
	for rest := line; rest != ""; { // L1
		r, n := utf8.DecodeLastRuneInString(rest)
		rest, at = rest[:len(rest)-n], at-1
		switch classOf(r) {
		case bidi.WS, bidi.BN, bidi.Control:
		case bidi.S, bidi.B:
			trailing = true
		default:
			trailing = false
		}
		if trailing {
			levels[at] = base
		}
	}
	return levels
}

// levelOf is I1 and I2.
func levelOf(t bidi.Class, base uint8) uint8 {
	switch {
	case t == bidi.AN || t == bidi.EN:
		return 2
	case t == bidi.R && base == 0, t == bidi.L && base == 1:
		return base + 1
	}
	return base
}

// resolveWeak is W1 to W7.
func resolveWeak(types []bidi.Class, edge bidi.Class) {
	previous, strong := edge, edge
	for i, t := range types {
		switch t {
		case bidi.NSM: // W1
			types[i] = previous
			continue
		case bidi.L, bidi.R:
			strong = t
		case bidi.AL: // W3, and W2 needs to know
			strong = bidi.AL
		case bidi.EN:
			if strong == bidi.AL { // W2
				types[i] = bidi.AN
			}
		case bidi.B:
			types[i] = bidi.WS
		}
		previous = types[i]
	}
	for i, t := range types {
		if t == bidi.AL { // W3
			types[i] = bidi.R
		}
	}
	for i := 1; i < len(types)-1; i++ { // W4
		before, after := types[i-1], types[i+1]
		if before == after && (types[i] == bidi.ES && before == bidi.EN || types[i] == bidi.CS && (before == bidi.EN || before == bidi.AN)) {
			types[i] = before
		}
	}
	for i := 0; i < len(types); { // W5
		j := i
		for j < len(types) && types[j] == bidi.ET {
			j++
		}
		if j == i {
			i++
			continue
		}
		if i > 0 && types[i-1] == bidi.EN || j < len(types) && types[j] == bidi.EN {
			for k := i; k < j; k++ {
				types[k] = bidi.EN
			}
		}
		i = j
	}
	strong = edge
	for i, t := range types {
		switch t {
		case bidi.ES, bidi.ET, bidi.CS: // W6
			types[i] = bidi.ON
		case bidi.L, bidi.R:
			strong = t
		case bidi.EN:
			if strong == bidi.L { // W7
				types[i] = bidi.L
			}
		}
	}
}

// direction is the direction that a resolved character counts as for the neutral ones around it: a number counts as R.
func direction(t bidi.Class) (d bidi.Class, ok bool) {
	switch t {
	case bidi.L:
		return bidi.L, true
	case bidi.R, bidi.EN, bidi.AN:
		return bidi.R, true
	}
	return 0, false
}

// resolveNeutral is N1 and N2.
func resolveNeutral(types []bidi.Class, edge bidi.Class) {
	before := edge
	for i := 0; i < len(types); {
		if d, ok := direction(types[i]); ok {
			before = d
			i++
			continue
		}
		j, after := i, edge
		for ; j < len(types); j++ {
			if d, ok := direction(types[j]); ok {
				after = d
				break
			}
		}
		resolved := edge
		if before == after {
			resolved = before
		}
		for ; i < j; i++ {
			types[i] = resolved
		}
	}
}

// mostBrackets is how many brackets may be open at once (BD16).
const mostBrackets = 63

// resolveBrackets is N0: both brackets of a pair get one direction.
func resolveBrackets(runes []rune, types []bidi.Class, edge bidi.Class) {
	type bracket struct {
		closing rune
		at      int
	}
	var open []bracket
	type pair struct{ from, to int }
	var pairs []pair
	for i, r := range runes {
		if types[i] != bidi.ON {
			continue
		}
		p, _ := bidi.LookupRune(r)
		switch {
		case !p.IsBracket():
		case p.IsOpeningBracket():
			if len(open) == mostBrackets {
				return
			}
			open = append(open, bracket{closing: canonical(mirrored(r)), at: i})
		default:
			for k := len(open) - 1; k >= 0; k-- {
				if open[k].closing == canonical(r) {
					pairs = append(pairs, pair{open[k].at, i})
					open = open[:k]
					break
				}
			}
		}
	}
	if len(pairs) == 0 {
		return
	}
	closes := make(map[int]int, len(pairs))
	for _, p := range pairs {
		closes[p.from] = p.to
	}
	// The pairs are resolved in the order of their opening brackets; what lies inside is looked up in running counts, so that the
	// work stays linear. A pair that is resolved counts as a letter for those around it only before it, which this order ensures.
	same, other := make([]int, len(types)+1), make([]int, len(types)+1)
	for i, t := range types {
		same[i+1], other[i+1] = same[i], other[i]
		if d, ok := direction(t); ok && d == edge {
			same[i+1]++
		} else if ok {
			other[i+1]++
		}
	}
	before := edge
	for i := range types {
		if to, ok := closes[i]; ok {
			resolved := bidi.ON
			switch {
			case same[to]-same[i] > 0:
				resolved = edge
			case other[to]-other[i] > 0 && before == edge:
				resolved = edge
			case other[to]-other[i] > 0:
				resolved = before
			}
			if resolved != bidi.ON {
				types[i], types[to] = resolved, resolved
				marksAfter(runes, types, i)
				marksAfter(runes, types, to)
			}
		}
		if d, ok := direction(types[i]); ok {
			before = d
		}
	}
}

// marksAfter gives the marks on a bracket its direction.
func marksAfter(runes []rune, types []bidi.Class, at int) {
	for i := at + 1; i < len(runes) && classOf(runes[i]) == bidi.NSM; i++ {
		types[i] = types[at]
	}
}
