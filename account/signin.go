package account

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/secret"
)

// SignIn is a person who has logged in, and whose account on this workstation is to be made, or opened by the new login. It ends
// with the first success, or with Abandon; after an error it can be tried again.
type SignIn interface {
	// Person is who has logged in.
	Person() Person

	// SetCode seals the person's account under a code of their choice, opens it and connects. An account that was there keeps all
	// that is in it if it is open, or if the code is its present one. Otherwise only the former code could open what is in it: its
	// drafts and unsent messages are lost, and its messages come again from the server. Without a keyring the account lives in
	// memory, until the program ends (see [Account]). Errors: [vault.ErrWeakCode], [vault.ErrForm], the other ErrKeyring errors,
	// [ErrProfile].
	SetCode(ctx context.Context, code secret.Text) (id string, err error)

	// SetCodeInMemory makes an account that lives until the program ends, for a keyring that is there and does not work.
	SetCodeInMemory(ctx context.Context, code secret.Text) (id string, err error)

	// Resume opens the account that the person already has by its present code, with everything in it, and gives it the tokens of
	// the new login. Errors: those of [Manager.Unlock]; after [ErrErased] SetCode makes a new account.
	Resume(ctx context.Context, code secret.Text) (id string, err error)

	// Abandon gives the login up. The tokens of a person who has no account here are revoked.
	Abandon()
}

// Person is somebody who has logged in, and what they have on this workstation.
type Person struct {
	Name, Organisation string

	Known   bool // they have an account here
	Present bool // it still opens by its present code: ask for that one, and call Resume
	Open    bool // it is open: Resume needs no code

	Removed Removed // an account of theirs was erased here, and they do not know yet
}

type signIn struct {
	m        *Manager
	person   Person
	site     site
	personID string // see hashPerson
	owner    person // of the account
	account  string // to be opened by the new login; "": a new one

	mu    sync.Mutex
	grant auth.Grant // empty once a drawer has its tokens
	ended bool
}

func (s *signIn) Person() Person { return s.person }

// record is this login, made now, as an account keeps it.
func (s *signIn) record(now time.Time) loginRecord {
	return loginRecord{at: now, owner: s.owner, site: s.site, tokens: s.grant.Tokens}
}

func (s *signIn) SetCode(ctx context.Context, code secret.Text) (id string, err error) {
	return s.attempt(ctx, func(m *Manager) (string, error) {
		id, err := m.setCode(s, code)
		if errors.Is(err, ErrKeyringAbsent) {
			return m.create(s, code, true)
		}
		return id, err
	})
}

func (s *signIn) SetCodeInMemory(ctx context.Context, code secret.Text) (id string, err error) {
	return s.attempt(ctx, func(m *Manager) (string, error) { return m.create(s, code, true) })
}

func (s *signIn) Resume(ctx context.Context, code secret.Text) (id string, err error) {
	return s.attempt(ctx, func(m *Manager) (string, error) {
		d, err := m.hold(s.account)
		if err != nil {
			return "", err
		}
		defer m.release(d)
		return m.resume(d, s, code)
	})
}

func (s *signIn) Abandon() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return
	}
	s.ended = true
	if s.m.drawerOf(s.personID) == nil {
		s.m.revokeLater(s.site, s.grant.Tokens)
		return
	}
	wipeTokens(s.grant.Tokens)
}

// attempt runs one attempt at a time, and ends the sign-in with the first success.
func (s *signIn) attempt(ctx context.Context, do func(*Manager) (string, error)) (string, error) {
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
	defer s.m.freeMemory()
	id, err := do(s.m)
	if err != nil {
		return "", fmt.Errorf("seal the drawer: %w", err)
	}
	s.ended = true
	s.grant = auth.Grant{} // the drawer has it
	s.m.forgetRemoved(s.personID)
	return id, nil
}

// tokensMoved reports whether a drawer has the tokens. It may have rotated them since, so they must not be used from here.
func (s *signIn) tokensMoved() bool { return s.grant.Tokens.Access.IsZero() }

// drawer is the id of the person's drawer, which may have come or gone since the login.
func (s *signIn) drawer() string {
	if d := s.m.drawerOf(s.personID); d != nil {
		return d.id
	}
	return s.account
}

// setCode makes the person's drawer, or gives the one they have a code.
func (m *Manager) setCode(s *signIn, code secret.Text) (id string, err error) {
	if err := vault.CheckCode(code); err != nil {
		return "", err
	}
	d, err := m.hold(s.drawer())
	if errors.Is(err, ErrNoAccount) {
		return m.create(s, code, false)
	}
	if err != nil {
		return "", err
	}
	id, err = m.replaceCode(d, s, code)
	m.release(d)
	if errors.Is(err, ErrErased) { // it was the last try, and the person has proven who they are
		return m.create(s, code, false)
	}
	return id, err
}
