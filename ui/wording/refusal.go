package wording

import (
	"discussions/internal/i18n"
	"discussions/messaging"
)

// Refusal says why a group does not let the account in, and what to do; "" where it does.
func Refusal(r messaging.Refusal) string {
	if r == messaging.NotRefused {
		return ""
	}
	return i18n.T("group.refused." + string(r))
}
