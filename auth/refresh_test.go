package auth

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// loggedIn is a fake provider with the tokens of a first login.
func loggedIn(t testing.TB) (*fake, *Provider, Tokens) {
	t.Helper()
	f := newFake(t)
	p := f.provider()
	g, _, err := logIn(t, f, p, LoginOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return f, p, g.Tokens
}

func TestRefreshRotates(t *testing.T) {
	f, p, first := loggedIn(t)
	second, err := p.Refresh(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	if second.Access.Reveal() == first.Access.Reveal() || second.Refresh.Reveal() == first.Refresh.Reveal() || second.ID.Reveal() == first.ID.Reveal() {
		t.Error("something is as before")
	}
	if second.Subject != first.Subject || second.Issuer != first.Issuer || second.ClientID != first.ClientID || second.Spent {
		t.Errorf("%+v", second)
	}
	if f.lastForm.Get("client_id") != fakeClient || f.lastForm.Has("client_secret") {
		t.Errorf("form %v", f.lastForm)
	}
	_, err = p.Refresh(t.Context(), first)
	if !errors.Is(err, ErrLoginNeeded) {
		t.Errorf("an old refresh token: %v", err)
	}
	checkSafeError(t, err)
}

func TestAProviderThatDoesNotRotateKeepsTheRefreshToken(t *testing.T) {
	f, p, first := loggedIn(t)
	f.rotate = false
	f.answer = func(a map[string]any) { delete(a, "refresh_token"); delete(a, "id_token"); delete(a, "expires_in") }
	second, err := p.Refresh(t.Context(), first)
	if err != nil || second.Refresh.Reveal() != first.Refresh.Reveal() || second.ID.Reveal() != first.ID.Reveal() || second.Expiry.Sub(second.Obtained) != 5*time.Minute {
		t.Errorf("%+v, %v", second, err)
	}
}

func TestTokensThatAreNeverSent(t *testing.T) {
	f, p, good := loggedIn(t)
	before := f.count("/token")
	for name, change := range map[string]func(*Tokens){
		"spent": func(t *Tokens) { t.Spent = true }, "without a refresh token": func(t *Tokens) { t.Refresh = newSecret("") },
		"another provider's": func(t *Tokens) { t.Issuer = "https://evil.test" }, "another program's": func(t *Tokens) { t.ClientID = "x" },
	} {
		tokens := good
		change(&tokens)
		if _, err := p.Refresh(t.Context(), tokens); !errors.Is(err, ErrLoginNeeded) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if f.count("/token") != before {
		t.Error("a token was sent")
	}
}

// An error other than ErrLoginNeeded promises that the provider did not use the refresh token.
func TestRefreshSaysWhetherTheTokenMayHaveBeenUsed(t *testing.T) {
	oauth := func(status int, code string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, `{"error":"`+code+`","error_description":"`+canary+`"}`)
		}
	}
	lost := func(path string) func(*http.Request) bool {
		return func(r *http.Request) bool { return !strings.HasSuffix(r.URL.Path, path) }
	}
	tests := []struct {
		name    string
		token   http.HandlerFunc
		before  func(*http.Request) bool
		answer  func(map[string]any)
		claims  func(map[string]any)
		want    error
		perhaps bool // it may have been used
	}{
		{"refused", oauth(400, "invalid_grant"), nil, nil, nil, ErrProvider, true},
		{"the program is unknown", oauth(401, "invalid_client"), nil, nil, nil, ErrProvider, false},
		{"the request is bad", oauth(400, "invalid_request"), nil, nil, nil, ErrProvider, false},
		{"too many requests", broken(429), nil, nil, nil, ErrProvider, false},
		{"forbidden by something in between", broken(403), nil, nil, nil, ErrProvider, false},
		{"elsewhere, by redirect", broken(307), nil, nil, nil, ErrProvider, false},
		{"under maintenance", broken(503), nil, nil, nil, ErrProvider, false},
		{"a server error", broken(500), nil, nil, nil, ErrProvider, true},
		{"a bad gateway", broken(502), nil, nil, nil, ErrProvider, true},
		{"a gateway's time-out", broken(504), nil, nil, nil, ErrProvider, true},
		{"a server error in form", oauth(500, "server_error"), nil, nil, nil, ErrProvider, true},
		{"an answer that is none", broken(200), nil, nil, nil, ErrProvider, true},
		{"an error with a good status", oauth(200, "server_error"), nil, nil, nil, ErrProvider, true},
		{"no access token", nil, nil, func(a map[string]any) { delete(a, "access_token") }, nil, ErrProvider, true},
		{"not a bearer token", nil, nil, func(a map[string]any) { a["token_type"] = "DPoP" }, nil, ErrProvider, true},
		{"out of reach from the start", nil, func(*http.Request) bool { return false }, nil, nil, ErrUnreachable, false},
		{"the answer is lost", nil, lost("/token"), nil, nil, ErrUnreachable, true},
		{"another person's ID token", nil, nil, nil, func(c map[string]any) { c["sub"] = "sub-paul" }, ErrUntrusted, true},
		{"another program's ID token", nil, nil, nil, func(c map[string]any) { c["aud"] = "x" }, ErrUntrusted, true},
		{"an ID token that cannot be checked now", nil, lost("/keys"), nil, nil, nil, false},
		{"an old ID token: a wrong clock is no reason", nil, nil, nil, func(c map[string]any) { c["exp"] = time.Now().Add(-24 * time.Hour).Unix() }, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, _, tokens := loggedIn(t)
			p := f.provider() // with no keys in memory
			f.before, f.answer, f.claims = tt.before, tt.answer, tt.claims
			if tt.token != nil {
				f.intercept["/token"] = tt.token
			}
			fresh, err := p.Refresh(t.Context(), tokens)
			checkSafeError(t, err)
			if !errors.Is(err, tt.want) || errors.Is(err, ErrLoginNeeded) != tt.perhaps {
				t.Errorf("error %v, want %v, login needed: %v", err, tt.want, tt.perhaps)
			}
			if (err == nil) == fresh.Access.IsZero() {
				t.Error("tokens and error do not agree")
			}
		})
	}
}

