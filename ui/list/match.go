package list

import (
	"strings"

	"discussions/ui/wording"
)

// search is the words of a search, without accents and capitals.
type search []string

func newSearch(text string) search { return strings.Fields(wording.Fold(text)) }

// fits reports whether each word of the search is the beginning of a word in the texts.
func (s search) fits(texts ...string) bool {
	if len(s) == 0 {
		return true
	}
	words := strings.Fields(wording.Fold(strings.Join(texts, " ")))
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
