package account

import (
	"errors"
	"time"

	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/secret"
)

// All ways to the state open. Each begins with the drawer held or new, and ends in finishOpening:
//
//	SignIn.SetCode ──┬─ no account ──▶ create ─▶ writeNew ──────────────────────────────┐
//	                 └─ an account ─▶ replaceCode ─┐                                    │
//	SignIn.Resume ────────────────────▶ resume ────┴▶ renewLogin ─▶ moveTokens ──┐      │
//	                                                                             │      │
//	                    ┌────────────────────────────────────────────────────────┘      │
//	                    ├─ was open ────────────────────────────────────────────────────┤
//	                    ├─ was locked ─▶ openLocked ────────────────────────────────────┼─▶ finishOpening
//	Manager.Unlock ─────┴─ was sealed ─▶ openSealed ────────────────────────────────────┘
//
// The code, or the login of who owns the drawer, gives the data key; from it come the keys of the tokens and of the messages.

// create makes a new drawer. Its description is marked as new until all its files are written; the next start erases such a
// drawer.
func (m *Manager) create(s *signIn, code secret.Text, ephemeral bool) (id string, err error) {
	if err := vault.CheckCode(code); err != nil {
		return "", err
	}
	if _, err := Absent.after(actAdd); err != nil {
		return "", err
	}
	if s.tokensMoved() { // to a drawer that was removed since
		return "", ErrLoginNeeded
	}
	d, err := m.profile.newDrawer(ephemeral)
	if err != nil {
		return "", err
	}
	data := secret.RandomKey()
	if err = m.writeNew(d, s, code, data); err != nil {
		data.Wipe()
		d.discard()
		return "", err
	}
	m.mu.Lock()
	m.drawers = append(m.drawers, d)
	d.view.client.SetVisible(!m.hidden)
	m.mu.Unlock()
	m.finishOpening(d)
	return d.id, nil
}

// writeNew writes the files of a new drawer, and prepares what will run for it.
func (m *Manager) writeNew(d *drawer, s *signIn, code secret.Text, data secret.Key) error {
	now := m.o.Now()
	d.view = view{
		description: description{New: true, Person: s.personID, person: s.owner, Site: s.site, LastUsed: now.Unix()},
		lastLogin:   now, left: vault.MaxTries,
	}
	if err := d.write(descriptionName, d.view.description.encode()); err != nil {
		return err
	}
	if err := d.vault.Create(code, data); err != nil {
		return creationError(err)
	}
	key := vault.TokensKey(data)
	defer key.Wipe()
	if err := d.writeTokens(key, s.record(now)); err != nil {
		return err
	}
	r, err := m.newRunning(d, data, s.record(now))
	if err != nil {
		return err
	}
	d.view.description.New = false
	if err := d.write(descriptionName, d.view.description.encode()); err != nil {
		r.discard()
		return err
	}
	d.running, d.view.client = r, r.client
	return nil
}

// creationError turns an error of the file system into one of this package.
func creationError(err error) error {
	if keyringTrouble(err) != nil || errors.Is(err, vault.ErrWeakCode) || errors.Is(err, vault.ErrForm) {
		return err
	}
	return errors.Join(ErrProfile, err)
}

// replaceCode seals the drawer under a code. It keeps the data key if the drawer is open, or if the code is its present one;
// otherwise the drawer gets a new key, and its old messages cannot be read any more. The caller holds the drawer.
func (m *Manager) replaceCode(d *drawer, s *signIn, code secret.Text) (id string, err error) {
	var data secret.Key
	if m.stateOf(d) == Open {
		data = d.running.data.Copy()
		if err := d.vault.Create(code, data); err != nil {
			data.Wipe()
			return "", creationError(err)
		}
		return d.id, m.renewLogin(d, s, data)
	}
	data, err = d.vault.UnlockAfterLogin(code, s.personID)
	switch {
	case err == nil:
		return d.id, m.renewLogin(d, s, data)
	case errors.Is(err, ErrErased):
		return "", m.vaultError(d, err)
	case keyringTrouble(err) != nil && !errors.Is(err, ErrKeyringForeign):
		return "", m.vaultError(d, err)
	}
	if err := m.seal(d); err != nil { // what runs has the old keys
		m.log.Warn("the connection did not end well", "account", d.id, "error", err)
	}
	data = secret.RandomKey()
	if err := d.vault.Create(code, data); err != nil {
		data.Wipe()
		return "", creationError(err)
	}
	return d.id, m.renewLogin(d, s, data)
}

// resume opens the drawer by its present code. The caller holds the drawer.
func (m *Manager) resume(d *drawer, s *signIn, code secret.Text) (id string, err error) {
	var data secret.Key
	if m.stateOf(d) == Open {
		data = d.running.data.Copy()
		defer m.refreshStatus(d) // without a code, earlier wrong codes still count
	} else if data, err = d.vault.UnlockAfterLogin(code, s.personID); err != nil {
		return "", m.vaultError(d, err)
	}
	return d.id, m.renewLogin(d, s, data)
}

// renewLogin gives the drawer the tokens of the new login and opens it. It takes over the data key.
func (m *Manager) renewLogin(d *drawer, s *signIn, data secret.Key) error {
	_, err := m.stateOf(d).after(actAdd)
	if err == nil && !s.tokensMoved() {
		err = m.moveTokens(d, s, data)
	}
	switch {
	case err != nil:
	case d.running == nil:
		err = m.openSealed(d, data)
	case m.stateOf(d) == Open:
		data.Wipe() // what runs has its own copy
	default:
		err = m.openLocked(d, data)
	}
	if err != nil {
		data.Wipe()
		return err
	}
	m.finishOpening(d)
	return nil
}

