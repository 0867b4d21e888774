package export

import (
	"strings"

	"discussions/ui/wording"
)

// withoutSkinTone drops the characters that give the emoji before them the colour of a skin (UTS #51, §2.4): the name is that of the emoji.
func withoutSkinTone(r rune) rune {
	if r >= 0x1f3fb && r <= 0x1f3ff {
		return -1
	}
	return r
}

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
