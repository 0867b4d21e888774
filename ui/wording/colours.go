package wording

import (
	"discussions/internal/i18n"
	"discussions/internal/picture"
	"discussions/ui/look"
)

// GroupColours are the colours that a group of that name can have: first that of its name, then those of [picture.AvatarColours].
func GroupColours(name string) []look.Swatch {
	list := []look.Swatch{{Colour: look.PersonColour(name), Name: i18n.T("group.colour.auto")}}
	names := []string{
		i18n.T("group.colour.red"), i18n.T("group.colour.amber"), i18n.T("group.colour.green"), i18n.T("group.colour.teal"),
		i18n.T("group.colour.blue"), i18n.T("group.colour.violet"), i18n.T("group.colour.grey"),
	}
	for i, c := range picture.AvatarColours() {
		list = append(list, look.Swatch{Colour: c, Name: i18n.T("group.colour.named", "Colour", names[i])})
	}
	return list
}
