package account

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"discussions/auth"
	"discussions/internal/secret"
)

// StartLogin begins a login by the deployment's method of that index (ignored where it names none) and opens the browser. With
// forAccount it renews that drawer, whoever else logs in is refused. When only the browser fails, the login is returned
// together with the error ([auth.ErrBrowser]): its URL can be copied. Other errors are those of package auth.
func (m *Manager) StartLogin(ctx context.Context, method int, forAccount string) (Login, error) {
	s := siteOf(m.o.Deployment)
	o := auth.LoginOptions{
		// Whatever session the browser has may be the previous colleague's.
		ForceLogin: true,
		Language:   m.o.Language(),
	}
	l := &login{m: m, site: s}
	if forAccount != "" {
		m.mu.Lock()
		d := m.find(forAccount)
		if d == nil {
			m.mu.Unlock()
			return nil, ErrNoAccount
		}
		a := d.view.about
		m.mu.Unlock()
		l.account, l.person = forAccount, a.Person
		if a.Site.Issuer != "" {
			l.site = a.Site.follow(m.o.Deployment)
		}
		o.LoginHint = a.Mail
		if o.LoginHint == "" {
			o.LoginHint = a.JID
		}
	}
	if methods := m.o.Deployment.Login.Methods; l.site == s && method >= 0 && method < len(methods) {
		o.Method = auth.Method{Name: methods[method].Name, Hint: methods[method].Hint}
	}
	p, err := m.providers.of(ctx, l.site)
	if err != nil {
		return nil, err
	}
	if l.flow, err = p.StartLogin(ctx, o); err != nil {
		return nil, err
	}
	l.url = l.flow.address()
	return l, l.Reopen()
}

// Login is a login under way in the browser.
type Login interface {
	// URL is the address of the login page. It is for this person's eyes only: it holds the login's state.
	URL() string
	// Reopen opens the browser again.
	Reopen() error
	// Cancel ends the login: Wait returns [auth.ErrCancelled].
	Cancel()
	// Wait waits for the person to log in. Errors: those of [auth.Login.Wait], [ErrOtherPerson].
	Wait(ctx context.Context) (SignIn, error)
}

type login struct {
	url     string
	m       *Manager
	flow    flow
	site    site
	account string // to be renewed; "" for a new one
	person  string // who must log in then
}

// Format implements [fmt.Formatter]: the address must not get into a log.
func (l *login) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[login]") }

func (l *login) URL() string   { return l.url }
func (l *login) Reopen() error { return l.m.o.OpenBrowser(l.m.life, l.url) }
func (l *login) Cancel()       { l.flow.Cancel() }

func (l *login) Wait(ctx context.Context) (SignIn, error) {
	grant, err := l.flow.Wait(ctx)
	if err != nil {
		return nil, err
	}
	m := l.m
	who := identify(grant.Tokens.Issuer, grant.Identity.Subject)
	known := m.drawerOf(who)
	if l.account != "" && l.person != "" && l.person != who {
		if known == nil { // a provider may end all logins of a person, also that of their drawer
			m.revokeLater(l.site, grant.Tokens)
		} else {
			wipeTokens(grant.Tokens)
		}
		return nil, ErrOtherPerson
	}
	if l.account != "" {
		m.mu.Lock()
		known = m.find(l.account)
		m.mu.Unlock()
	}
	p := &signIn{state: &pending{m: m, grant: grant, site: l.site, who: who, person: personOf(grant.Identity, m.o.Deployment)}}
	p.person.Name, p.person.Organisation = p.state.person.Name, p.state.person.Organisation
	if known != nil {
		p.person.Known = true
		p.state.account = known.id
		m.mu.Lock()
		p.person.Present, p.person.Open = !known.view.broken, known.view.state == Open
		m.mu.Unlock()
	}
	return p, nil
}

