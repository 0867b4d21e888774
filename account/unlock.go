package account

import (
	"context"
	"errors"
	"fmt"

	"discussions/account/vault"
	"discussions/internal/secret"
)

// Unlock opens a sealed or locked account with its code. It derives a key, so it takes a fraction of a second.
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
	if err := m.checkCodeAllowed(d); err != nil {
		return err
	}
	defer m.freeMemory()
	d.vault.Hint = d.lastLoginHint()
	data, err := d.vault.Unlock(code)
	if err != nil {
		return m.vaultError(d, err)
	}
	if d.running != nil {
		err = m.openLocked(d, data)
	} else {
		err = m.openSealed(d, data)
	}
	if err != nil {
		data.Wipe()
		return err
	}
	m.finishOpening(d)
	return nil
}

// checkCodeAllowed refuses a code where only a full login helps, so that it costs no try.
func (m *Manager) checkCodeAllowed(d *drawer) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.needsLogin(&d.view, m.o.Now()) {
		return ErrLoginNeeded
	}
	return nil
}

// saveDescription writes account.json. An error is only logged: the sealed copy has what matters.
func (m *Manager) saveDescription(d *drawer) {
	if err := m.writeDescription(d); err != nil {
		m.log.Warn("a drawer's description cannot be written", "account", d.id, "error", err)
	}
}

func (m *Manager) writeDescription(d *drawer) error {
	d.saving.Lock()
	defer d.saving.Unlock()
	a := m.descriptionOf(d)
	return d.write(descriptionName, a.encode())
}

// refreshStatus reads from keyring and file what can be known without the code.
func (m *Manager) refreshStatus(d *drawer) {
	d.vault.Hint = d.lastLoginHint()
	s, err := d.vault.Status()
	if err != nil {
		_ = m.vaultError(d, err)
		return
	}
	m.changed(d, func(v *view) {
		v.left, v.wait, v.misses, v.standing, v.broken, v.trouble = s.Left, s.Wait, s.Misses, s.Standing, false, nil
	})
}

// vaultError notes an error of the vault in the snapshot, erases the drawer after its last try, and returns the error as one of
// this package's.
func (m *Manager) vaultError(d *drawer, err error) error {
	var wrong *WrongCodeError
	var wait *WaitError
	switch {
	case errors.Is(err, ErrErased):
		m.eraseAfterLastTry(d)
		return err
	case errors.Is(err, ErrLoginNeeded):
		m.changed(d, func(v *view) { v.standing, v.trouble = d.vault.Standing(), nil; v.standing.LoginNeeded = true })
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

// ChangeCode seals an account under another code, with a new device secret. Errors: those of [Manager.Unlock] for the old code,
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
		if err := m.checkCodeAllowed(d); err != nil {
			return err
		}
	}
	defer m.freeMemory()
	if err := d.vault.Change(old, code); err != nil {
		return m.vaultError(d, err)
	}
	m.refreshStatus(d)
	return nil
}
