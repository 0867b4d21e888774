package account

import (
	"context"
	"fmt"
	"io"

	"discussions/auth"
)

// StartLogin begins a login and opens the browser. Method is an index into the deployment's methods; any other number lets the
// provider choose. With forAccount only the owner of that account may log in. If only the browser fails, the login is returned
// together with the error ([auth.ErrBrowser]), since its URL can be copied. Other errors are those of package auth.
func (m *Manager) StartLogin(ctx context.Context, method int, forAccount string) (Login, error) {
	s := m.present()
	o := auth.LoginOptions{
		// The session in the browser may be a colleague's.
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
		a := d.view.description
		m.mu.Unlock()
		l.account, l.person = forAccount, a.Person
		if a.Site.Issuer != "" && !a.Site.isOf(s) {
			l.site = a.Site
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
	context.AfterFunc(m.life, l.flow.Cancel) // its listener outlives the login for some seconds
	return l, l.Reopen()
}

// Login is a login under way in the browser.
type Login interface {
	// URL is a new address on this computer that leads the browser to the login page: see [auth.Login.Address].
	URL() string
	// Reopen opens the browser again.
	Reopen() error
	// Cancel ends the login: Wait returns [auth.ErrCancelled].
	Cancel()
	// Wait waits for the person to log in. Errors: those of [auth.Login.Wait], [ErrOtherPerson].
	Wait(ctx context.Context) (SignIn, error)
}

type login struct {
	m       *Manager
	flow    flow
	site    site
	account string // to be opened by this login; "": a new one
	person  string // who must log in then: see hashPerson
}

// Format implements [fmt.Formatter]: what is in it must not get into a log.
func (l *login) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[login]") }

func (l *login) URL() string   { return l.flow.address() }
func (l *login) Reopen() error { return l.m.o.OpenBrowser(l.m.life, l.URL()) }
func (l *login) Cancel()       { l.flow.Cancel() }

func (l *login) Wait(ctx context.Context) (SignIn, error) {
	grant, err := l.flow.Wait(ctx)
	if err != nil {
		return nil, err
	}
	m := l.m
	personID := hashPerson(grant.Tokens.Issuer, grant.Identity.Subject)
	known := m.drawerOf(personID)
	if l.account != "" && l.person != "" && l.person != personID {
		if known == nil { // a provider may end all logins of a person, so tokens of a person with a drawer are not revoked
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
	owner := personOf(grant.Identity, m.o.Deployment)
	p := &signIn{m: m, grant: grant, site: l.site, personID: personID, owner: owner}
	p.person.Name, p.person.Organisation = owner.Name, owner.Organisation
	p.person.Removed = m.removedOf(personID)
	if known != nil {
		p.person.Known = true
		p.account = known.id
		m.mu.Lock()
		p.person.Present, p.person.Open = !known.view.broken, known.view.state == Open
		m.mu.Unlock()
	}
	return p, nil
}

// drawerOf finds the drawer of a person. A drawer on disk is preferred to one in memory.
func (m *Manager) drawerOf(personID string) (found *drawer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range m.drawers {
		if d.view.description.Person == personID && (found == nil || found.ephemeral) {
			found = d
		}
	}
	return found
}
