package wording

import (
	"strings"

	"discussions/assets"
	"discussions/internal/i18n"
)

// Emoji is one that can be picked. Its names are separated by commas, the usual one first.
type Emoji struct{ Text, French, English string }

// AllEmoji are those that can be picked, the suggested ones first.
func AllEmoji() (list []Emoji) {
	for line := range strings.Lines(assets.Emoji) {
		if parts := strings.Split(strings.TrimSpace(line), "|"); len(parts) == 3 {
			list = append(list, Emoji{parts[0], parts[1], parts[2]})
		}
	}
	return list
}

// Name is the usual name in the user's language; in English where the list has no names in it.
func (e Emoji) Name() string {
	names := e.English
	if i18n.Current().Language == "fr" {
		names = e.French
	}
	name, _, _ := strings.Cut(names, ",")
	return name
}
