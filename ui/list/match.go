package list

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// search is the words of a search, without accents and capitals.
type search []string

func newSearch(text string) search { return strings.Fields(normalize(text)) }

// fits reports whether each word of the search is the beginning of a word in the texts.
func (s search) fits(texts ...string) bool {
	if len(s) == 0 {
		return true
	}
	words := strings.Fields(normalize(strings.Join(texts, " ")))
next:
	for _, wanted := range s {
		for _, w := range words {
			if strings.HasPrefix(w, wanted) {
				continue next
			}
		}
		return false
	}
	return true
}

// normalize removes accents, capitals and signs.
func normalize(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFD.String(s))
}
