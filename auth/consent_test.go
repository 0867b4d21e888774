package auth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// strict makes the fake grant offline_access only with consent (OpenID Connect Core 1.0, section 11).
func (f *fake) strict() {
	f.discovery = func(d map[string]any) { d["scopes_supported"] = []string{"openid", "offline_access"} }
	consented := false
	f.intercept["/token"] = func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		f.mu.Lock()
		request := f.codes[r.PostForm.Get("code")]
		f.mu.Unlock()
		consented = strings.Contains(request.Get("prompt"), "consent")
		f.serveToken(w, r)
	}
	f.answer = func(a map[string]any) {
		a["scope"] = "openid profile email offline_access"
		if !consented {
			delete(a, "refresh_token")
			a["scope"] = "openid profile email"
		}
	}
}

// next answers the login's present question, and returns where that leads the browser; "": a page.
func next(t *testing.T, address string) string {
	t.Helper()
	resp, err := browser.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.Header.Get("Location")
}

func TestAStrictProviderIsAskedForConsentInTheSameLogin(t *testing.T) {
	f := newFake(t)
	f.strict()
	l := startLogin(t, f.provider(), LoginOptions{
		ForceLogin: true, Language: "fr", LoginHint: "claire", Method: Method{Hint: map[string]string{"kc_idp_hint": "psc", "prompt": "select_account"}},
	})
	answered := f.authorize(l.asks())
	again := next(t, answered)
	first, second := mustQuery(t, l.asks()), mustQuery(t, again)
	if !strings.HasPrefix(again, fakeIssuer+"/authorize?") || first.Get("prompt") != "login" || second.Get("prompt") != "consent" {
		t.Fatalf("%s leads to %s", l.asks(), again)
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(second.Get(name)) < 26 || first.Get(name) == second.Get(name) {
			t.Errorf("the second question's %s is the first one's, or short", name)
		}
	}
	for _, name := range []string{"redirect_uri", "scope", "client_id", "login_hint", "ui_locales", "kc_idp_hint", "code_challenge_method"} {
		if first.Get(name) == "" || first.Get(name) != second.Get(name) {
			t.Errorf("%s: %q, then %q", name, first.Get(name), second.Get(name))
		}
	}
	if got := next(t, answered); got != again {
		t.Errorf("loaded again, the first answer leads to %q", got)
	}
	if status, page := visit(t, f.authorize(again)); status != http.StatusOK || !strings.Contains(page, "revenir dans Discussions") {
		t.Errorf("status %d, page:\n%s", status, page)
	}
	g, err := l.Wait(t.Context())
	if err != nil || g.Tokens.Refresh.IsZero() || g.Identity.Subject != "sub-claire" {
		t.Errorf("%+v, %v", g, err)
	}
}

// A provider that would only show a page for nothing is not asked for consent.
func TestNoConsentIsAskedForWhereItWouldNotHelp(t *testing.T) {
	for name, c := range map[string]struct {
		scopes  []string
		answer  func(map[string]any)
		refresh bool
	}{
		"there is a refresh token":           {[]string{"openid", "offline_access"}, func(map[string]any) {}, true},
		"there is one, whatever the scope":   {[]string{"openid", "offline_access"}, func(a map[string]any) { a["scope"] = "openid" }, true},
		"offline_access is not offered":      {[]string{"openid"}, func(a map[string]any) { delete(a, "refresh_token") }, false},
		"nothing is said of what is offered": {nil, func(a map[string]any) { delete(a, "refresh_token") }, false},
		"offline_access is granted already": {[]string{"openid", "offline_access"}, func(a map[string]any) {
			a["scope"] = "openid offline_access"
			delete(a, "refresh_token")
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.answer = c.answer
			f.discovery = func(d map[string]any) {
				if c.scopes != nil {
					d["scopes_supported"] = c.scopes
				}
			}
			g, _, err := logIn(t, f, f.provider(), LoginOptions{})
			if err != nil || g.Tokens.Access.IsZero() || g.Tokens.Refresh.IsZero() == c.refresh {
				t.Errorf("%+v, %v", g, err)
			}
			if said := strings.Contains(f.log.String(), "no refresh token"); said == c.refresh {
				t.Errorf("the log: %s", f.log.String())
			}
		})
	}
}

func TestALoginGoesOnWithoutConsent(t *testing.T) {
	for name, answer := range map[string]func(f *fake, p *Provider, again string, l *Login){
		"the person denies": func(f *fake, _ *Provider, again string, _ *Login) {
			f.callback = func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") }
			visit(f.t, f.authorize(again))
		},
		"the provider has no such page": func(f *fake, _ *Provider, again string, _ *Login) {
			f.callback = func(q url.Values) { q.Del("code"); q.Set("error", "invalid_request") }
			visit(f.t, f.authorize(again))
		},
		"the provider gives none all the same": func(f *fake, _ *Provider, again string, _ *Login) {
			f.answer = func(a map[string]any) { delete(a, "refresh_token") }
			visit(f.t, f.authorize(again))
		},
		"the answer is not for this login": func(f *fake, _ *Provider, again string, _ *Login) {
			f.claims = func(c map[string]any) { c["nonce"] = "another" }
			visit(f.t, f.authorize(again))
		},
		"the time is over": func(_ *fake, _ *Provider, _ string, l *Login) { l.end(ErrTimeout) },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.strict()
			p := f.provider()
			l := startLogin(t, p, LoginOptions{})
			answer(f, p, next(t, f.authorize(l.asks())), l)
			g, err := l.Wait(t.Context())
			if err != nil || g.Tokens.Access.IsZero() || !g.Tokens.Refresh.IsZero() || g.Identity.Subject != "sub-claire" {
				t.Errorf("%+v, %v", g, err)
			}
			if !strings.Contains(f.log.String(), "no refresh token, with consent asked for") {
				t.Errorf("the log: %s", f.log.String())
			}
		})
	}
}

func TestALoginThatIsCancelledAtTheConsentGrantsNothing(t *testing.T) {
	f := newFake(t)
	f.strict()
	l := startLogin(t, f.provider(), LoginOptions{})
	again := next(t, f.authorize(l.asks()))
	l.Cancel()
	g, err := l.Wait(context.Background())
	if !errors.Is(err, ErrCancelled) || !g.Tokens.Access.IsZero() {
		t.Errorf("%+v, %v", g, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if again == "" || len(f.revoked) == 0 {
		t.Errorf("the first tokens were not revoked: %q", f.revoked)
	}
}
