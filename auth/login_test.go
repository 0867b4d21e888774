package auth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// logIn walks through a login of the fake provider.
func logIn(t testing.TB, f *fake, p *Provider, o LoginOptions) (grant Grant, page string, err error) {
	t.Helper()
	l := startLogin(t, p, o)
	_, page = visit(t, f.authorize(l.asks()))
	grant, err = l.Wait(context.Background())
	checkSafeError(t, err)
	if err != nil && (!grant.Tokens.Access.IsZero() || grant.Identity != (Identity{})) {
		t.Error("a failed login grants something")
	}
	return grant, page, err
}

func TestALoginGrantsTokensAndTellsThePerson(t *testing.T) {
	f := newFake(t)
	l := startLogin(t, f.provider(), LoginOptions{
		Method:    Method{Name: "Pro Santé Connect", Hint: map[string]string{"kc_idp_hint": "psc", "acr_values": "eidas1"}},
		LoginHint: "claire.martin@example.org", ForceLogin: true, Language: "fr",
	})
	q := mustQuery(t, l.asks())
	for name, want := range map[string]string{
		"response_type": "code", "client_id": fakeClient, "scope": "openid profile email offline_access", "code_challenge_method": "S256",
		"prompt": "login", "login_hint": "claire.martin@example.org", "ui_locales": "fr", "kc_idp_hint": "psc", "acr_values": "eidas1",
	} {
		if got := q.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(q.Get(name)) < 26 { // 128 bits
			t.Errorf("%s is short: %q", name, q.Get(name))
		}
	}
	if !strings.HasPrefix(l.asks(), fakeIssuer+"/authorize?") {
		t.Errorf("URL %s", l.asks())
	}
	if status, body := visit(t, f.authorize(l.asks())); status != 200 || !strings.Contains(body, "revenir dans Discussions") {
		t.Errorf("status %d, page:\n%s", status, body)
	}
	g, err := l.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := Identity{
		Subject: "sub-claire", JID: "claire.martin@chat.example.org", Name: "Dr Claire Martin", Mail: "claire.martin@example.org",
		Organisation: "CHU de Montpellier", Job: "Médecin",
	}
	if diff := cmp.Diff(want, g.Identity); diff != "" {
		t.Error(diff)
	}
	tokens := g.Tokens
	if !strings.HasPrefix(tokens.Access.Reveal(), "access-") || !strings.HasPrefix(tokens.Refresh.Reveal(), "refresh-") || tokens.ID.IsZero() {
		t.Error("tokens are missing")
	}
	if tokens.Issuer != fakeIssuer || tokens.ClientID != fakeClient || tokens.Subject != "sub-claire" || tokens.Spent || tokens.Expiry.Sub(tokens.Obtained).Minutes() != 5 {
		t.Errorf("tokens: %+v", tokens)
	}
	if _, err := l.Wait(t.Context()); err == nil {
		t.Error("a second Wait succeeds")
	}
}

func TestStateNonceAndChallengeAreNewEachTime(t *testing.T) {
	p := newFake(t).provider()
	first, second := mustQuery(t, startLogin(t, p, LoginOptions{}).asks()), mustQuery(t, startLogin(t, p, LoginOptions{}).asks())
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if first.Get(name) == second.Get(name) {
			t.Errorf("%s is the same twice", name)
		}
	}
}

func TestAHintCannotReplaceWhatProtectsTheLogin(t *testing.T) {
	p := newFake(t).provider()
	for _, name := range []string{"state", "nonce", "redirect_uri", "code_challenge", "code_challenge_method", "client_id", "response_type", "response_mode", "scope", "request", "request_uri"} {
		l, err := p.StartLogin(t.Context(), LoginOptions{Method: Method{Name: "m", Hint: map[string]string{name: "x"}}})
		if err == nil {
			l.Cancel()
			t.Errorf("a hint may set %s", name)
		}
	}
}

