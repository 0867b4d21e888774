package wording

import (
	"discussions/internal/i18n"
	"discussions/messaging"
)

// Typing says who is typing; "" when nobody is.
func Typing(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return i18n.T("typing.one", "Name", Name(names[0]))
	case 2:
		return i18n.T("typing.two", "First", Name(names[0]), "Second", Name(names[1]))
	}
	return i18n.T("typing.many")
}

// TypingIn is [Typing] in a place that shows the conversation's name already.
func TypingIn(c messaging.Conversation) string {
	if len(c.Typing) > 0 && !c.Group {
		return i18n.T("typing.alone")
	}
	return Typing(c.Typing)
}
