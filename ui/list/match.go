package list

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fits reports whether every word of a search begins a word of one of the
// texts; accents and capitals do not count.
func fits(search string, texts ...string) bool {
	words := strings.Fields(plain(strings.Join(texts, " ")))
next:
	for _, wanted := range strings.Fields(plain(search)) {
		for _, w := range words {
			if strings.HasPrefix(w, wanted) {
				continue next
			}
		}
		return false
	}
	return true
}

// plain is a text without accents, capitals and signs.
func plain(s string) string {
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
