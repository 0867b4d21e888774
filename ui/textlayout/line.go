package textlayout

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Cut shortens the first line of a text to a width; where it does not fit, it ends in "…".
func Cut(text string, width float32, ruler *Ruler) string {
	text, _, _ = strings.Cut(text, "\n")
	if Fit(text, width, ruler) == len(text) {
		return text
	}
	const dots = "…"
	end := Fit(text, width-ruler.Width(dots), ruler)
	return strings.TrimRight(text[:end], " ") + dots
}

// Fit is how many bytes of a text without line breaks fit into a width, in whole characters.
func Fit(text string, width float32, ruler *Ruler) int {
	if text == "" || width <= 0 {
		return 0
	}
	w := ruler.window()
	defer ruler.reuse(w)
	w.cut(text, 0, len(text))
	f := filler{w: w, text: text, ruler: ruler, anywhere: true}
	last, actual := f.fit(width)
	if actual > width {
		return 0
	}
	return w.clusters[last].end
}

// OffsetAt is the place in a line's text that lies nearest to x, in whole characters.
func OffsetAt(text string, x float32, ruler *Ruler) int {
	if text == "" || x <= 0 {
		return 0
	}
	w := ruler.window()
	defer ruler.reuse(w)
	w.cut(text, 0, len(text))
	low, high := 0, len(w.clusters) // the first character whose right edge lies behind x
	for low < high {
		if middle := (low + high) / 2; ruler.Width(text[:w.clusters[middle].end]) <= x {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == len(w.clusters) {
		return w.end
	}
	left, right := ruler.Width(text[:w.begin(low)]), ruler.Width(text[:w.clusters[low].end])
	if x < (left+right)/2 {
		return w.begin(low)
	}
	return w.clusters[low].end
}

// WordAt is the word around a place in a text, between from and to; they are equal where there is none.
func WordAt(text string, at int) (from, to int) {
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

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '_'
}

// Boundary is a place in a text, at or before a limit of 4 KiB at most, that lies between two characters. It is 0 only for a limit
// inside the first character.
func Boundary(text string, limit int) int {
	var w window
	w.cut(text, 0, len(text))
	at := 0
	for _, c := range w.clusters {
		if c.end > limit || c.end == w.end && w.end < len(text) {
			break
		}
		at = c.end
	}
	if at == 0 && w.end <= limit { // one character takes all that was looked at
		return w.end
	}
	return at
}

// First is the length of the first character of a text, in bytes.
func First(text string) int {
	var w window
	w.cut(text, 0, len(text))
	if len(w.clusters) == 0 {
		return 0
	}
	return w.clusters[0].end
}