// drawerOf finds the drawer of a person, one that outlives the program if there is one.
func (m *Manager) drawerOf(who string) (found *drawer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range m.drawers {
		if d.view.about.Person == who && (found == nil || found.ephemeral) {
			found = d
		}
	}
	return found
}

// SignIn is a person who has logged in and whose drawer is to be made, or renewed. It ends with the first success, or with
// Abandon; after an error it can be tried again.
type SignIn interface {
	// Person is who has logged in.
	Person() Person
	// SetCode seals the person's drawer under a code of their choice, opens it and connects. A drawer that was there is kept: with all
	// that is in it when it is open or when the code is its present one; otherwise only that code could open what is in it, so
	// its drafts and unsent messages are lost, and its messages come again from the server. Without a keyring the drawer is made in
	// memory, until the program ends (see [Account]). Errors: [vault.ErrWeakCode], [vault.ErrForm], the other ErrKeyring errors,
	// [ErrProfile].
	SetCode(ctx context.Context, code secret.Text) (id string, err error)
	// SetCodeInMemory makes a drawer that lives until the program ends, where the keyring is there but does not do its work.
	SetCodeInMemory(ctx context.Context, code secret.Text) (id string, err error)
	// Resume renews the drawer that the person already has, and opens it by its present code with everything in it. Errors: those of
	// [Manager.Unlock]; after [ErrErased] SetCode makes a new drawer.
	Resume(ctx context.Context, code secret.Text) (id string, err error)
	// Abandon gives the login up; where the person has no drawer its tokens are revoked.
	Abandon()
}

// Person is somebody who has logged in, and what they have on this workstation.
type Person struct {
	Name, Organisation string

	Known   bool // they have a drawer here
	Present bool // it still opens by its present code: ask for that one, and call Resume
	Open    bool // it is open: Resume needs no code
}

type signIn struct {
	person Person
	state  *pending
}

type pending struct {
	m       *Manager
	site    site
	who     string
	person  person
	account string // the drawer to renew

	mu    sync.Mutex
	grant auth.Grant // empty once a drawer has its tokens
	ended bool
}

// given says that a drawer has the tokens. It may have rotated them: they must not be used from here again.
func (s *pending) given() bool { return s.grant.Tokens.Access.IsZero() }

func (p *signIn) Person() Person { return p.person }

func (p *signIn) SetCode(ctx context.Context, code secret.Text) (id string, err error) {
	return p.state.finish(ctx, func(m *Manager, s *pending) (string, error) {
		id, err := s.setCode(code)
		if errors.Is(err, ErrKeyringAbsent) {
			return m.add(s, code, true)
		}
		return id, err
	})
}

func (p *signIn) SetCodeInMemory(ctx context.Context, code secret.Text) (id string, err error) {
	return p.state.finish(ctx, func(m *Manager, s *pending) (string, error) { return m.add(s, code, true) })
}

func (p *signIn) Resume(ctx context.Context, code secret.Text) (id string, err error) {
	return p.state.finish(ctx, func(m *Manager, s *pending) (string, error) {
		d, err := m.hold(s.account)
		if err != nil {
			return "", err
		}
		defer m.release(d)
		return m.resume(d, s, code)
	})
}

func (p *signIn) Abandon() {
	s := p.state
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return
	}
	s.ended = true
	if s.m.drawerOf(s.who) == nil {
		s.m.revokeLater(s.site, s.grant.Tokens)
		return
	}
	wipeTokens(s.grant.Tokens)
}

// finish runs one attempt at a time, and ends the pending login with the first success.
func (s *pending) finish(ctx context.Context, attempt func(*Manager, *pending) (string, error)) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m.adding <- struct{}{}
	defer func() { <-s.m.adding }()
	if s.ended || s.m.life.Err() != nil {
		return "", ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	defer s.m.returnMemory()
	id, err := attempt(s.m, s)
	if err != nil {
		return "", fmt.Errorf("seal the drawer: %w", err)
	}
	s.ended = true
	s.grant = auth.Grant{} // the drawer has it
	return id, nil
}
