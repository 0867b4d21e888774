package auth

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// TestIDTokens forges each claim of the ID token and its signature.
func TestIDTokens(t *testing.T) {
	thief, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	hash := func(access string) string {
		sum := sha256.Sum256([]byte(access))
		return base64.RawURLEncoding.EncodeToString(sum[:16])
	}
	tests := []struct {
		name   string
		claims func(map[string]any)
		sign   func(f *fake) func(map[string]any) string
		want   error
	}{
		{"as it should be", nil, nil, nil},
		{"another nonce", func(c map[string]any) { c["nonce"] = "x" }, nil, ErrUntrusted},
		{"no nonce", func(c map[string]any) { delete(c, "nonce") }, nil, ErrUntrusted},
		{"another issuer", func(c map[string]any) { c["iss"] = "https://evil.test" }, nil, ErrUntrusted},
		{"no issuer", func(c map[string]any) { delete(c, "iss") }, nil, ErrUntrusted},
		{"another audience", func(c map[string]any) { c["aud"] = "another-program" }, nil, ErrUntrusted},
		{"no audience", func(c map[string]any) { delete(c, "aud") }, nil, ErrUntrusted},
		{"several audiences", func(c map[string]any) { c["aud"] = []string{"x", fakeClient}; c["azp"] = fakeClient }, nil, nil},
		{"another authorised party", func(c map[string]any) { c["aud"] = []string{"x", fakeClient}; c["azp"] = "x" }, nil, ErrUntrusted},
		{"expired", func(c map[string]any) {
			c["iat"], c["exp"] = time.Now().Add(-2*time.Hour).Unix(), time.Now().Add(-time.Hour).Unix()
		}, nil, ErrUntrusted},
		{"without an expiry", func(c map[string]any) { delete(c, "exp") }, nil, ErrUntrusted},
		{"from the future", func(c map[string]any) {
			c["iat"], c["exp"] = time.Now().Add(time.Hour).Unix(), time.Now().Add(2*time.Hour).Unix()
		}, nil, ErrUntrusted},
		{"not valid yet", func(c map[string]any) { c["nbf"] = time.Now().Add(time.Hour).Unix() }, nil, ErrUntrusted},
		{"late by less than clocks may differ", func(c map[string]any) { c["exp"] = time.Now().Add(-4 * time.Minute).Unix() }, nil, nil},
		{"another access token's hash", func(c map[string]any) { c["at_hash"] = hash("x") }, nil, ErrUntrusted},
		{"the access token's hash", func(c map[string]any) { c["at_hash"] = hash("access-" + canary + "-1") }, nil, nil},
		{"nobody", func(c map[string]any) { delete(c, "sub") }, nil, ErrProvider},
		{"a party that is no text", func(c map[string]any) { c["azp"] = []int{1} }, nil, ErrProvider},
		{"a time that is no number", func(c map[string]any) { c["nbf"] = "now" }, nil, ErrProvider},
		{"an expiry that is no number", func(c map[string]any) { c["exp"] = []string{"now"} }, nil, ErrProvider},
		{"a thief's signature", nil, func(f *fake) func(map[string]any) string {
			return func(c map[string]any) string { return signed(t, jose.ES256, thief, c) }
		}, ErrUntrusted},
		{"no signature", nil, func(*fake) func(map[string]any) string {
			return func(c map[string]any) string {
				payload, _ := json.Marshal(c)
				return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(payload) + "."
			}
		}, ErrUntrusted},
		{"the public key as a shared secret", nil, func(f *fake) func(map[string]any) string {
			return func(c map[string]any) string {
				der, err := x509.MarshalPKIXPublicKey(&f.key.PublicKey)
				if err != nil {
					t.Fatal(err)
				}
				return signed(t, jose.HS256, der, c)
			}
		}, ErrUntrusted},
		{"a changed payload", nil, func(f *fake) func(map[string]any) string {
			return func(c map[string]any) string {
				a := signed(t, jose.ES256, f.key, c)
				c["jid"] = "paul.durand@chat.example.org"
				b := signed(t, jose.ES256, thief, c)
				return b[:len(b)-86] + a[len(a)-86:]
			}
		}, ErrUntrusted},
		{"garbage", nil, func(*fake) func(map[string]any) string {
			return func(map[string]any) string { return canary }
		}, ErrUntrusted},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			f.claims = tt.claims
			if tt.sign != nil {
				f.sign = tt.sign(f)
			}
			if _, _, err := logIn(t, f, f.provider(), LoginOptions{}); !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
		})
	}
}

