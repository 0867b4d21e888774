package conversation

import (
	"strings"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/wording"
)

// detailWords is the second line of the header: who is in it, or the person's job, and whose account it is.
func detailWords(c messaging.Conversation, account string) string {
	parts := make([]string, 0, 2)
	switch {
	case c.Group:
		if c.Members > 0 {
			parts = append(parts, i18n.N("conversation.members", c.Members))
		}
		if c.Hides {
			parts = append(parts, i18n.T("conversation.hides"))
		}
	case !c.Group && c.Detail != "":
		parts = append(parts, wording.Name(c.Detail))
	}
	if account != "" {
		parts = append(parts, wording.Name(account))
	}
	return strings.Join(parts, between)
}