// TestAnswersThroughTheBrowser has the answers with the right state that end a login.
func TestAnswersThroughTheBrowser(t *testing.T) {
	tests := []struct {
		name     string
		callback func(url.Values)
		promises bool // the provider says that it always names itself
		want     error
		page     string
	}{
		{"the person denies", func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") }, false, ErrDenied, "Connexion annulée"},
		{"the provider has a problem", func(q url.Values) {
			q.Del("code")
			q.Set("error", "temporarily_unavailable")
			q.Set("error_description", canary)
		}, false, ErrProvider, "pas abouti"},
		{"an error that nobody registered", func(q url.Values) { q.Set("error", canary) }, false, ErrProvider, "pas abouti"},
		{"an error beside a code", func(q url.Values) { q.Set("error", "server_error") }, false, ErrProvider, "pas abouti"},
		{"neither a code nor an error", func(q url.Values) { q.Del("code") }, false, ErrProvider, "pas abouti"},
		{"a code that is not ours", func(q url.Values) { q.Set("code", canary) }, false, ErrProvider, "pas abouti"},
		{"another issuer", func(q url.Values) { q.Set("iss", "https://evil.test") }, false, ErrUntrusted, "pas abouti"},
		{"another issuer that denies", func(q url.Values) { q.Set("iss", "https://evil.test"); q.Set("error", "access_denied") }, false, ErrUntrusted, "pas abouti"},
		{"the issuer with a slash", func(q url.Values) { q.Set("iss", fakeIssuer+"/") }, false, ErrUntrusted, "pas abouti"},
		{"an empty issuer", func(q url.Values) { q.Set("iss", "") }, false, ErrUntrusted, "pas abouti"},
		{"no issuer though it was promised", func(url.Values) {}, true, ErrUntrusted, "pas abouti"},
		{"the right issuer", func(q url.Values) { q.Set("iss", fakeIssuer) }, true, nil, "Connexion réussie"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			f.callback = tt.callback
			f.discovery = func(d map[string]any) { d["authorization_response_iss_parameter_supported"] = tt.promises }
			_, page, err := logIn(t, f, f.provider(), LoginOptions{})
			if !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
			if !strings.Contains(page, tt.page) {
				t.Errorf("page:\n%s", page)
			}
			if errors.Is(err, ErrUntrusted) && f.count("/token") != 0 {
				t.Error("the code was redeemed all the same")
			}
		})
	}
}

func TestTheTokenEndpointIsAskedOnceOnly(t *testing.T) {
	for _, status := range []int{400, 401, 403, 500, 302, 307} {
		f := newFake(t)
		f.intercept["/token"] = func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", fakeIssuer+"/elsewhere")
			broken(status)(w, r)
		}
		_, _, err := logIn(t, f, f.provider(), LoginOptions{})
		if !errors.Is(err, ErrProvider) {
			t.Errorf("status %d: error %v", status, err)
		}
		if n := f.count("/token") + f.count("/elsewhere"); n != 1 {
			t.Errorf("status %d: the code was sent %d times", status, n)
		}
	}
}

func TestInvalidTokenResponses(t *testing.T) {
	tests := map[string]func(map[string]any){
		"no access token": func(a map[string]any) { delete(a, "access_token") },
		"no ID token":     func(a map[string]any) { delete(a, "id_token") },
		"not a bearer":    func(a map[string]any) { a["token_type"] = "DPoP" },
		"wrong types":     func(a map[string]any) { a["access_token"] = []int{1} },
		"giant":           func(a map[string]any) { a["x"] = strings.Repeat(canary, 1<<20) },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.answer = change
			if _, _, err := logIn(t, f, f.provider(), LoginOptions{}); !errors.Is(err, ErrProvider) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestAProviderThatRefusesAtTheEndDenies(t *testing.T) {
	f := newFake(t)
	f.intercept["/token"] = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"error":"access_denied","error_description":"` + canary + `"}`))
	}
	if _, _, err := logIn(t, f, f.provider(), LoginOptions{}); !errors.Is(err, ErrDenied) {
		t.Errorf("error %v", err)
	}
}

func TestTheNextLoginEndsTheOneBefore(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	first := startLogin(t, p, LoginOptions{})
	second := startLogin(t, p, LoginOptions{})
	if _, err := first.Wait(t.Context()); !errors.Is(err, ErrCancelled) {
		t.Errorf("error %v", err)
	}
	visit(t, f.authorize(second.asks()))
	if _, err := second.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestATokenThatWillNotBeUsedIsRevoked(t *testing.T) {
	f := newFake(t)
	f.claims = func(c map[string]any) { c["nonce"] = "another" }
	if _, _, err := logIn(t, f, f.provider(), LoginOptions{}); !errors.Is(err, ErrUntrusted) {
		t.Fatal(err)
	}
	if len(f.revoked) != 2 {
		t.Errorf("%d tokens were revoked", len(f.revoked))
	}
}
