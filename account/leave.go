package account

import (
	"context"
	"errors"
	"slices"
	"time"

	"discussions/auth"
	"discussions/internal/secret"
	"discussions/messaging"
)

// How long a provider may take to revoke tokens, while somebody waits and in the background.
const (
	revokePatience     = 10 * time.Second
	backgroundPatience = 5 * time.Second
)

// Lock closes the account's messages and forgets their key. The account stays connected and counts what comes. Locking an account
// that is locked or sealed does nothing.
func (m *Manager) Lock(id string) error {
	d, err := m.hold(id)
	if err != nil {
		return err
	}
	defer m.release(d)
	state := m.stateOf(d)
	next, err := state.after(actLock)
	if err != nil || next == state {
		return err
	}
	m.saveCounts(d)
	m.changed(d, func(v *view) { v.state = next })
	err = d.running.lock()
	m.saveDescription(d)
	m.freeMemory()
	return err
}

// LogOut closes the connection and forgets every key; the code opens the account again. If the organisation's policy says so, it
// removes the account instead. Logging out a sealed account does nothing.
func (m *Manager) LogOut(id string) error {
	d, err := m.hold(id)
	if err != nil {
		return err
	}
	defer m.release(d)
	if _, err := m.stateOf(d).after(actLogOut); err != nil {
		return err
	}
	if d.running != nil && m.logoutRemoves(d) {
		if unsent := m.Unsent(d.id); unsent > 0 && m.stateOf(d) == Locked { // by anybody at the workstation
			m.log.Warn("an account is removed by its log-out, without its code", "account", d.id, "unsent", unsent)
			m.noteRemoved(d, RemovedWithoutCode)
		}
		_, err := m.remove(context.Background(), d)
		return err
	}
	return m.seal(d)
}

// LogOutAll logs all accounts out at once, and then one that was being added meanwhile.
func (m *Manager) LogOutAll() error {
	here := m.logOut(m.list())
	m.adding <- struct{}{}
	defer func() { <-m.adding }()
	return errors.Join(here, m.logOut(m.list()))
}

func (m *Manager) logOut(drawers []*drawer) error {
	return each(drawers, func(d *drawer) error {
		if err := m.LogOut(d.id); !errors.Is(err, ErrNoAccount) {
			return err
		}
		return nil
	})
}

// seal ends what runs for the drawer, if anything. The caller holds the drawer.
func (m *Manager) seal(d *drawer) error {
	r := d.running
	if r == nil {
		return nil
	}
	m.saveCounts(d)
	locked := r.lock()
	m.changed(d, func(v *view) { v.state, v.client, v.connection = Sealed, nil, messaging.Connection{} })
	t, err := r.end()
	wipeTokens(t)
	d.running = nil
	_ = d.vault.Settle() // at the next unlocking otherwise
	_ = d.vault.Observe()
	if m.descriptionOf(d).NeedsLogin {
		m.noteLoginNeeded(d)
	}
	m.saveDescription(d)
	return errors.Join(locked, err)
}

// saveCounts keeps the numbers of unread and unsent messages, for the time when the client cannot be asked.
func (m *Manager) saveCounts(d *drawer) {
	c := d.running.client
	unread, unsent := c.Unread(), c.Unsent()
	m.mu.Lock()
	defer m.mu.Unlock()
	d.view.unread, d.view.unsent = unread, unsent
	d.view.description.Unread, d.view.description.Unsent = unread, unsent
}

// Remove erases an account. Where it is not open, so that its code has not been given just now, it is erased only after the time that the
// organisation's policy says, unless its owner opens it before: see removal.go. The account is logged out meanwhile.
//
// It revokes the tokens at the provider, erases everything of the account on this computer, and opens the page that ends
// the browser's session with the provider. The erasure does not depend on the network; where the tokens could not be revoked
// the removal says so. The error wraps [ErrProfile] when files could not be erased.
func (m *Manager) Remove(ctx context.Context, id string) (Removal, error) {
	d, err := m.hold(id)
	if err != nil {
		return Removal{}, err
	}
	defer m.release(d)
	if _, err := m.stateOf(d).after(actRemove); err != nil {
		return Removal{}, err
	}
	if m.delaysRemoval(d) {
		return m.scheduleRemoval(d)
	}
	if m.stateOf(d) != Open {
		m.noteRemoved(d, RemovedWithoutCode)
	}
	return m.remove(ctx, d)
}

