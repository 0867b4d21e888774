package auth

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"discussions/internal/sandboxtest"
)

func sandboxProvider(t testing.TB, s *sandboxtest.Sandbox) *Provider {
	t.Helper()
	p, err := Discover(t.Context(), Config{Issuer: s.Issuer, ClientID: fakeClient, HTTPClient: &http.Client{Transport: s.Transport(t)}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func sandboxLogin(t testing.TB, p *Provider, s *sandboxtest.Sandbox) Grant {
	t.Helper()
	l := startLogin(t, p, LoginOptions{ForceLogin: true})
	s.Login(t, l.Address(), s.Claire(), "psc")
	g, err := l.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func sandboxLogins(t *testing.T, s *sandboxtest.Sandbox) {
	p := sandboxProvider(t, s)
	for method, person := range map[string]sandboxtest.Person{"psc": s.Claire(), "mail": s.Paul()} {
		l := startLogin(t, p, LoginOptions{LoginHint: person.Mail, Language: "fr"})
		s.Login(t, l.Address(), person, method)
		g, err := l.Wait(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", method, err)
		}
		want := Identity{Subject: g.Identity.Subject, JID: person.JID, Name: person.Name, Mail: person.Mail, Organisation: person.Organisation, Job: person.Job}
		if g.Identity != want || g.Identity.Subject == "" {
			t.Errorf("%s: %+v, want %+v", method, g.Identity, want)
		}
		if g.Tokens.Access.IsZero() || g.Tokens.Refresh.IsZero() || g.Tokens.ID.IsZero() || g.Tokens.Subject != g.Identity.Subject {
			t.Errorf("%s: tokens %+v", method, g.Tokens)
		}
	}
}

func sandboxSessions(t *testing.T, s *sandboxtest.Sandbox) {
	p, browser := sandboxProvider(t, s), s.NewBrowser()
	first := startLogin(t, p, LoginOptions{})
	if err := browser.Login(first.Address(), s.Claire(), "psc"); err != nil {
		t.Fatal(err)
	}
	g, err := first.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// asked reports whether the provider shows a form.
	asked := func(o LoginOptions) bool {
		l := startLogin(t, p, o)
		at, _, err := browser.Get(l.Address())
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(at.String(), s.Issuer) {
			l.Cancel()
			return true
		}
		if _, err := l.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		return false
	}
	if asked(LoginOptions{}) {
		t.Error("no single sign-on: the rest proves nothing")
	}
	if !asked(LoginOptions{ForceLogin: true}) {
		t.Error("a forced login asks for nothing")
	}
	end, ok := p.EndSessionURL(g.Tokens)
	if !ok {
		t.Fatal("no end of session")
	}
	if _, _, err := browser.Get(end); err != nil {
		t.Fatal(err)
	}
	if !asked(LoginOptions{}) {
		t.Error("the browser's session goes on")
	}
}

// sandboxConsent logs in at a provider that follows OpenID Connect Core 1.0, section 11, to the letter.
func sandboxConsent(t *testing.T, s *sandboxtest.Sandbox) {
	s.Consent(t, "always")
	defer s.Consent(t, "never")
	p := sandboxProvider(t, s)
	g := sandboxLogin(t, p, s)
	if g.Tokens.Refresh.IsZero() || g.Identity.JID != s.Claire().JID {
		t.Fatalf("%+v", g)
	}
	if _, err := p.Refresh(t.Context(), g.Tokens); err != nil {
		t.Errorf("refresh: %v", err)
	}
}

func sandboxDenial(t *testing.T, s *sandboxtest.Sandbox) {
	p, browser := sandboxProvider(t, s), s.NewBrowser()
	l := startLogin(t, p, LoginOptions{})
	at, _, err := browser.Get(l.Address())
	if err != nil {
		t.Fatal(err)
	}
	_, page, err := browser.Post("/login/cancel", url.Values{"id": {at.Query().Get("id")}})
	if err != nil || !strings.Contains(page, "Connexion annulée") {
		t.Errorf("%v, page:\n%s", err, page)
	}
	if _, err := l.Wait(t.Context()); !errors.Is(err, ErrDenied) {
		t.Errorf("error %v", err)
	}
}

func sandboxRotation(t *testing.T, s *sandboxtest.Sandbox) {
	p := sandboxProvider(t, s)
	first := sandboxLogin(t, p, s).Tokens
	second, err := p.Refresh(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	if second.Refresh.Reveal() == first.Refresh.Reveal() {
		t.Error("no rotation")
	}
	third, err := p.Refresh(t.Context(), second)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Refresh(t.Context(), first); !errors.Is(err, ErrLoginNeeded) {
		t.Errorf("an old refresh token: %v", err)
	}
	if _, err := p.Refresh(t.Context(), third); !errors.Is(err, ErrLoginNeeded) {
		t.Errorf("the sandbox does not detect reuse, the tests of kills prove nothing: %v", err)
	}
}

func sandboxRevocation(t *testing.T, s *sandboxtest.Sandbox) {
	p := sandboxProvider(t, s)
	tokens := sandboxLogin(t, p, s).Tokens
	if err := p.Revoke(t.Context(), tokens); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Refresh(t.Context(), tokens); !errors.Is(err, ErrLoginNeeded) {
		t.Errorf("after revocation: %v", err)
	}
	if err := p.Revoke(t.Context(), tokens); err != nil {
		t.Errorf("again: %v", err)
	}
}

func sandboxFaults(t *testing.T, s *sandboxtest.Sandbox) {
	p := sandboxProvider(t, s)
	tokens := sandboxLogin(t, p, s).Tokens
	s.Tokens(t, "down")
	if _, err := p.Refresh(t.Context(), tokens); !errors.Is(err, ErrProvider) || errors.Is(err, ErrLoginNeeded) {
		t.Errorf("down: %v", err)
	}
	s.Tokens(t, "accept")
	s.ProviderNetwork(t, "cut", 0)
	if _, err := p.Refresh(t.Context(), tokens); !errors.Is(err, ErrUnreachable) || errors.Is(err, ErrLoginNeeded) {
		t.Errorf("cut: %v", err)
	}
	if _, err := p.StartLogin(t.Context(), LoginOptions{}); !errors.Is(err, ErrUnreachable) {
		t.Errorf("cut: %v", err)
	}
	s.ProviderNetwork(t, "up", 0)
	tokens, err := p.Refresh(t.Context(), tokens)
	if err != nil {
		t.Fatalf("the token did not survive: %v", err)
	}
	s.Tokens(t, "refuse")
	defer s.Tokens(t, "accept")
	if _, err := p.Refresh(t.Context(), tokens); !errors.Is(err, ErrLoginNeeded) {
		t.Errorf("refused: %v", err)
	}
}

func sandboxClock(t *testing.T, s *sandboxtest.Sandbox) {
	p := sandboxProvider(t, s)
	tokens := sandboxLogin(t, p, s).Tokens
	for _, offset := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		s.Clock(t, offset)
		_, err := p.StartLogin(t.Context(), LoginOptions{})
		var clock *ClockError
		if !errors.Is(err, ErrClock) || !errors.As(err, &clock) || (clock.Difference+offset).Abs() > time.Minute {
			t.Errorf("%v: %v", offset, err)
		}
		s.Clock(t, 0)
	}
	if _, err := p.Refresh(t.Context(), tokens); err != nil {
		t.Errorf("refresh: %v", err)
	}
}
