package ui

import (
	"discussions/account"
	"discussions/ui/screen"
)

// manager is [account.Manager] with an interface for what Client returns.
type manager struct{ *account.Manager }

// Client implements [screen.Manager].
func (m manager) Client(id string) (screen.Client, bool) {
	c, ok := m.Manager.Client(id)
	if !ok {
		return nil, false
	}
	return c, true
}
