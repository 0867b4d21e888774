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
		{messaging.ErrOffline, "group.trouble.offline"},
		{messaging.ErrNoConversation, "group.trouble.gone"},
		{messaging.ErrNoGroups, "group.trouble.none"},
		{messaging.ErrEmpty, "group.new.noName"},
	} {
		if errors.Is(err, t.err) {
			return i18n.T(t.key)
		}
	}
	return i18n.T("conversation.trouble.act")
}
