package conversation

import (
	"strings"

	"discussions/internal/i18n"
	"discussions/messaging"

	"fyne.io/fyne/v2"
)

// typingWords says who is writing; "" when nobody is.
func typingWords(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return i18n.T("conversation.typing.one", "Name", cleanLine(names[0]))
	case 2:
		return i18n.T("conversation.typing.two", "First", cleanLine(names[0]), "Second", cleanLine(names[1]))
	}
	return i18n.T("conversation.typing.many")
}

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

// troubleWords says what is wrong with the connection, what it means, and whether trying again helps; "" when nothing is.
func troubleWords(c messaging.Connection) (words string, retry bool) {
	if c.State == messaging.Online {
		return "", false
	}
	switch c.Problem {
	case messaging.Certificate:
		return i18n.T("conversation.trouble.certificate"), true
	case messaging.LoginNeeded, messaging.TokenRefused:
		return i18n.T("conversation.trouble.login"), false
	case messaging.Clock:
		return i18n.T("conversation.trouble.clock"), true
	case messaging.Server:
		return i18n.T("conversation.trouble.server"), true
	case messaging.Replaced:
		return i18n.T("conversation.trouble.replaced"), true
	}
	if c.State == messaging.Connecting {
		return i18n.T("conversation.trouble.connecting"), false
	}
	return i18n.T("conversation.trouble.offline"), true
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
