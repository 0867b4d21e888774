package list

import (
	"strings"

	"discussions/internal/fold"
)

// wanted is the words of a search, folded.
type wanted []string

func newWanted(text string) wanted { return strings.Fields(fold.Text(text)) }

// fits reports whether each word of the search is the beginning of a word in the texts.
func (w wanted) fits(texts ...string) bool {
	if len(w) == 0 {
		return true
	}
	words := fold.Words(strings.Join(texts, " "))
next:
	for _, beginning := range w {
		for _, word := range words {
			if strings.HasPrefix(word.Folded, beginning) {
				continue next
			}
		}
		return false
	}
	return true
}
