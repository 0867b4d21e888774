package auth

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"discussions/internal/secret"
)

func TestRevokeTakesTheRefreshTokenFirst(t *testing.T) {
	f, p, tokens := loggedIn(t)
	if err := p.Revoke(t.Context(), tokens); err != nil {
		t.Fatal(err)
	}
	want := []string{"refresh_token " + tokens.Refresh.Reveal(), "access_token " + tokens.Access.Reveal()}
	if diff := cmp.Diff(want, f.revoked); diff != "" {
		t.Error(diff)
	}
}

func TestRevocationsThatFail(t *testing.T) {
	unsupported := func(kind string) func(*fake) {
		return func(f *fake) {
			f.intercept["/revoke"] = func(w http.ResponseWriter, r *http.Request) {
				_ = r.ParseForm()
				if r.PostForm.Get("client_id") != fakeClient {
					f.t.Error("no client_id")
				}
				if r.PostForm.Get("token_type_hint") == kind {
					w.WriteHeader(http.StatusBadRequest)
					f.json(w, map[string]string{"error": "unsupported_token_type", "error_description": canary})
				}
			}
		}
	}
	tests := []struct {
		name  string
		fault func(*fake)
		want  error
	}{
		{"access tokens cannot be revoked", unsupported("access_token"), nil},
		{"refresh tokens cannot be revoked", unsupported("refresh_token"), ErrProvider},
		{"a server error", func(f *fake) { f.intercept["/revoke"] = broken(500) }, ErrProvider},
		{"elsewhere, by redirect", func(f *fake) { f.intercept["/revoke"] = broken(307) }, ErrProvider},
		{"the provider is down", func(f *fake) { f.before = func(*http.Request) bool { return false } }, ErrUnreachable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, p, tokens := loggedIn(t)
			tt.fault(f)
			err := p.Revoke(t.Context(), tokens)
			if !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
			checkSafeError(t, err)
		})
	}
	t.Run("the provider offers none", func(t *testing.T) {
		f := newFake(t)
		f.discovery = func(d map[string]any) { delete(d, "revocation_endpoint") }
		p := f.provider()
		tokens := someTokens()
		if err := p.Revoke(t.Context(), tokens); !errors.Is(err, ErrProvider) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("another provider's tokens", func(t *testing.T) {
		f := newFake(t)
		p := f.provider()
		tokens := someTokens()
		tokens.Issuer = "https://evil.test"
		if err := p.Revoke(t.Context(), tokens); err == nil || len(f.revoked) > 0 {
			t.Errorf("error %v, sent %d", err, len(f.revoked))
		}
	})
	t.Run("no tokens", func(t *testing.T) {
		f := newFake(t)
		if err := f.provider().Revoke(t.Context(), Tokens{Issuer: fakeIssuer, ClientID: fakeClient}); err != nil || len(f.revoked) > 0 {
			t.Errorf("error %v, sent %d", err, len(f.revoked))
		}
	})
}

func TestEndSessionURL(t *testing.T) {
	f := newFake(t)
	f.discovery = func(d map[string]any) { d["end_session_endpoint"] = fakeIssuer + "/logout?ui=1" }
	p := f.provider()
	query := func(tokens Tokens) url.Values {
		address, ok := p.EndSessionURL(tokens)
		if !ok || !strings.HasPrefix(address, fakeIssuer+"/logout?") {
			t.Fatalf("%q, %v", address, ok)
		}
		return mustQuery(t, address)
	}
	q := query(someTokens())
	if q.Get("id_token_hint") != "id-"+canary || q.Get("client_id") != fakeClient || q.Get("ui") != "1" {
		t.Errorf("query %v", q)
	}
	long := someTokens()
	long.ID = secret.New(strings.Repeat("x", endSessionLimit))
	stranger := someTokens()
	stranger.Issuer = "https://evil.test"
	for name, tokens := range map[string]Tokens{"none": {}, "too long to be opened": long, "another provider's": stranger} {
		if q := query(tokens); q.Has("id_token_hint") || q.Get("client_id") != fakeClient {
			t.Errorf("%s: query %v", name, q)
		}
	}
	f.discovery = func(d map[string]any) { delete(d, "end_session_endpoint") }
	if address, ok := f.provider().EndSessionURL(someTokens()); ok || address != "" {
		t.Errorf("%q, %v", address, ok)
	}
}
