package account

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"discussions/auth"
	"discussions/messaging"
)

// How long a provider may take to revoke tokens, while somebody waits and in the background.
const (
	revokePatience     = 10 * time.Second
	backgroundPatience = 5 * time.Second
)

// Lock closes everything that shows or could decrypt the account's messages; it stays connected and counts. Locking what is
// locked or sealed does nothing.
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
	m.keepCounts(d)
	m.changed(d, func(v *view) { v.state = next })
	err = d.session.lock()
	m.saveAbout(d)
	return err
}

// LogOut closes the connection and forgets every key; the code opens the drawer again. Where the organisation's policy says so
// it removes the account instead. Logging out what is sealed does nothing.
func (m *Manager) LogOut(id string) error {
	d, err := m.hold(id)
	if err != nil {
		return err
	}
	defer m.release(d)
	if _, err := m.stateOf(d).after(actLogOut); err != nil {
		return err
	}
	if d.session != nil && m.o.Deployment.Policy.LogoutRemoves {
		_, err := m.remove(context.Background(), d)
		return err
	}
	return m.seal(d)
}

// LogOutAll logs every account out, all at once, and then one that was just being added.
func (m *Manager) LogOutAll() error {
	here := m.logOut(m.list())
	m.adding <- struct{}{}
	defer func() { <-m.adding }()
	return errors.Join(here, m.logOut(m.list()))
}

func (m *Manager) logOut(list []*drawer) error {
	errs := make([]error, len(list))
	var wait sync.WaitGroup
	for i, d := range list {
		wait.Go(func() {
			if err := m.LogOut(d.id); !errors.Is(err, ErrNoAccount) {
				errs[i] = err
			}
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

// seal ends the drawer's session, if it has one. The caller holds the drawer.
func (m *Manager) seal(d *drawer) error {
	n := d.session
	if n == nil {
		return nil
	}
	m.keepCounts(d)
	locked := n.lock()
	m.changed(d, func(v *view) { v.state, v.client, v.connection = Sealed, nil, messaging.Connection{} })
	t, err := n.end()
	wipeTokens(t)
	d.session = nil
	_ = d.vault.Settle() // at the next unlocking otherwise
	m.saveAbout(d)
	return errors.Join(locked, err)
}

// keepCounts remembers what the list of drawers shows while nothing can be asked.
func (m *Manager) keepCounts(d *drawer) {
	c := d.session.client
	unread, unsent := c.Unread(), c.Unsent()
	m.mu.Lock()
	defer m.mu.Unlock()
	d.view.unread, d.view.unsent = unread, unsent
	d.view.about.Unread, d.view.about.Unsent = unread, unsent
}

// Remove revokes the tokens at the provider, erases everything of the account on this computer, and opens the page that ends
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
	return m.remove(ctx, d)
}

// remove is Remove of a drawer that the caller holds.
func (m *Manager) remove(ctx context.Context, d *drawer) (Removal, error) {
	unsent := m.Unsent(d.id)
	if err := d.vault.MarkErased(); err != nil {
		m.log.Warn("a removal cannot be noted", "account", d.id, "error", err)
	}
	s := m.aboutOf(d).Site
	t := m.forget(d)
	ctx, cancel := context.WithTimeout(ctx, revokePatience)
	defer cancel()
	revoked := m.revoke(ctx, s, t)
	err := m.erase(d)
	m.endBrowserSession(s, t)
	return Removal{Revoked: revoked == nil, Unsent: unsent}, err
}

// forget takes a drawer out of the list, ends its session and returns its last tokens, if they were known. The caller holds the
// drawer.
func (m *Manager) forget(d *drawer) auth.Tokens {
	d.gone = true
	m.mu.Lock()
	m.drawers = slices.DeleteFunc(m.drawers, func(other *drawer) bool { return other == d })
	d.view.state, d.view.client = Absent, nil
	m.mu.Unlock()
	m.events.Publish(Changed{ID: d.id}, ListChanged{})
	n := d.session
	if n == nil {
		return auth.Tokens{}
	}
	d.session = nil
	t, err := n.end()
	if err != nil {
		m.log.Warn("the connection did not end well", "account", d.id, "error", err)
	}
	return t
}

// eraseSpent erases a drawer whose last try was wrong. Where it was connected its tokens are revoked in the background.
func (m *Manager) eraseSpent(d *drawer) {
	a := m.aboutOf(d)
	t := m.forget(d)
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

// endBrowserSession opens the provider's page for logging out: its cookie in the browser is the widest hole of a shared
// workstation. It takes over the tokens.
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
		if err := m.o.OpenBrowser(ctx, page); err != nil {
			m.log.Warn("the browser's session could not be ended", "error", err)
		}
	})
}
