package account

import (
	"context"
	"errors"
	"slices"
	"time"
)

// keyringPollInterval is how often a keyring that did not answer is asked again: it may be started or unlocked later.
const keyringPollInterval = 10 * time.Second

// readier is a [Keyring] that says whether it would answer, without asking for a password.
type readier interface {
	Ready(ctx context.Context) error
}

// pollKeyring asks the keyring for the status of each drawer and finishes erasures that were cut short: at the start, and again
// while the keyring does not answer.
func (m *Manager) pollKeyring(k Keyring) {
	m.finishErasures()
	for _, d := range m.list() {
		m.askKeyring(d)
	}
	close(m.keyringAsked)
	m.eraseWhatIsDue()
	tick := time.NewTicker(keyringPollInterval)
	defer tick.Stop()
	for {
		select {
		case <-m.life.Done():
			return
		case <-tick.C:
		}
		m.eraseWhatIsDue()
		waiting := slices.DeleteFunc(m.list(), func(d *drawer) bool { return !m.mayRecover(d) })
		if len(waiting) == 0 && !m.unfinishedErasures() {
			continue
		}
		if r, ok := k.(readier); ok && r.Ready(m.life) != nil {
			continue
		}
		m.finishErasures()
		for _, d := range waiting {
			if m.askKeyring(d); m.mayRecover(d) {
				break // the next drawer would wait as long
			}
		}
	}
}

func (m *Manager) askKeyring(d *drawer) {
	d.op.Lock()
	defer d.op.Unlock()
	if !d.removed && m.life.Err() == nil {
		m.refreshStatus(d)
	}
}

// mayRecover reports whether the keyring may answer later. A keyring that refused has asked the user.
func (m *Manager) mayRecover(d *drawer) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := d.view.trouble
	return errors.Is(t, ErrKeyringAbsent) || errors.Is(t, ErrKeyringLocked) || errors.Is(t, ErrKeyringSlow)
}

// erase erases a drawer that has left the list. What fails is tried again, also at the next start of the program.
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
