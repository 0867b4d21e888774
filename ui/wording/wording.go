// Package wording puts what the program knows into the user's words: errors, the state of a connection or of a message, dates,
// names, who is typing. The list, the conversations, the notifications and the dialogs all take their words from here, so that
// one thing is called by one name. It draws nothing.
package wording

import "strings"

// nameMost is the number of characters of a name or a job that is worth showing.
const nameMost = 120

// Name is a name or a job that others chose, safe to show on one line.
func Name(name string) string { return oneLine(name, nameMost) }

// Join puts the parts that are not empty behind each other, with a separator between them.
func Join(separator string, parts ...string) string {
	var present []string
	for _, p := range parts {
		if p != "" {
			present = append(present, p)
		}
	}
	return strings.Join(present, separator)
}
