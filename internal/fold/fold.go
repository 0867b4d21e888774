// Package fold makes words comparable as readers of French compare them: without accents and capitals, with œ as oe.
package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Version changes with what the functions of this package return: an index made by another one is of no use.
const Version = 1

// Word is a run of letters and digits in a text.
type Word struct {
	Start, End int    // bytes of the text
	Folded     string // never empty
}

// Words finds the words of a text, in order. It takes time in proportion to the text.
func Words(text string) (list []Word) {
	var folded []byte
	start, end := -1, 0
	finish := func() {
		if len(folded) > 0 {
			list = append(list, Word{start, end, string(folded)})
		}
		folded, start = folded[:0], -1
	}
	for i, r := range text {
		switch {
		case inWord(r):
			if start < 0 {
				start = i
			}
			folded = appendFolded(folded, r)
			end = i + utf8.RuneLen(r)
		case unicode.Is(unicode.M, r) && start >= 0: // an accent of its own, or a sign that changes the letter before it
			end = i + utf8.RuneLen(r)
		default:
			finish()
		}
	}
	finish()
	return list
}

// Text joins the words of a text by spaces.
func Text(text string) string {
	var b strings.Builder
	for _, w := range Words(text) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.Folded)
	}
	return b.String()
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}

// appendFolded appends a letter or digit in its plain form, which may be several or, of a letter that only changes others, none.
func appendFolded(to []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return append(to, byte(r))
	}
	var buf [utf8.UTFMax]byte
	for _, part := range string(norm.NFKD.Append(nil, buf[:utf8.EncodeRune(buf[:], r)]...)) {
		switch part = unicode.ToLower(part); {
		case part == 'œ':
			to = append(to, "oe"...)
		case part == 'æ':
			to = append(to, "ae"...)
		case part == 'ß':
			to = append(to, "ss"...)
		case inWord(part):
			to = utf8.AppendRune(to, part)
		}
	}
	return to
}