// moveTokens moves the tokens of the login into the drawer, which rotates them from then on. The login keeps none, even if the
// drawer cannot be opened afterwards.
func (m *Manager) moveTokens(d *drawer, s *signIn, data secret.Key) error {
	now, r := m.o.Now(), d.running
	if r != nil {
		r.tokenSource().Close() // it saves nothing any more
	}
	if err := m.replaceTokens(d, s, data, now); err != nil {
		if r != nil {
			m.useTokens(d, r, r.tokenSource().Tokens())
		}
		return err
	}
	if r != nil {
		r.owner, r.person, r.site, r.lastLogin = s.personID, s.owner, s.site, now
		m.useTokens(d, r, s.grant.Tokens)
	} else {
		wipeTokens(s.grant.Tokens)
	}
	s.grant = auth.Grant{}
	m.changed(d, func(v *view) {
		v.description.NeedsLogin, v.description.Person, v.lastLogin = false, s.personID, now
		v.description.person, v.description.Site = s.owner, s.site
	})
	m.saveDescription(d)
	return nil
}

// replaceTokens seals the tokens of the new login. It refuses another person: the sealed copy of the old tokens says for certain
// whose drawer it is.
func (m *Manager) replaceTokens(d *drawer, s *signIn, data secret.Key, now time.Time) error {
	key := vault.TokensKey(data)
	defer key.Wipe()
	if old, err := d.readTokens(key); err == nil {
		owner := hashPerson(old.tokens.Issuer, old.tokens.Subject)
		wipeTokens(old.tokens)
		if owner != s.personID {
			return ErrOtherPerson
		}
	}
	return d.writeTokens(key, s.record(now))
}

// openLocked opens the messages of a locked account. It takes over the data key.
func (m *Manager) openLocked(d *drawer, data secret.Key) error {
	if err := d.running.openMessages(data); err != nil {
		return err
	}
	d.running.data = data
	return nil
}

// openSealed reads the sealed tokens and prepares what will run. It takes over the data key.
func (m *Manager) openSealed(d *drawer, data secret.Key) error {
	key := vault.TokensKey(data)
	defer key.Wipe()
	last, err := d.readTokens(key)
	switch now := m.o.Now(); {
	case err != nil:
		m.log.Warn("the sealed tokens cannot be read", "account", d.id, "error", err)
		return m.requireLogin(d)
	case last.at.Before(d.vault.Standing().Login):
		wipeTokens(last.tokens)
		m.log.Warn("the sealed tokens are older than the last full login", "account", d.id)
		return m.requireLogin(d)
	case m.expiredSince(d, last.at, now):
		wipeTokens(last.tokens)
		m.changed(d, func(v *view) { v.lastLogin = last.at })
		return ErrLoginNeeded
	case expired(last.tokens, now):
		wipeTokens(last.tokens)
		return m.requireLogin(d)
	}
	r, err := m.newRunning(d, data, last)
	if err != nil {
		return err
	}
	m.attach(d, r)
	return nil
}

// expired reports whether the access token has expired and no refresh is possible.
func expired(t auth.Tokens, now time.Time) bool {
	return (t.Spent || t.Refresh.IsZero()) && !now.Before(t.Expiry)
}

// requireLogin remembers that only a full login opens the drawer.
func (m *Manager) requireLogin(d *drawer) error {
	m.changed(d, func(v *view) { v.description.NeedsLogin = true })
	m.noteLoginNeeded(d)
	m.saveDescription(d)
	return ErrLoginNeeded
}

// attach makes r what runs for the drawer. The sealed description replaces the readable one, which anybody can change.
func (m *Manager) attach(d *drawer, r *running) {
	d.running = r
	m.changed(d, func(v *view) {
		v.client, v.lastLogin = r.client, r.lastLogin
		v.client.SetVisible(!m.hidden)
		v.description.person, v.description.Site = r.person, r.site
	})
}

// finishOpening is the end of every way into the open state.
func (m *Manager) finishOpening(d *drawer) {
	unread := d.running.client.Unread()
	missed := d.vault.TakeMissed()
	m.confirm(d)
	asked := m.descriptionOf(d).RemovalAsked
	m.changed(d, func(v *view) {
		v.description.RemovalAsked, v.description.RemovalDue = 0, 0
		v.standing = d.vault.Standing()
		if missed.Count > 0 {
			v.misses = missed
		}
		m.sequence++
		v.state, v.sequence = Open, m.sequence
		v.description.LastUsed = m.o.Now().Unix()
		v.left, v.wait, v.broken, v.trouble = vault.MaxTries, time.Time{}, false, nil
		v.unread = unread
	})
	m.events.Publish(ListChanged{})
	if missed.Count > 0 {
		m.events.Publish(WrongCodes{ID: d.id, Misses: missed})
	}
	if asked != 0 {
		m.events.Publish(RemovalStopped{ID: d.id, Asked: time.Unix(asked, 0)})
	}
	if !d.running.started() {
		m.startRunning(d, d.running)
	}
	m.saveDescription(d)
}
