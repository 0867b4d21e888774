package export

import (
	"strings"

	"discussions/ui/wording"
)

// emojiNames replaces the emoji that people pick by their names in brackets, where a font has none: one may be all that an answer says.
func emojiNames() *strings.Replacer {
	var pairs []string
	for _, e := range wording.AllEmoji() {
		name := "[" + e.Name() + "]"
		pairs = append(pairs, e.Text, name)
		if plain := strings.TrimSuffix(e.Text, "\ufe0f"); plain != e.Text { // as some programs write it
			pairs = append(pairs, plain, name)
		}
	}
	return strings.NewReplacer(pairs...)
}
