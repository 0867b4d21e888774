package wording

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
)

// Presence says in a word whether a person can be reached; "" where that is not known.
func Presence(p messaging.Presence) string {
	switch p {
	case messaging.Available:
		return i18n.T("presence.available")
	case messaging.Away:
		return i18n.T("presence.away")
	case messaging.Busy:
		return i18n.T("presence.busy")
	}
	return ""
}

// PresenceDot is the colour that says the same, and whether the dot is hollow; "" for none.
func PresenceDot(p messaging.Presence) (colour fyne.ThemeColorName, hollow bool) {
	switch p {
	case messaging.Available:
		return look.ColorAvailable, false
	case messaging.Away:
		return look.ColorAway, true
	case messaging.Busy:
		return look.ColorDanger, false
	}
	return "", false
}

// PresenceAnd is the word with what the person says of themselves.
func PresenceAnd(p messaging.Presence, status string) string {
	return Join(" – ", Presence(p), Status(status))
}
