package export

import (
	"strings"

	"discussions/assets"
	"discussions/internal/i18n"
)

// emojiNames replaces the emoji that people pick by their names in brackets, where a font has none: one may be all that an answer says.
func emojiNames() *strings.Replacer {
	var pairs []string
	for line := range strings.Lines(assets.Emoji) {
		parts := strings.Split(strings.TrimSpace(line), "|")
		if len(parts) != 3 {
			continue
		}
		names := parts[2]
		if i18n.Current().Language == "fr" {
			names = parts[1]
		}
		name, _, _ := strings.Cut(names, ",")
		pairs = append(pairs, parts[0], "["+name+"]")
		if plain := strings.TrimSuffix(parts[0], "\ufe0f"); plain != parts[0] { // as some programs write it
			pairs = append(pairs, plain, "["+name+"]")
		}
	}
	return strings.NewReplacer(pairs...)
}
