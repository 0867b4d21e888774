package wording

import (
	"discussions/messaging"
	"discussions/messaging/model"
)

// previewMost is the number of characters that a preview shows.
const previewMost = 200

// Preview is the content of a message on one line, as the list and a notification show it.
func Preview(m messaging.Message) string { return oneLine(model.PlainText(m.Content), previewMost) }

// Line is a text that others wrote, on one line of the same length.
func Line(text string) string { return oneLine(text, previewMost) }
