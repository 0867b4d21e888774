package conversation

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// line is a part of a text that stands on one line: the bytes from start to end, without the space or break that ended it.
type line struct {
	start, end int
	width      float32
}

// flow breaks a text into lines no wider than width: at line breaks, at spaces (never at no-break ones), and inside a word that
// is too long for a line. Every text has at least one line.
func flow(text string, width float32, measure func(string) float32) []line {
	var lines []line
	for start := 0; ; {
		end := len(text)
		if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
			end = start + i
		}
		lines = flowParagraph(lines, text, start, end, width, measure)
		if end == len(text) {
			return lines
		}
		start = end + 1
	}
}

func flowParagraph(lines []line, text string, start, end int, width float32, measure func(string) float32) []line {
	if w := measure(text[start:end]); w <= width {
		return append(lines, line{start, end, w})
	}
	space := measure(" ")
	now := line{start, start, 0}
	for at := start; at < end; {
		from := at
		for from < end && text[from] == ' ' {
			from++
		}
		to := from
		for to < end && text[to] != ' ' {
			to++
		}
		gap, word := float32(from-at)*space, measure(text[from:to])
		switch {
		case now.width+gap+word <= width:
			now.end, now.width = to, now.width+gap+word
		case word <= width:
			lines, now = append(lines, now), line{from, to, word}
		default:
			if now.end > now.start {
				lines = append(lines, now)
			}
			for from < to {
				cut := fit(text[from:to], width, measure)
				now = line{from, from + cut, measure(text[from : from+cut])}
				if from += cut; from < to {
					lines = append(lines, now)
				}
			}
		}
		at = to
	}
	return append(lines, now)
}

// fit is how many bytes of a word fit into width: at least one character, and none of its marks apart. An address is cut behind
// one of its signs where there is one near.
func fit(word string, width float32, measure func(string) float32) int {
	var cuts []int
	joined := true // the first character is never cut off from nothing
	for i, r := range word {
		if !joined && !attached(r) {
			cuts = append(cuts, i)
		}
		joined = r == '\u200D'
	}
	cuts = append(cuts, len(word))
	n := sort.Search(len(cuts), func(i int) bool { return measure(word[:cuts[i]]) > width })
	most := max(0, n-1)
	for k := most; k < len(cuts)-1 && k > most-most/3; k-- {
		if strings.IndexByte("/-?&=_.,;", word[cuts[k]-1]) >= 0 {
			return cuts[k]
		}
	}
	return cuts[most]
}

// attached says whether r belongs to the character before it.
func attached(r rune) bool {
	return r == '\u200D' || r >= 0x1F3FB && r <= 0x1F3FF || unicode.Is(unicode.M, r)
}

// offsetAt is the place in a line's text that lies nearest to x.
func offsetAt(text string, x float32, measure func(string) float32) int {
	before := float32(0)
	for i := 0; i < len(text); {
		_, n := utf8.DecodeRuneInString(text[i:])
		after := measure(text[:i+n])
		if x < (before+after)/2 {
			return i
		}
		before, i = after, i+n
	}
	return len(text)
}

// wordAt is the word around a place in a text.
func wordAt(text string, at int) (from, to int) {
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '_' }
	from, to = at, at
	for from > 0 {
		r, n := utf8.DecodeLastRuneInString(text[:from])
		if !inWord(r) {
			break
		}
		from -= n
	}
	for to < len(text) {
		r, n := utf8.DecodeRuneInString(text[to:])
		if !inWord(r) {
			break
		}
		to += n
	}
	return from, to
}
