package list

import (
	"strings"

	"discussions/internal/fold"
)

// search is the words of a search, folded.
type search []string

func newSearch(text string) search { return strings.Fields(fold.Text(text)) }

// fits reports whether each word of the search is the beginning of a word in the texts.
func (s search) fits(texts ...string) bool {
	if len(s) == 0 {
		return true
	}
	words := fold.Words(strings.Join(texts, " "))
next:
	for _, wanted := range s {
		for _, w := range words {
			if strings.HasPrefix(w.Folded, wanted) {
				continue next
			}
		}
		return false
	}
	return true
}
