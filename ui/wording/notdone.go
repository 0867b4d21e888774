package wording

import (
	"errors"

	"discussions/internal/i18n"
	"discussions/messaging"
)

// GroupTrouble says why something could not be done with a group, and what to do.
func GroupTrouble(err error) string {
	for _, t := range []struct {
		err error
		key string
	}{
		{messaging.ErrNotAllowed, "group.trouble.notAllowed"},
		{messaging.ErrLastOwner, "group.trouble.lastOwner"},
		{messaging.ErrNoConversation, "group.trouble.gone"},
		{messaging.ErrNoGroups, "group.trouble.none"},
		{messaging.ErrEmpty, "group.new.noName"},
	} {
		if errors.Is(err, t.err) {
			return i18n.T(t.key)
		}
	}
	return NotDone(err)
}

// NotDone says on a line why something could not be done in a conversation, and what to do.
func NotDone(err error) string {
	switch {
	case errors.Is(err, messaging.ErrOffline), errors.Is(err, messaging.ErrNotOffered):
		return Explain(err).Short()
	case errors.Is(err, messaging.ErrManyPinned):
		return i18n.T("conversation.pin.full")
	}
	return i18n.T("conversation.trouble.act")
}

// NotSent says on a line why a message could not be put into the outbox.
func NotSent(err error) string {
	if errors.Is(err, messaging.ErrTooLong) {
		return Explain(err).Short()
	}
	return i18n.T("conversation.trouble.kept")
}
