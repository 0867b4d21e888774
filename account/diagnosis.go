package account

import (
	"io/fs"
	"path/filepath"

	"discussions/messaging"
)

// Diagnosis describes an account for somebody who looks for a fault. It names nobody.
type Diagnosis struct {
	Account   State
	Ephemeral bool
	Login     bool  // a full login is needed
	Trouble   error // of the keyring; nil: none
	Unread    int
	Unsent    int
	Bytes     int64 // of the drawer's files

	Messaging *messaging.Diagnosis // nil while sealed
}

// Diagnoses describes all accounts, the last used first. It waits for the disk.
func (m *Manager) Diagnoses() (list []Diagnosis) {
	for _, a := range m.Accounts() {
		d := Diagnosis{
			Account: a.State, Ephemeral: a.Ephemeral, Login: a.NeedsLogin, Trouble: a.Trouble, Unread: a.Unread, Unsent: m.Unsent(a.ID),
		}
		m.mu.Lock()
		drawer := m.find(a.ID)
		var client *messaging.Client
		if drawer != nil {
			client, _ = drawer.view.client.(*messaging.Client)
		}
		m.mu.Unlock()
		if client != nil {
			of := client.Diagnosis()
			d.Messaging = &of
		}
		if drawer != nil {
			d.Bytes = size(drawer.dir)
		}
		list = append(list, d)
	}
	return list
}

// size adds up the files of a folder, as far as they can be read.
func size(dir string) (total int64) {
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			if info, err := e.Info(); err == nil {
				total += info.Size()
			}
		}
		return nil
	})
	return total
}
