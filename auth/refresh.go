package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"

	"golang.org/x/oauth2"

	"discussions/internal/secret"
)

// Refresh exchanges the refresh token of t for new tokens. Call it once: t is useless afterwards. A [Source] calls it.
//
// A provider that rotates refresh tokens (RFC 9700, 4.14.2) treats a second use as theft and revokes the login. The error
// therefore says whether the refresh token may have been used:
//   - [ErrLoginNeeded]: it was refused, or the request was sent and its answer lost. Never send it again.
//   - [ErrUnreachable], [ErrCertificate], [ErrClock], [ErrProvider], [ErrCancelled]: it was not used. Try again later.
//
// To make lost answers rare, Refresh first sends a harmless request, which detects a missing network, a connection that died
// while the computer slept, and a provider that is down. Once the token is sent, the end of ctx does not stop the request;
// it takes 20 s at most.
func (p *Provider) Refresh(ctx context.Context, t Tokens) (Tokens, error) {
	const doing = "refresh tokens"
	switch {
	case t.Issuer != p.config.Issuer || t.ClientID != p.config.ClientID:
		return Tokens{}, fmt.Errorf("%s: %w: they are another provider's", doing, ErrLoginNeeded)
	case t.Spent:
		return Tokens{}, fmt.Errorf("%s: %w: the refresh token may have been used", doing, ErrLoginNeeded)
	case t.Refresh.IsZero():
		return Tokens{}, fmt.Errorf("%s: %w: there is no refresh token", doing, ErrLoginNeeded)
	}
	if err := p.probe(ctx, doing); err != nil {
		return Tokens{}, err
	}

	var sent transmission
	ctx = httptrace.WithClientTrace(context.WithoutCancel(ctx), sent.trace())
	token, err := p.oauth("").TokenSource(p.context(ctx), &oauth2.Token{RefreshToken: t.Refresh.Reveal()}).Token()
	if err != nil {
		return Tokens{}, p.refreshError(doing, err, &sent)
	}
	fresh, err := p.tokens(token)
	if err != nil {
		return Tokens{}, fmt.Errorf("%s: %w: %w", doing, ErrLoginNeeded, err)
	}
	fresh.Subject = t.Subject
	if fresh.ID, err = p.refreshedID(ctx, t, fresh); err != nil {
		return Tokens{}, fmt.Errorf("%s: %w: %w", doing, ErrLoginNeeded, err)
	}
	p.config.Log.Debug("tokens refreshed", "expiry", fresh.Expiry)
	return fresh, nil
}

// refreshedID is the ID token to keep: the new one if it is valid; the old one if there is no new one or it cannot be
// checked now, since it only serves as a hint. An invalid one, or another user's, is an error.
func (p *Provider) refreshedID(ctx context.Context, old, fresh Tokens) (keep secret.Text, err error) {
	if fresh.ID.IsZero() {
		return old.ID, nil
	}
	id, _, err := p.verify(ctx, fresh)
	switch {
	case errors.Is(err, ErrUntrusted):
		return keep, err
	case err != nil:
		return old.ID, nil
	case old.Subject != "" && id.Subject != old.Subject:
		return keep, fmt.Errorf("%w: the new ID token is another person's", ErrUntrusted)
	}
	return fresh.ID, nil
}

// refreshError adds [ErrLoginNeeded] unless the refresh token was certainly not used.
func (p *Provider) refreshError(doing string, err error, sent *transmission) error {
	wrapped := p.tokenError(doing, err)
	var retrieve *oauth2.RetrieveError
	if errors.As(err, &retrieve) {
		status := retrieve.Response.StatusCode
		switch {
		case retrieve.ErrorCode == "invalid_grant":
			return fmt.Errorf("%w: %w", ErrLoginNeeded, wrapped)
		case status >= 300 && status < 500, status == http.StatusServiceUnavailable:
			return wrapped // refused before the token was used
		}
		return fmt.Errorf("%w: %w", ErrLoginNeeded, wrapped)
	}
	if sent.never() {
		return wrapped
	}
	return fmt.Errorf("%w: %w", ErrLoginNeeded, wrapped)
}

// transmission records whether a request got a connection.
type transmission struct{ asked, connected atomic.Bool }

func (s *transmission) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { s.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { s.connected.Store(true) },
	}
}

// never reports that nothing was sent. It is false if the transport does not report its connections.
func (s *transmission) never() bool { return s.asked.Load() && !s.connected.Load() }
