package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/secret"
)

// Unlock opens a drawer that is sealed or locked with its code. It derives a key, so it takes a fraction of a second.
// Errors: [vault.ErrForm] (no try is counted), *[WaitError], *[WrongCodeError], [ErrErased] after the last try, [ErrLoginNeeded],
// the ErrKeyring errors, [ErrProfile], [ErrNoAccount], [ErrState] when it is open.
func (m *Manager) Unlock(ctx context.Context, id string, code secret.Text) error {
	d, err := m.hold(id)
	if err != nil {
		return err
	}
	defer m.release(d)
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := m.stateOf(d).after(actCode); err != nil {
		return err
	}
	if err := m.mayOpen(d); err != nil {
		return err
	}
	defer m.returnMemory()
	data, err := d.vault.Unlock(code)
	if err != nil {
		return m.vaultError(d, err)
	}
	if d.session != nil {
		err = m.reopen(d, data)
	} else {
		err = m.openSealed(d, data)
	}
	if err != nil {
		data.Wipe()
		return err
	}
	m.enterOpen(d)
	return nil
}

// mayOpen refuses a code where only a full login helps, before it costs a try.
func (m *Manager) mayOpen(d *drawer) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d.view.about.NeedsLogin || m.lifeOver(d.view.stamp, m.o.Now()) {
		return ErrLoginNeeded
	}
	return nil
}

// reopen gives a locked account its messages back.
func (m *Manager) reopen(d *drawer, data secret.Key) error {
	if err := d.session.openMessages(data); err != nil {
		return err
	}
	d.session.data = data
	return nil
}

// openSealed makes a session of the sealed tokens.
func (m *Manager) openSealed(d *drawer, data secret.Key) error {
	key := vault.TokensKey(data)
	defer key.Wipe()
	stamp, p, s, t, err := d.readTokens(key)
	switch now := m.o.Now(); {
	case err != nil:
		m.log.Warn("the sealed tokens cannot be read", "account", d.id, "error", err)
		return m.needLogin(d)
	case m.lifeOver(stamp, now):
		wipeTokens(t)
		m.changed(d, func(v *view) { v.stamp = stamp })
		return ErrLoginNeeded
	case dead(t, now):
		wipeTokens(t)
		return m.needLogin(d)
	}
	n, err := m.newSession(d, data, stamp, p, s, t)
	if err != nil {
		return err
	}
	m.install(d, n)
	return nil
}

// dead says that no refresh is possible and the access token is over.
func dead(t auth.Tokens, now time.Time) bool {
	return (t.Spent || t.Refresh.IsZero()) && !now.Before(t.Expiry)
}

func (m *Manager) needLogin(d *drawer) error {
	m.changed(d, func(v *view) { v.about.NeedsLogin = true })
	m.saveAbout(d)
	return ErrLoginNeeded
}

// install puts a session in its drawer. What is sealed corrects what is readable.
func (m *Manager) install(d *drawer, n *session) {
	d.session = n
	m.changed(d, func(v *view) {
		v.client, v.stamp = n.client, n.stamp
		v.about.person, v.about.Site = n.person, n.site
	})
}

// enterOpen is the end of every way into the open state.
func (m *Manager) enterOpen(d *drawer) {
	unread := d.session.client.Unread()
	m.changed(d, func(v *view) {
		m.sequence++
		v.state, v.sequence = Open, m.sequence
		v.about.LastUsed = m.o.Now().Unix()
		v.left, v.wait, v.broken, v.trouble = vault.MaxTries, time.Time{}, false, nil
		v.unread = unread
	})
	m.events.Publish(ListChanged{})
	if !d.session.begun() {
		m.begin(d, d.session)
	}
	m.saveAbout(d)
}

// saveAbout writes what the list of drawers shows. It is no reason to fail: the sealed copy has what matters.
func (m *Manager) saveAbout(d *drawer) {
	d.saving.Lock()
	defer d.saving.Unlock()
	a := m.aboutOf(d)
	if err := d.write(aboutName, a.encode()); err != nil {
		m.log.Warn("a drawer's description cannot be written", "account", d.id, "error", err)
	}
}

// refreshStatus learns from keyring and file what can be known without the code.
func (m *Manager) refreshStatus(d *drawer) {
	s, err := d.vault.Status()
	if err != nil {
		_ = m.vaultError(d, err)
		return
	}
	m.changed(d, func(v *view) { v.left, v.wait, v.broken, v.trouble = s.Left, s.Wait, false, nil })
}

// vaultError notes in the snapshot what an error of the vault says, does what it demands, and makes it one of this package's.
func (m *Manager) vaultError(d *drawer, err error) error {
	var wrong *WrongCodeError
	var wait *WaitError
	switch {
	case errors.Is(err, ErrErased):
		m.eraseSpent(d)
		return err
	case errors.As(err, &wrong):
		m.changed(d, func(v *view) { v.left, v.wait, v.trouble = wrong.Left, wrong.Wait, nil })
		return err
	case errors.As(err, &wait):
		m.changed(d, func(v *view) { v.wait, v.trouble = wait.Until, nil })
		return err
	case errors.Is(err, vault.ErrOutOfStep), errors.Is(err, vault.ErrDamaged):
		m.log.Warn("a vault cannot be opened any more", "account", d.id, "error", err)
		m.changed(d, func(v *view) { v.broken, v.trouble = true, nil })
		return fmt.Errorf("%w: %w", ErrLoginNeeded, err)
	case errors.Is(err, vault.ErrForm), errors.Is(err, vault.ErrWeakCode):
		return err
	}
	trouble := keyringTrouble(err)
	if trouble == nil {
		return fmt.Errorf("%w: %w", ErrProfile, err)
	}
	m.log.Warn("trouble with the keyring", "account", d.id, "error", err)
	m.changed(d, func(v *view) {
		v.trouble = trouble
		if errors.Is(trouble, ErrKeyringForeign) {
			v.broken = true
		}
	})
	return err
}

// ChangeCode seals a drawer under another code, with a new device secret. Errors: those of [Manager.Unlock] for the old code,
// [vault.ErrWeakCode] and [vault.ErrForm] for the new one. Wrong old codes count like any others, also while it is open.
func (m *Manager) ChangeCode(ctx context.Context, id string, old, code secret.Text) error {
	d, err := m.hold(id)
	if err != nil {
		return err
	}
	defer m.release(d)
	if err := ctx.Err(); err != nil {
		return err
	}
	if m.stateOf(d) != Open {
		if err := m.mayOpen(d); err != nil {
			return err
		}
	}
	defer m.returnMemory()
	if err := d.vault.Change(old, code); err != nil {
		return m.vaultError(d, err)
	}
	m.refreshStatus(d)
	return nil
}