// remove is Remove of a drawer that the caller holds.
func (m *Manager) remove(ctx context.Context, d *drawer) (Removal, error) {
	unsent := m.Unsent(d.id)
	if err := d.vault.MarkErased(); err != nil {
		m.log.Warn("a removal cannot be noted", "account", d.id, "error", err)
	}
	s := m.descriptionOf(d).Site
	t := m.unlist(d)
	ctx, cancel := context.WithTimeout(ctx, revokePatience)
	defer cancel()
	revoked := m.revoke(ctx, s, t)
	err := m.erase(d)
	m.endBrowserSession(s, t)
	return Removal{Revoked: revoked == nil, Unsent: unsent}, err
}

// unlist takes a drawer out of the list, ends what runs for it and returns its last tokens, if they were known. The caller holds
// the drawer.
func (m *Manager) unlist(d *drawer) auth.Tokens {
	d.removed = true
	m.mu.Lock()
	m.drawers = slices.DeleteFunc(m.drawers, func(other *drawer) bool { return other == d })
	d.view.state, d.view.client = Absent, nil
	m.mu.Unlock()
	m.events.Publish(Changed{ID: d.id}, ListChanged{})
	r := d.running
	if r == nil {
		return auth.Tokens{}
	}
	d.running = nil
	t, err := r.end()
	if err != nil {
		m.log.Warn("the connection did not end well", "account", d.id, "error", err)
	}
	return t
}

// eraseAfterLastTry erases a drawer whose last try was wrong. Where it was connected its tokens are revoked in the background.
func (m *Manager) eraseAfterLastTry(d *drawer) {
	a := m.descriptionOf(d)
	m.noteRemoved(d, RemovedByWrongCodes)
	t := m.unlist(d)
	if err := m.erase(d); err != nil {
		m.log.Error("not everything could be erased", "account", d.id, "error", err)
	}
	m.events.Publish(Erased{ID: d.id, Name: a.Name})
	m.revokeLater(a.Site, t)
}

var errNoTokens = errors.New("the tokens are sealed")

func (m *Manager) revoke(ctx context.Context, s site, t auth.Tokens) error {
	if t.Access.IsZero() && t.Refresh.IsZero() {
		return errNoTokens
	}
	p, err := m.providers.of(ctx, s)
	if err == nil {
		err = p.Revoke(ctx, t)
	}
	if err != nil {
		m.log.Warn("tokens could not be revoked", "error", err)
	}
	return err
}

func (m *Manager) revokeLater(s site, t auth.Tokens) {
	m.spawn(func() {
		ctx, cancel := context.WithTimeout(context.Background(), backgroundPatience)
		defer cancel()
		_ = m.revoke(ctx, s, t)
		wipeTokens(t)
	})
}

// endBrowserSession opens the provider's page for logging out. Otherwise the cookie in the browser would log the next person in
// as this one. It takes over the tokens.
func (m *Manager) endBrowserSession(s site, t auth.Tokens) {
	m.spawn(func() {
		defer wipeTokens(t)
		ctx, cancel := context.WithTimeout(context.Background(), backgroundPatience)
		defer cancel()
		p, err := m.providers.of(ctx, s)
		if err != nil {
			return // no page can be shown without the network
		}
		page, ok := p.EndSessionURL(t)
		if !ok {
			return
		}
		if err := m.o.unseen(secret.New(page)); err != nil {
			m.log.Warn("the browser's session could not be ended", "error", err)
		}
	})
}

// How long the browser may take to load an address: a cold start takes many seconds. At the end of the program it is waited for
// as long as it takes a browser that runs.
const (
	browserPatience = time.Minute
	closingPatience = 5 * time.Second
	addressStays    = 10 * time.Second // for a browser that loaded it ahead of the person
)

// openUnseen opens a page whose address no other user of the computer may read, and waits until the browser has it.
func (m *Manager) openUnseen(page secret.Text) error {
	defer page.Wipe()
	u, err := auth.LeadTo(page, m.o.Language(), m.log)
	if err != nil {
		return err
	}
	defer u.Close()
	ctx, cancel := context.WithTimeout(context.Background(), browserPatience)
	defer cancel()
	stop := context.AfterFunc(m.life, func() { time.AfterFunc(closingPatience, cancel) })
	defer stop()
	if err := m.o.OpenBrowser(ctx, u.Address); err != nil {
		return err
	}
	select {
	case <-u.Loaded():
	case <-ctx.Done():
		return auth.ErrTimeout
	}
	select {
	case <-time.After(addressStays):
	case <-m.life.Done():
	}
	return nil
}
