package conversation

import (
	"strings"
	"time"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/wording"
)

// detailWords is the second line of the header: who is in it, or the person's job and what they say of themselves, whether it is muted, and whose account it is.
func detailWords(c messaging.Conversation, account string, now time.Time) string {
	parts := make([]string, 0, 2)
	switch {
	case c.Group:
		if c.Members > 0 {
			parts = append(parts, i18n.N("conversation.members", c.Members))
		}
		if c.Hides {
			parts = append(parts, i18n.T("conversation.hides"))
		}
	default:
		if c.Detail != "" {
			parts = append(parts, wording.Name(c.Detail))
		}
		if said := wording.PresenceAnd(c.Presence, c.Status); said != "" {
			parts = append(parts, said)
		}
	}
	switch {
	case !c.Muted(now):
	case c.MutedUntil.Equal(messaging.Forever()):
		parts = append(parts, i18n.T("conversation.muted"))
	default:
		parts = append(parts, i18n.T("conversation.mutedUntil", "Time", wording.Time(c.MutedUntil)))
	}
	if account != "" {
		parts = append(parts, wording.Name(account))
	}
	return strings.Join(parts, between)
}
