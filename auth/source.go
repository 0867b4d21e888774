package auth

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"discussions/internal/secret"
)

// Source supplies the access token of one account and refreshes it in time. It is safe for concurrent use: calls during a
// refresh wait for its result.
//
// A rotated refresh token is never used twice, even if the program is killed during a refresh, because save is called before
// and after:
//
//  1. save(the old tokens, Spent): from now on the disk says that the refresh token may have been used.
//  2. The request.
//  3. save(the new tokens), then return the access token. If the refresh token was certainly not used (for example, the
//     provider could not be reached): save(the old tokens, not Spent).
//
// A program that is killed between 1 and 3 finds Spent tokens at its next start. A Source with Spent tokens supplies the
// access token until it expires, then returns [ErrLoginNeeded] without asking the provider.
type Source struct {
	refresh func(context.Context, Tokens) (Tokens, error)
	save    func(Tokens) error
	now     func() time.Time
	life    context.Context // ends with Close
	end     context.CancelFunc

	mu      sync.Mutex
	tokens  Tokens
	unsaved bool // tokens are new but could not be saved: do not use them
	stale   bool // the message server refused the access token
	flight  *flight
}

// flight is a refresh in progress. access and err are set before done is closed.
type flight struct {
	done   chan struct{}
	access secret.Text
	err    error
}

// NewSource returns a source for the tokens that were saved last. refresh is [Provider.Refresh] or a function with the same
// errors. save must return only when the tokens are safely on disk. It is called on another goroutine or by Close, never
// concurrently, and must not call the Source. now may be nil.
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

// Token returns an access token, refreshed if it expires soon. If the provider cannot be reached, Token returns the current
// one until it expires. Errors: those of [Provider.Refresh] and of save; [ErrCancelled] after the end of ctx or of the
// Source. The end of ctx does not stop a refresh, whose answer must not be lost.
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

// Tokens returns the current tokens, to revoke them and to end the session.
func (s *Source) Tokens() Tokens {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens
}

// Refused tells the Source that the message server did not accept this access token: the next Token refreshes it.
func (s *Source) Refused(access secret.Text) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if access.Reveal() == s.tokens.Access.Reveal() {
		s.stale = true
	}
}

// Close cancels a refresh that has not sent its token yet, and waits for one that has, to save its answer: at most 40 s, if
// the provider does not answer. It tries once more to save unsaved tokens. Afterwards Token returns [ErrCancelled].
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

// renew runs a flight. Nothing else changes the fields that it reads.
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
		f.access = after.Access // expires soon, but is still valid
	default:
		f.err = fmt.Errorf("access token: %w", err)
	}
	close(f.done)
}

// step refreshes and saves as needed. It returns the tokens to use from now on and whether they are on disk.
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
			// The disk still says Spent, which is safe; in memory they are not.
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
