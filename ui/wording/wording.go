// Package wording turns what the program knows into texts for the user: errors, states, dates, names, previews. The list, the
// conversations, the notifications and the dialogs share it, so that one thing has one name. It draws nothing.
package wording

import (
	"strings"

	"discussions/internal/i18n"
	"discussions/messaging"
)

// nameMost is the largest number of characters of a name or a job that is shown.
const nameMost = 120

// Name makes a name or a job, which others chose, safe to show on one line.
func Name(name string) string { return oneLine(name, nameMost) }

// Author is the name over a message. A nickname that anybody could have taken is called one.
func Author(name string) string {
	if strings.HasPrefix(name, messaging.NicknameMark) {
		return i18n.T("conversation.nickname", "Name", Name(name))
	}
	return Name(name)
}

// Join joins the parts that are not empty.
func Join(separator string, parts ...string) string {
	var present []string
	for _, p := range parts {
		if p != "" {
			present = append(present, p)
		}
	}
	return strings.Join(present, separator)
}
