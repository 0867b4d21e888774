package auth

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if where := os.Getenv(killVariable); where != "" {
		killedChild(where)
	}
	// net/http waits half a second before it closes a connection whose client asked for it.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

const (
	fakeIssuer = "https://id.test/realms/sante"
	fakeClient = "discussions-desktop"
	// canary is part of every secret and error body of the fake provider. It must appear in no log and no error.
	canary = "canary7f3c9d"
)

// fake is an OpenID provider in this process, for faults that a real one cannot produce. It is its own transport, without a
// network, so that tests of time can run in a synctest bubble. Set its fields before use.
type fake struct {
	t   testing.TB
	key *ecdsa.PrivateKey
	log *syncBuffer

	issuer    string
	now       func() time.Time // the provider's clock
	date      bool             // answers carry a Date header
	discovery func(map[string]any)
	claims    func(map[string]any)            // of each ID token
	sign      func(map[string]any) string     // instead of its own signature
	answer    func(map[string]any)            // of the token endpoint
	callback  func(url.Values)                // the answer through the browser
	userInfo  map[string]any                  // nil: no such endpoint
	intercept map[string]http.HandlerFunc     // by path, instead of the fake's own
	before    func(r *http.Request) (ok bool) // false: the connection fails
	rotate    bool

	mu       sync.Mutex
	asked    map[string]int // requests by path
	codes    map[string]url.Values
	refresh  string // the only refresh token that is good
	reused   int    // uses of an older one
	issued   int
	revoked  []string
	lastForm url.Values
}

func newFake(t testing.TB) *fake {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{
		t: t, key: key, log: new(syncBuffer), issuer: fakeIssuer, now: time.Now, date: true, rotate: true,
		asked: map[string]int{}, codes: map[string]url.Values{}, intercept: map[string]http.HandlerFunc{},
	}
	t.Cleanup(func() {
		if strings.Contains(f.log.String(), canary) {
			t.Errorf("the log shows a secret:\n%s", f.log.String())
		}
	})
	return f
}

