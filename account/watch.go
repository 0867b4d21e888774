package account

import (
	"context"
	"errors"
	"slices"
	"time"
)

// keyringAgain is how often a keyring that could not be asked is looked at: it may be started, or unlocked, after the program.
const keyringAgain = 10 * time.Second

// readier is a [Keyring] that says whether it would answer, without asking for a password.
type readier interface {
	Ready(ctx context.Context) error
}

// watchKeyring learns what the keyring knows of each drawer and finishes erasures that were cut short, at the start and, where the
// keyring did not answer, later.
func (m *Manager) watchKeyring(k Keyring) {
	m.finishErasures()
	for _, d := range m.list() {
		m.lookAt(d)
	}
	close(m.looked)
	tick := time.NewTicker(keyringAgain)
	defer tick.Stop()
	for {
		select {
		case <-m.life.Done():
			return
		case <-tick.C:
		}
		waiting := slices.DeleteFunc(m.list(), func(d *drawer) bool { return !m.waits(d) })
		if len(waiting) == 0 && !m.unfinishedErasures() {
			continue
		}
		if r, ok := k.(readier); ok && r.Ready(m.life) != nil {
			continue
		}
		m.finishErasures()
		for _, d := range waiting {
			if m.lookAt(d); m.waits(d) {
				break // the next one would wait as long
			}
		}
	}
}

func (m *Manager) lookAt(d *drawer) {
	d.op.Lock()
	defer d.op.Unlock()
	if !d.gone && m.life.Err() == nil {
		m.refreshStatus(d)
	}
}

// waits says whether the drawer's trouble may pass by itself. A keyring that refused has somebody to ask, who was asked.
func (m *Manager) waits(d *drawer) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := d.view.trouble
	return errors.Is(t, ErrKeyringAbsent) || errors.Is(t, ErrKeyringLocked) || errors.Is(t, ErrKeyringSlow)
}

// erase erases a drawer that has left the list. What fails is tried again while the program runs, and at its next start.
func (m *Manager) erase(d *drawer) error {
	err := d.erase()
	if len(d.files()) > 0 {
		m.mu.Lock()
		m.unfinished = append(m.unfinished, d)
		m.mu.Unlock()
	}
	return err
}

func (m *Manager) unfinishedErasures() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.unfinished) > 0
}

func (m *Manager) finishErasures() {
	m.mu.Lock()
	list := m.unfinished
	m.unfinished = nil
	m.mu.Unlock()
	for _, d := range list {
		if m.life.Err() != nil {
			return
		}
		if err := m.erase(d); err != nil {
			m.log.Warn("an erasure could not be finished", "account", d.id, "error", err)
		}
	}
}
