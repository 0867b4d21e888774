package list

import (
	"strings"

	"discussions/internal/fold"
	"discussions/messaging"
)

// wanted is the words of a search, folded.
type wanted []string

func newWanted(text string) wanted { return strings.Fields(fold.Text(text)) }

// searchable is what a search looks into: the folded words of a conversation's name and detail, each behind a space. Folding costs
// more than looking, so it is done once, where the conversation is read.
func searchable(c messaging.Conversation) string { return " " + fold.Text(c.Name+" "+c.Detail) }

// fits reports whether each word of the search is the beginning of a word.
func (w wanted) fits(searchable string) bool {
	for _, beginning := range w {
		if !strings.Contains(searchable, " "+beginning) {
			return false
		}
	}
	return true
}