func TestKeysThatCannotBeHad(t *testing.T) {
	tests := map[string]struct {
		keys http.HandlerFunc
		down bool
		want error
	}{
		"the provider is down":   {nil, true, ErrUnreachable},
		"a server error":         {broken(500), false, ErrProvider},
		"not keys":               {broken(200), false, ErrProvider},
		"not found":              {broken(404), false, ErrProvider},
		"another key":            {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"keys":[]}`)) }, false, ErrUntrusted},
		"elsewhere, by redirect": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, false, ErrProvider},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			p := f.provider()
			f.intercept["/keys"] = tt.keys
			f.before = func(r *http.Request) bool { return !tt.down || r.URL.Path != "/realms/sante/keys" }
			if _, _, err := logIn(t, f, p, LoginOptions{}); !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
		})
	}
}

func TestKeysAreRotated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		p := f.provider()
		for range 2 {
			claims := map[string]any{"iss": fakeIssuer, "sub": "sub-claire", "aud": fakeClient}
			if _, _, err := p.verify(t.Context(), Tokens{ID: newSecret(signed(t, jose.ES256, f.key, claims))}); err != nil {
				t.Error(err)
			}
			synctest.Wait() // go-oidc hands keys out before it has stored them
			var err error
			if f.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
				t.Fatal(err)
			}
		}
		if n := f.count("/keys"); n != 2 {
			t.Errorf("keys were fetched %d times", n)
		}
	})
}

func TestAWrongClock(t *testing.T) {
	day := 24 * time.Hour
	tests := []struct {
		name  string
		ahead time.Duration // this computer's clock against the provider's
		date  bool          // the provider's answers carry a Date
		start error         // of StartLogin
		want  error         // of the login
	}{
		{"a day ahead", day, true, ErrClock, nil},
		{"a day behind", -day, true, ErrClock, nil},
		{"six minutes ahead", 6 * time.Minute, true, ErrClock, nil},
		{"a day ahead, seen by the ID token alone", day, false, nil, ErrClock},
		{"a day behind, seen by the ID token alone", -day, false, nil, ErrClock},
		{"four minutes ahead", 4 * time.Minute, true, nil, nil},
		{"four minutes behind", -4 * time.Minute, true, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			f.date = tt.date
			c := f.config()
			c.Now = func() time.Time { return time.Now().Add(tt.ahead) }
			p, err := Discover(t.Context(), c) // a wrong clock must not make the tokens of an old account unusable
			if err != nil {
				t.Fatal(err)
			}
			l, err := p.StartLogin(t.Context(), LoginOptions{})
			if err == nil {
				l.Cancel()
			}
			if !errors.Is(err, tt.start) {
				t.Fatalf("start: error %v, want %v", err, tt.start)
			}
			if tt.start == nil {
				_, _, err = logIn(t, f, p, LoginOptions{})
				if !errors.Is(err, tt.want) {
					t.Fatalf("error %v, want %v", err, tt.want)
				}
			}
			var clock *ClockError
			if errors.As(err, &clock) && (clock.Difference-tt.ahead).Abs() > 30*time.Second {
				t.Errorf("difference %v, want %v", clock.Difference, tt.ahead)
			}
			if errors.Is(err, ErrClock) && clock == nil {
				t.Error("no ClockError")
			}
		})
	}
}

// A corrected clock is noticed without a restart.
func TestAClockThatWasPutRightIsNoticed(t *testing.T) {
	f := newFake(t)
	c := f.config()
	ahead := 24 * time.Hour
	c.Now = func() time.Time { return time.Now().Add(ahead) }
	p, err := Discover(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.StartLogin(t.Context(), LoginOptions{}); !errors.Is(err, ErrClock) {
		t.Fatal(err)
	}
	ahead = 0
	if _, _, err := logIn(t, f, p, LoginOptions{}); err != nil {
		t.Error(err)
	}
}

func TestAnOldAnswerFromAProxyIsNoWrongClock(t *testing.T) {
	f := newFake(t)
	f.intercept["/.well-known/openid-configuration"] = func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cache-Control") != "no-cache" {
			t.Error("a cached document would do")
		}
		w.Header().Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
		w.Header().Set("Age", "3600")
		f.serveDiscovery(w)
	}
	if _, _, err := logIn(t, f, f.provider(), LoginOptions{}); err != nil {
		t.Error(err)
	}
}
