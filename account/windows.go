package account

import (
	"errors"
	"fmt"
	"io/fs"

	"discussions/account/vault"
)

// windowsName is the file of the places of an account's windows. It names conversations, so it is sealed.
const windowsName = "windows"

const maxWindows = 256 << 10 // bytes

// Windows returns what SaveWindows saved last, also in an earlier run; nil if there is nothing, or if it was sealed under another
// data key. It waits for the disk. The account must be open, otherwise the error is [ErrState].
func (m *Manager) Windows(id string) ([]byte, error) {
	d, err := m.hold(id)
	if err != nil {
		return nil, err
	}
	defer m.release(d)
	if m.stateOf(d) != Open {
		return nil, fmt.Errorf("read the places of windows: %w", ErrState)
	}
	data, err := d.disk.ReadFile(d.path(windowsName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("%w: read the places of windows: %w", ErrProfile, err)
	}
	key := vault.WindowsKey(d.running.data)
	defer key.Wipe()
	plain, _, err := vault.OpenFile(key, d.id, data)
	if err != nil {
		m.log.Info("the places of windows cannot be read", "account", d.id, "error", err)
		return nil, nil
	}
	return plain, nil
}

// SaveWindows keeps where the account's windows are, sealed. It waits for the disk. The account must be open, otherwise the error is
// [ErrState].
func (m *Manager) SaveWindows(id string, data []byte) error {
	d, err := m.hold(id)
	if err != nil {
		return err
	}
	defer m.release(d)
	if m.stateOf(d) != Open || len(data) > maxWindows {
		return fmt.Errorf("keep the places of windows: %w", ErrState)
	}
	key := vault.WindowsKey(d.running.data)
	defer key.Wipe()
	sealed, err := vault.SealFile(key, d.id, m.o.Now(), data)
	if err != nil {
		return fmt.Errorf("seal the places of windows: %w", err)
	}
	return d.write(windowsName, sealed)
}
