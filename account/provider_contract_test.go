package account

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"discussions/auth"
)

// providerWorld is a provider under test, and the browser of a person at it.
type providerWorld struct {
	provider
	issuer string
	logIn  func(t *testing.T, address string) // the person logs in
}

// testProvider holds a provider to what this package relies on. It runs on the fake, and on package auth before a real provider.
func testProvider(t *testing.T, w providerWorld) {
	ctx := context.Background()
	begin := func(t *testing.T) flow {
		t.Helper()
		f, err := w.StartLogin(ctx, auth.LoginOptions{ForceLogin: true})
		must(t, err)
		t.Cleanup(f.Cancel) // its page stays for a while otherwise
		return f
	}
	grant := func(t *testing.T) auth.Grant {
		t.Helper()
		f := begin(t)
		w.logIn(t, f.address())
		g, err := f.Wait(ctx)
		must(t, err)
		return g
	}
	loginNeeded := func(t *testing.T, what string, tokens auth.Tokens) {
		t.Helper()
		if _, err := w.Refresh(ctx, tokens); !errors.Is(err, auth.ErrLoginNeeded) {
			t.Errorf("%s: %v", what, err)
		}
	}

	t.Run("a login gives tokens and who it is", func(t *testing.T) {
		g := grant(t)
		if g.Identity.Subject == "" || g.Identity.JID == "" || g.Tokens.Subject != g.Identity.Subject || g.Tokens.Issuer != w.issuer {
			t.Errorf("%+v", g.Identity)
		}
		if g.Tokens.Access.IsZero() || g.Tokens.Refresh.IsZero() || g.Tokens.ID.IsZero() || g.Tokens.Spent {
			t.Error("tokens are missing")
		}
		if !g.Tokens.Expiry.After(g.Tokens.Obtained) {
			t.Errorf("they live from %v to %v", g.Tokens.Obtained, g.Tokens.Expiry)
		}
	})
	t.Run("a login that is cancelled ends", func(t *testing.T) {
		f := begin(t)
		f.Cancel()
		_, err := f.Wait(ctx)
		want(t, err, auth.ErrCancelled)
	})
	t.Run("a login whose wait is given up ends", func(t *testing.T) {
		f := begin(t)
		soon, cancel := context.WithCancel(ctx)
		cancel()
		_, err := f.Wait(soon)
		want(t, err, auth.ErrCancelled)
	})
	t.Run("tokens are renewed, each refresh token once", func(t *testing.T) {
		old := grant(t).Tokens
		fresh, err := w.Refresh(ctx, old)
		must(t, err)
		if fresh.Subject != old.Subject || fresh.Issuer != old.Issuer || fresh.Access.Reveal() == old.Access.Reveal() || fresh.Refresh.Reveal() == old.Refresh.Reveal() {
			t.Error("the renewed tokens are not new tokens of the same person")
		}
		newest, err := w.Refresh(ctx, fresh)
		must(t, err)
		loginNeeded(t, "one that was used", old)
		loginNeeded(t, "the newest, after an old one was used", newest)
	})
	t.Run("revoked tokens are not renewed", func(t *testing.T) {
		tokens := grant(t).Tokens
		must(t, w.Revoke(ctx, tokens))
		loginNeeded(t, "one that was revoked", tokens)
		must(t, w.Revoke(ctx, tokens)) // again
	})
	t.Run("logins do not end each other", func(t *testing.T) {
		revoked, copied, other := grant(t).Tokens, grant(t).Tokens, grant(t).Tokens
		must(t, w.Revoke(ctx, revoked))
		_, err := w.Refresh(ctx, copied)
		must(t, err)
		loginNeeded(t, "one that was used", copied)
		_, err = w.Refresh(ctx, other)
		must(t, err)
	})
	t.Run("a page ends the browser's session", func(t *testing.T) {
		page, ok := w.EndSessionURL(grant(t).Tokens)
		if !ok || !strings.HasPrefix(page, w.issuer) {
			t.Errorf("%q, %v", page, ok)
		}
	})
}

func TestTheFakeProviderKeepsTheContract(t *testing.T) {
	p := newFakeProvider(time.Now)
	p.login(claire)
	testProvider(t, providerWorld{p, p.issuer, func(*testing.T, string) {}})
}
