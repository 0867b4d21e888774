package wording

import (
	"fmt"

	"discussions/internal/i18n"
	"discussions/messaging"
)

// previewMost is the number of characters that a preview shows.
const previewMost = 200

// Preview is the content of a message on one line, as the list, a notification and a quote show it.
func Preview(m messaging.Message) string {
	switch c := m.Content.(type) {
	case messaging.Text:
		return Join(" — ", Line(c.Subject), Line(c.Body))
	case messaging.File:
		words := "📄 " + FileNameOf(c).String()
		if IsPicture(c) {
			words = "📷 " + Join(" — ", i18n.T("attachment.image"), Line(c.Description))
		}
		if more := len(c.Files()) - 1; more > 0 {
			words += fmt.Sprintf(" (+%d)", more)
		}
		return words
	case messaging.Retracted:
		return i18n.T("conversation.retracted")
	case messaging.Notice:
		return Notice(c)
	case messaging.Invitation:
		return Invitation(m, c)
	case messaging.Unreadable:
		if c.Reason == messaging.Encrypted {
			return i18n.T("preview.encrypted")
		}
	}
	return i18n.T("preview.unsupported")
}

// Quoted is on one line what a message answers; "" where nothing is known of it.
func Quoted(q *messaging.Quote) string {
	switch {
	case q.Gone:
		return i18n.T("conversation.retracted")
	case q.File != messaging.File{}:
		return Preview(messaging.Message{Content: q.File})
	}
	return Line(q.Text)
}

// QuotedBy is who wrote what a message answers. Where the original is not on this computer, both the name and the words are only what the
// author of the answer says; that is said first, as a long name is cut.
func QuotedBy(q *messaging.Quote) string {
	name := Name(q.Author)
	switch {
	case q.ID != "" || name == "" && q.Text == "":
		return name
	case name == "":
		return i18n.T("conversation.quote.unchecked")
	}
	return i18n.T("conversation.quote.uncheckedOf", "Name", name)
}

// Line is a text that others wrote, on one line.
func Line(text string) string { return oneLine(text, previewMost) }