func (f *fake) config() Config {
	return Config{
		Issuer: f.issuer, ClientID: fakeClient, HTTPClient: &http.Client{Transport: f},
		Log: slog.New(slog.NewTextHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

func (f *fake) provider() *Provider {
	f.t.Helper()
	p, err := Discover(context.Background(), f.config())
	if err != nil {
		f.t.Fatal(err)
	}
	if runtime.GOOS == "windows" { // Wine takes a second for the answer, and many tests connect many times
		p.who = always(peerOwn)
	}
	return p
}

// RoundTrip implements [http.RoundTripper].
func (f *fake) RoundTrip(r *http.Request) (*http.Response, error) {
	if f.before != nil && !f.before(r) {
		return nil, io.ErrUnexpectedEOF
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/realms/sante")
	f.mu.Lock()
	f.asked[path]++
	f.mu.Unlock()
	w.Header()["Date"] = nil
	if f.date {
		w.Header().Set("Date", f.now().UTC().Format(http.TimeFormat))
	}
	if h := f.intercept[path]; h != nil {
		h(w, r)
		return
	}
	switch path {
	case "/.well-known/openid-configuration":
		f.serveDiscovery(w)
	case "/keys":
		f.json(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &f.key.PublicKey, KeyID: "one", Algorithm: "ES256", Use: "sig"}}})
	case "/token":
		f.serveToken(w, r)
	case "/userinfo":
		if r.Header.Get("Authorization") == "" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		f.json(w, f.userInfo)
	case "/revoke":
		_ = r.ParseForm()
		f.mu.Lock()
		f.revoked = append(f.revoked, r.PostForm.Get("token_type_hint")+" "+r.PostForm.Get("token"))
		f.mu.Unlock()
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (f *fake) serveDiscovery(w http.ResponseWriter) {
	d := map[string]any{
		"issuer": f.issuer, "authorization_endpoint": f.issuer + "/authorize", "token_endpoint": f.issuer + "/token",
		"jwks_uri": f.issuer + "/keys", "revocation_endpoint": f.issuer + "/revoke", "end_session_endpoint": f.issuer + "/logout",
		"code_challenge_methods_supported":      []string{"plain", "S256"},
		"id_token_signing_alg_values_supported": []string{"ES256", "HS256", "none"},
	}
	if f.userInfo != nil {
		d["userinfo_endpoint"] = f.issuer + "/userinfo"
	}
	if f.discovery != nil {
		f.discovery(d)
	}
	f.json(w, d)
}

// authorize plays the user who logs in: it returns the URL to which the provider redirects the browser.
func (f *fake) authorize(login string) string {
	f.t.Helper()
	u, err := url.Parse(login)
	if err != nil {
		f.t.Fatal(err)
	}
	q := u.Query()
	f.mu.Lock()
	code := fmt.Sprintf("code-%s-%d", canary, len(f.codes))
	f.codes[code] = q
	f.mu.Unlock()
	back := url.Values{"code": {code}, "state": {q.Get("state")}}
	if f.callback != nil {
		f.callback(back)
	}
	return q.Get("redirect_uri") + "?" + back.Encode()
}

func (f *fake) serveToken(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	form := r.PostForm
	f.mu.Lock()
	f.lastForm = form
	request := url.Values{}
	problem := ""
	switch form.Get("grant_type") {
	case "authorization_code":
		request = f.codes[form.Get("code")]
		delete(f.codes, form.Get("code"))
		sum := sha256.Sum256([]byte(form.Get("code_verifier")))
		if request == nil || request.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) ||
			request.Get("code_challenge_method") != "S256" || request.Get("redirect_uri") != form.Get("redirect_uri") {
			problem = "invalid_grant"
		}
	case "refresh_token":
		if form.Get("refresh_token") != f.refresh {
			f.reused++
			problem = "invalid_grant"
		}
	default:
		problem = "unsupported_grant_type"
	}
	if problem == "" && (f.rotate || f.refresh == "") {
		f.issued++
		f.refresh = fmt.Sprintf("refresh-%s-%d", canary, f.issued)
	}
	refresh, number := f.refresh, f.issued
	f.mu.Unlock()

	if problem != "" {
		w.WriteHeader(http.StatusBadRequest)
		f.json(w, map[string]any{"error": problem, "error_description": canary, "error_uri": "https://" + canary})
		return
	}
	claims := map[string]any{
		"iss": f.issuer, "sub": "sub-claire", "aud": fakeClient, "iat": f.now().Unix(), "exp": f.now().Add(5 * time.Minute).Unix(),
		"name": "Dr Claire Martin", "email": "claire.martin@example.org", "organization": "CHU de Montpellier", "job_title": "Médecin",
		"jid": "claire.martin@chat.example.org",
	}
	if nonce := request.Get("nonce"); nonce != "" {
		claims["nonce"] = nonce
	}
	if f.claims != nil {
		f.claims(claims)
	}
	sign := f.sign
	if sign == nil {
		sign = func(c map[string]any) string { return signed(f.t, jose.ES256, f.key, c) }
	}
	answer := map[string]any{
		"access_token": fmt.Sprintf("access-%s-%d", canary, number), "token_type": "Bearer", "expires_in": 300,
		"refresh_token": refresh, "id_token": sign(claims),
	}
	if f.answer != nil {
		f.answer(answer)
	}
	f.json(w, answer)
}

func (f *fake) json(w http.ResponseWriter, v any) {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	_ = json.NewEncoder(w).Encode(v)
}

func (f *fake) count(path string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked[path]
}

func signed(t testing.TB, algorithm jose.SignatureAlgorithm, key any, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "one"))
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	object, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	compact, err := object.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

// broken is an answer with a secret in its body.
func broken(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<html>"+canary+"</html>")
	}
}

// silent never answers.
func silent(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// checkSafeError fails if the error's text could contain a secret.
func checkSafeError(t testing.TB, err error) {
	t.Helper()
	if err == nil {
		return
	}
	for _, shown := range []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err)} {
		if strings.Contains(shown, canary) || strings.Contains(shown, "?") || strings.Contains(shown, "<") {
			t.Errorf("the error tells too much: %s", shown)
		}
	}
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
