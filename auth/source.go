package auth

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"discussions/internal/secret"
)

// Source hands out the access token of one account and refreshes it in time. It is safe for concurrent use: whoever asks
// while a refresh is under way waits for that one.
//
// A rotated refresh token is never used twice, not even when the program is killed at the worst moment, because save is
// called around each refresh:
//
//  1. save(the old tokens, Spent): from here on the disk says that the refresh token may have been used.
//  2. The request.
//  3. save(the new tokens), and only then are they handed out. Or, where the token was not used for certain (the provider
//     was out of reach): save(the old tokens, not Spent).
//
// A program that dies between 1 and 3 finds Spent tokens at its next start. A Source made of them hands out the access token
// for as long as it lives, and then returns [ErrLoginNeeded] without asking the provider.
type Source struct {
	refresh func(context.Context, Tokens) (Tokens, error)
	save    func(Tokens) error
	now     func() time.Time
	life    context.Context // ends with Close
	end     context.CancelFunc

	mu      sync.Mutex
	tokens  Tokens
	unsaved bool // tokens are new and the last save failed: not to be handed out
	stale   bool // the message engine refused the access token
	flight  *flight
}

// flight is one refresh under way. access and err are set before done is closed.
type flight struct {
	done   chan struct{}
	access secret.Text
	err    error
}

// NewSource makes a source of the tokens that were saved last. refresh is [Provider.Refresh] or what leads to it; its
// errors must mean what they mean there. save must have the tokens safely on disk when it returns; it is called on
// another goroutine or by Close, never twice at once, and must not call the Source. now may be nil.
func NewSource(
	current Tokens, refresh func(context.Context, Tokens) (Tokens, error), save func(Tokens) error, now func() time.Time,
) *Source {
	if now == nil {
		now = time.Now
	}
	s := &Source{tokens: current, refresh: refresh, save: save, now: now}
	s.life, s.end = context.WithCancel(context.Background())
	return s
}

// Token returns an access token that is good for a while: see [Tokens] for how long. When the provider is out of reach, it is
// the current one for as long as that lives. Errors: those of [Provider.Refresh], of save, and [ErrCancelled] when ctx or the Source
// ended. The end of ctx does not stop a refresh: its answer must not be lost.
func (s *Source) Token(ctx context.Context) (secret.Text, error) {
	s.mu.Lock()
	if s.life.Err() != nil {
		s.mu.Unlock()
		return secret.Text{}, fmt.Errorf("access token: %w: the account is closed", ErrCancelled)
	}
	if !s.unsaved && !s.stale && s.tokens.fresh(s.now()) {
		access := s.tokens.Access
		s.mu.Unlock()
		return access, nil
	}
	if s.flight == nil {
		s.flight = &flight{done: make(chan struct{})}
		go s.renew(s.flight)
	}
	f := s.flight
	s.mu.Unlock()

	select {
	case <-f.done:
		return f.access, f.err
	case <-ctx.Done():
		return secret.Text{}, fmt.Errorf("access token: %w: %w", ErrCancelled, ctx.Err())
	}
}

// Tokens are the current ones, for revoking them and ending the session.
func (s *Source) Tokens() Tokens {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens
}

// Refused says that the message engine did not accept this access token: the next Token refreshes it, whatever the clock says.
func (s *Source) Refused(access secret.Text) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if access.Reveal() == s.tokens.Access.Reveal() {
		s.stale = true
	}
}

// Close stops a refresh whose token was not sent yet, and waits for one whose token was, so that its answer is saved: that
// takes 40 s at the very most, when the provider stopped answering. Tokens that could not be saved are tried once more. Token
// returns [ErrCancelled] from then on.
func (s *Source) Close() {
	s.mu.Lock()
	s.end()
	f := s.flight
	s.mu.Unlock()
	if f != nil {
		<-f.done
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unsaved && s.save(s.tokens) == nil {
		s.unsaved = false
	}
}

// renew is the only goroutine of a flight; the fields it reads change nowhere else meanwhile.
func (s *Source) renew(f *flight) {
	s.mu.Lock()
	before, unsaved, stale := s.tokens, s.unsaved, s.stale
	s.mu.Unlock()

	after, saved, err := s.step(before, unsaved, stale)

	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens, s.unsaved, s.flight = after, !saved, nil
	switch {
	case err == nil:
		s.stale = false
		f.access = after.Access
	case saved && !stale && !errors.Is(err, ErrLoginNeeded) && after.alive(s.now()):
		f.access = after.Access // not fresh, but good
	default:
		f.err = fmt.Errorf("access token: %w", err)
	}
	close(f.done)
}

// step does what is due and returns the tokens to go on with, and whether they are on disk.
func (s *Source) step(t Tokens, unsaved, stale bool) (after Tokens, saved bool, err error) {
	if unsaved {
		if err := s.save(t); err != nil {
			return t, false, fmt.Errorf("save new tokens: %w", err)
		}
		if !stale && t.fresh(s.now()) {
			return t, true, nil
		}
	}
	if t.Spent || t.Refresh.IsZero() {
		return t, true, ErrLoginNeeded
	}

	marked := t
	marked.Spent = true
	if err := s.save(marked); err != nil {
		return t, true, fmt.Errorf("save tokens before the refresh: %w", err)
	}
	fresh, err := s.refresh(s.life, t)
	switch {
	case errors.Is(err, ErrLoginNeeded):
		return marked, true, err
	case err != nil:
		if unmark := s.save(t); unmark != nil {
			// The disk keeps saying Spent, which is the safe side; here it is known better.
			err = errors.Join(err, fmt.Errorf("save tokens after a refresh that failed: %w", unmark))
		}
		return t, true, err
	}
	fresh.Spent = false
	if err := s.save(fresh); err != nil {
		return fresh, false, fmt.Errorf("save new tokens: %w", err)
	}
	return fresh, true, nil
}
