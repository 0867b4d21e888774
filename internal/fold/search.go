package fold

import "strings"

// Search is the words of a search, each of which must begin a word of what is searched.
type Search []string

// NewSearch folds the words that somebody types.
func NewSearch(text string) Search { return strings.Fields(Text(text)) }

// Searchable is a text for [Search.Fits]: its folded words, each behind a space. Folding costs more than looking, so it is done once.
func Searchable(text string) string { return " " + Text(text) }

// Fits reports whether each word of the search begins a word of a text. A search without words fits each text.
func (s Search) Fits(searchable string) bool {
	for _, beginning := range s {
		if !strings.Contains(searchable, " "+beginning) {
			return false
		}
	}
	return true
}
