package conversation

import (
	"strings"

	"discussions/internal/i18n"
	"discussions/messaging"

	"fyne.io/fyne/v2"
)

// detailWords is the second line of the header: who is in it, or the person's job, and whose account it is.
func detailWords(c messaging.Conversation, account string) string {
	parts := make([]string, 0, 2)
	switch {
	case c.Group && c.Members > 0:
		parts = append(parts, i18n.N("conversation.members", c.Members))
	case !c.Group && c.Detail != "":
		parts = append(parts, cleanLine(c.Detail))
	}
	if account != "" {
		parts = append(parts, cleanLine(account))
	}
	return strings.Join(parts, between)
}

// ellipsis shortens a text to a width.
func ellipsis(text string, width float32, measure func(string) float32) string {
	if measure(text) <= width {
		return text
	}
	const dots = "…"
	room := width - measure(dots)
	if text == "" || room <= 0 {
		return dots
	}
	n := fit(text, room, measure)
	return strings.TrimRight(text[:n], " ") + dots
}

// measuring measures a size and style of text.
func measuring(size float32, style fyne.TextStyle) func(string) float32 {
	return func(text string) float32 { return fyne.MeasureText(text, size, style).Width }
}
