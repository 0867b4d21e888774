package account

import (
	"errors"
	"time"

	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/secret"
)

// setCode makes the person's drawer, or gives the one they have a code.
func (s *pending) setCode(code secret.Text) (id string, err error) {
	m := s.m
	if err := vault.CheckCode(code); err != nil {
		return "", err
	}
	d, err := m.hold(s.drawer())
	if errors.Is(err, ErrNoAccount) {
		return m.add(s, code, false)
	}
	if err != nil {
		return "", err
	}
	id, err = m.reseal(d, s, code)
	m.release(d)
	if errors.Is(err, ErrErased) { // it was the last try, and the person has proven who they are
		return m.add(s, code, false)
	}
	return id, err
}

// drawer is the id of the person's drawer, which may have come or gone since the login.
func (s *pending) drawer() string {
	if d := s.m.drawerOf(s.who); d != nil {
		return d.id
	}
	return s.account
}

// add makes a new drawer. Until it is whole its description is marked as new, and the next start would erase it.
func (m *Manager) add(s *pending, code secret.Text, ephemeral bool) (id string, err error) {
	if err := vault.CheckCode(code); err != nil {
		return "", err
	}
	if _, err := Absent.after(actAdd); err != nil {
		return "", err
	}
	if s.given() { // to a drawer that is gone
		return "", ErrLoginNeeded
	}
	d, err := m.profile.newDrawer(ephemeral)
	if err != nil {
		return "", err
	}
	data := secret.RandomKey()
	if err = m.fill(d, s, code, data); err != nil {
		data.Wipe()
		d.discard()
		return "", err
	}
	m.mu.Lock()
	m.drawers = append(m.drawers, d)
	m.mu.Unlock()
	m.enterOpen(d)
	return d.id, nil
}

// fill writes a new drawer's files and prepares its session.
func (m *Manager) fill(d *drawer, s *pending, code secret.Text, data secret.Key) error {
	now := m.o.Now()
	d.view = view{
		about: about{New: true, Person: s.who, person: s.person, Site: s.site, LastUsed: now.Unix()},
		stamp: now, left: vault.MaxTries,
	}
	if err := d.write(aboutName, d.view.about.encode()); err != nil {
		return err
	}
	if err := d.vault.Create(code, data); err != nil {
		return creationError(err)
	}
	key := vault.TokensKey(data)
	defer key.Wipe()
	if err := d.writeTokens(key, now, s.person, s.site, s.grant.Tokens); err != nil {
		return err
	}
	n, err := m.newSession(d, data, now, s.person, s.site, s.grant.Tokens)
	if err != nil {
		return err
	}
	d.view.about.New = false
	if err := d.write(aboutName, d.view.about.encode()); err != nil {
		_ = n.client.Close()
		n.source.Close()
		n.tokens.Wipe()
		return err
	}
	d.session, d.view.client = n, n.client
	return nil
}

// creationError makes an error of the file system one of this package's.
func creationError(err error) error {
	if keyringTrouble(err) != nil || errors.Is(err, vault.ErrWeakCode) || errors.Is(err, vault.ErrForm) {
		return err
	}
	return errors.Join(ErrProfile, err)
}

// reseal gives the drawer a code, keeping its data key where it can be had. The caller holds the drawer.
func (m *Manager) reseal(d *drawer, s *pending, code secret.Text) (id string, err error) {
	var data secret.Key
	if m.stateOf(d) == Open {
		data = d.session.data.Copy()
		if err := d.vault.Create(code, data); err != nil {
			data.Wipe()
			return "", creationError(err)
		}
		return d.id, m.adopt(d, s, data)
	}
	data, err = d.vault.Unlock(code)
	switch {
	case err == nil:
		return d.id, m.adopt(d, s, data)
	case errors.Is(err, ErrErased):
		return "", m.vaultError(d, err)
	case keyringTrouble(err) != nil && !errors.Is(err, ErrKeyringForeign):
		return "", m.vaultError(d, err)
	}
	if err := m.seal(d); err != nil { // what runs, runs on keys that are given up
		m.log.Warn("the connection did not end well", "account", d.id, "error", err)
	}
	data = secret.RandomKey()
	if err := d.vault.Create(code, data); err != nil {
		data.Wipe()
		return "", creationError(err)
	}
	return d.id, m.adopt(d, s, data)
}

// resume opens the drawer by its present code. The caller holds the drawer.
func (m *Manager) resume(d *drawer, s *pending, code secret.Text) (id string, err error) {
	var data secret.Key
	if m.stateOf(d) == Open {
		data = d.session.data.Copy()
		defer m.refreshStatus(d) // no code was asked for: wrong ones still count
	} else if data, err = d.vault.Unlock(code); err != nil {
		return "", m.vaultError(d, err)
	}
	return d.id, m.adopt(d, s, data)
}

// adopt gives the drawer, whose data key is known, the tokens of the new login, and opens it. It takes over the key.
func (m *Manager) adopt(d *drawer, s *pending, data secret.Key) error {
	_, err := m.stateOf(d).after(actAdd)
	if err == nil && !s.given() {
		err = m.give(d, s, data)
	}
	switch {
	case err != nil:
	case d.session == nil:
		err = m.openSealed(d, data)
	case m.stateOf(d) == Open:
		data.Wipe() // the session has its own
	default:
		err = m.reopen(d, data)
	}
	if err != nil {
		data.Wipe()
		return err
	}
	m.enterOpen(d)
	return nil
}

// give makes the tokens of the login the drawer's, which rotates them from then on: the login has none any more, even where the
// drawer cannot be opened after that.
func (m *Manager) give(d *drawer, s *pending, data secret.Key) error {
	now, n := m.o.Now(), d.session
	if n != nil {
		n.current().Close() // it saves nothing any more
	}
	if err := m.replaceTokens(d, s, data, now); err != nil {
		if n != nil {
			m.renew(d, n, n.current().Tokens())
		}
		return err
	}
	if n != nil {
		n.person, n.site, n.stamp = s.person, s.site, now
		m.renew(d, n, s.grant.Tokens)
	} else {
		wipeTokens(s.grant.Tokens)
	}
	s.grant = auth.Grant{}
	m.changed(d, func(v *view) {
		v.about.NeedsLogin, v.about.Person, v.stamp = false, s.who, now
		v.about.person, v.about.Site = s.person, s.site
	})
	m.saveAbout(d)
	return nil
}

// replaceTokens seals those of the new login. The sealed copy knows for certain whose drawer it is.
func (m *Manager) replaceTokens(d *drawer, s *pending, data secret.Key, now time.Time) error {
	key := vault.TokensKey(data)
	defer key.Wipe()
	if _, _, _, old, err := d.readTokens(key); err == nil {
		owner := identify(old.Issuer, old.Subject)
		wipeTokens(old)
		if owner != s.who {
			return ErrOtherPerson
		}
	}
	return d.writeTokens(key, now, s.person, s.site, s.grant.Tokens)
}