// The standard transport must not repeat the request by itself.
func TestAnAnswerThatIsLostOnARealConnection(t *testing.T) {
	f := newFake(t)
	s := httptest.NewServer(f)
	defer s.Close()
	f.issuer = s.URL + "/realms/sante"
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	c := f.config()
	c.HTTPClient = &http.Client{Transport: transport}
	p, err := Discover(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	g, _, err := logIn(t, f, p, LoginOptions{})
	if err != nil {
		t.Fatal(err)
	}
	f.intercept["/token"] = func(w http.ResponseWriter, r *http.Request) {
		f.serveToken(httptest.NewRecorder(), r) // the provider rotates …
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		conn.Close() // … and the answer never arrives
	}
	before := f.count("/token")
	_, err = p.Refresh(t.Context(), g.Tokens)
	if !errors.Is(err, ErrLoginNeeded) || !errors.Is(err, ErrUnreachable) {
		t.Errorf("error %v", err)
	}
	if n := f.count("/token") - before; n != 1 || f.reused != 0 {
		t.Errorf("sent %d times, used again %d times", n, f.reused)
	}
}

// The provider stops between the harmless request and the real one.
func TestAConnectionThatIsRefusedLeavesTheTokenUnused(t *testing.T) {
	f := newFake(t)
	s := httptest.NewServer(f)
	defer s.Close()
	f.issuer = s.URL + "/realms/sante"
	var refuse atomic.Bool
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if refuse.Load() {
			return nil, errors.New("refused in an unusual way")
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
	c := f.config()
	c.HTTPClient = &http.Client{Transport: transport}
	p, err := Discover(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	g, _, err := logIn(t, f, p, LoginOptions{})
	if err != nil {
		t.Fatal(err)
	}
	f.intercept["/.well-known/openid-configuration"] = func(w http.ResponseWriter, _ *http.Request) {
		f.serveDiscovery(w)
		refuse.Store(true)
	}
	if _, err = p.Refresh(t.Context(), g.Tokens); errors.Is(err, ErrLoginNeeded) || !errors.Is(err, ErrUnreachable) {
		t.Fatalf("error %v", err)
	}
	delete(f.intercept, "/.well-known/openid-configuration")
	refuse.Store(false)
	if _, err = p.Refresh(t.Context(), g.Tokens); err != nil || f.reused != 0 {
		t.Errorf("error %v, used again %d times", err, f.reused)
	}
}

func TestACancelledCallerDoesNotLoseTheAnswer(t *testing.T) {
	f, p, tokens := loggedIn(t)
	ctx, stop := context.WithCancel(t.Context())
	f.intercept["/token"] = func(w http.ResponseWriter, r *http.Request) {
		stop()
		f.serveToken(w, r)
	}
	if _, err := p.Refresh(ctx, tokens); err != nil {
		t.Errorf("after the token was sent: %v", err)
	}
	before := f.count("/token")
	if _, err := p.Refresh(ctx, tokens); !errors.Is(err, ErrCancelled) || errors.Is(err, ErrLoginNeeded) || f.count("/token") != before {
		t.Errorf("before the token was sent: %v", err)
	}
}

func TestARefreshDoesNotHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		p := f.provider()
		tokens := someTokens()
		tokens.Spent = false
		f.intercept["/token"] = silent
		start := time.Now()
		if _, err := p.Refresh(t.Context(), tokens); !errors.Is(err, ErrLoginNeeded) || time.Since(start) != requestTimeout {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
		f.intercept["/.well-known/openid-configuration"] = silent
		start = time.Now()
		if _, err := p.Refresh(t.Context(), tokens); errors.Is(err, ErrLoginNeeded) || !errors.Is(err, ErrUnreachable) || time.Since(start) != requestTimeout {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
	})
}
