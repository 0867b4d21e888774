package textlayout

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
)

// directionBytes is how much of a paragraph is searched for the letter that gives its direction.
const directionBytes = 4096

// RightToLeft says whether the paragraph around a place in a text runs from right to left: whether its first letter does (rules
// P2 and P3 of the Unicode bidirectional algorithm, UAX #9).
func RightToLeft(text string, at int) bool {
	start := strings.LastIndexByte(text[:at], '\n') + 1
	end := min(len(text), start+directionBytes)
	for _, r := range text[start:end] {
		if r == '\n' {
			return false
		}
		if r < '\u0590' { // the first letter that runs from right to left
			if isLatin(r) {
				return false
			}
			continue
		}
		switch classOf(r) {
		case bidi.L:
			return false
		case bidi.R, bidi.AL:
			return true
		}
	}
	return false
}

func isLatin(r rune) bool {
	return r < 0x80 && (r|0x20 >= 'a' && r|0x20 <= 'z') || r >= 0x80 && classOf(r) == bidi.L
}

func classOf(r rune) bidi.Class {
	p, _ := bidi.LookupRune(r)
	return p.Class()
}

// isLeftToRight is the quick way out for most lines: nothing in them changes the order of characters.
func isLeftToRight(line string) bool {
	for _, r := range line {
		if r >= '\u0590' && (r < '\u2010' && r <= '\u08FF' || r == '\u200F' || r >= '\uFB1D' && r <= '\uFDFF' ||
			r >= '\uFE70' && r <= '\uFEFF' || r >= 0x10800 && r <= 0x10FFF || r >= 0x1E800 && r <= 0x1EFFF) {
			return false
		}
	}
	return true
}

// A piece is a part of a line that is drawn from one end to the other, either way.
type piece struct {
	start, end  int
	level       uint8 // of UAX #9: odd runs from right to left
	rightToLeft bool  // a word whose letters do; a sign alone never does
}

// pieces are the parts of a line from left to right as they stand on the screen. A piece that runs from right to left is a word,
// or a single sign.
func pieces(line string, rightToLeft bool) []piece {
	var w window
	var all []piece
	levels := levelsOf(line, rightToLeft)
	rune_ := 0 // index of the first rune of the cluster
	for start := 0; start < len(line); {
		w.cut(line, start, len(line))
		for i, c := range w.clusters {
			if c.end == w.end && w.end < len(line) && i > 0 {
				break // the window may have cut it
			}
			p := piece{start: start, end: c.end, level: levels[rune_]}
			first, _ := utf8.DecodeRuneInString(line[start:])
			class := classOf(first)
			p.rightToLeft = p.level%2 == 1 && (class == bidi.R || class == bidi.AL)
			if n := len(all); n > 0 && all[n-1].level == p.level && (p.level%2 == 0 || all[n-1].rightToLeft && p.rightToLeft &&
				sameScript(line[all[n-1].start:], first)) {
				all[n-1].end = p.end
			} else {
				all = append(all, p)
			}
			rune_ += utf8.RuneCountInString(line[start:c.end])
			start = c.end
		}
	}
	reorder(all)
	return all
}

// sameScript says whether a word and the letter after it are drawn with one font.
func sameScript(word string, letter rune) bool {
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.Is(unicode.Hebrew, first) == unicode.Is(unicode.Hebrew, letter)
}

// reorder is rule L2: from the highest level to the lowest odd one, reverse what has at least that level.
func reorder(all []piece) {
	highest := uint8(0)
	for _, p := range all {
		highest = max(highest, p.level)
	}
	for level := highest; level > 0; level-- {
		for i := 0; i < len(all); i++ {
			if all[i].level < level {
				continue
			}
			j := i
			for j < len(all) && all[j].level >= level {
				j++
			}
			for a, b := i, j-1; a < b; a, b = a+1, b-1 {
				all[a], all[b] = all[b], all[a]
			}
			i = j
		}
	}
}

// shown is a piece as it is drawn. Marks around a word keep its neighbours out of its order, so that what draws text from left to
// right draws it right.
func (p piece) shown(line string) string {
	const mark = "\u200E" // left-to-right mark, which has no width
	text := line[p.start:p.end]
	if p.rightToLeft || p.level == 2 {
		return mark + text + mark
	}
	if p.level%2 == 1 {
		if r, n := utf8.DecodeRuneInString(text); n == len(text) {
			return string(mirrored(r))
		}
	}
	return text
}

// Visual is a line of text in the order in which it is drawn from left to right: as in logical order, but that words which run from
// right to left stand where they are seen. rightToLeft is the direction of the line's paragraph.
func Visual(line string, rightToLeft bool) string {
	if isLeftToRight(line) && !rightToLeft {
		return line
	}
	var b strings.Builder
	for _, p := range pieces(line, rightToLeft) {
		b.WriteString(p.shown(line))
	}
	return b.String()
}

// Shown is [Visual] for a line that is a paragraph of its own: a name, a label.
func Shown(line string) string { return Visual(line, RightToLeft(line, 0)) }

// Span is a part of a line on the screen.
type Span struct{ X, Width float32 }

// Spans are the parts of the screen that the text between from and to takes on its line.
func Spans(line string, rightToLeft bool, from, to int, ruler *Ruler) []Span {
	if isLeftToRight(line) && !rightToLeft {
		left := ruler.Width(line[:from])
		return []Span{{left, ruler.Width(line[:to]) - left}}
	}
	var spans []Span
	x := float32(0)
	for _, p := range pieces(line, rightToLeft) {
		width := ruler.Width(p.shown(line))
		if start, end := max(from, p.start), min(to, p.end); start < end {
			left, right := ruler.Width(line[p.start:start]), ruler.Width(line[p.start:end])
			if end == p.end {
				right = width
			}
			if p.rightToLeft {
				left, right = width-right, width-left
			}
			if n := len(spans); n > 0 && spans[n-1].X+spans[n-1].Width >= x+left-1 {
				spans[n-1].Width = x + right - spans[n-1].X
			} else {
				spans = append(spans, Span{x + left, right - left})
			}
		}
		x += width
	}
	return spans
}

// VisualOffsetAt is [OffsetAt] for a line of a paragraph of either direction.
func VisualOffsetAt(line string, rightToLeft bool, x float32, ruler *Ruler) int {
	if isLeftToRight(line) && !rightToLeft {
		return OffsetAt(line, x, ruler)
	}
	all := pieces(line, rightToLeft)
	for i, p := range all {
		width := ruler.Width(p.shown(line))
		if x > width && i < len(all)-1 {
			x -= width
			continue
		}
		if p.level%2 == 1 {
			x = width - x
		}
		return p.start + OffsetAt(line[p.start:p.end], x, ruler)
	}
	return 0
}
