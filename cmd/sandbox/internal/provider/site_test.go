package provider

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"discussions/cmd/sandbox/internal/people"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// loopback stands for the application's listener: nothing is listening, the
// browser stops when it is sent there.
const loopback = "http://127.0.0.1:9/callback"

// site is a provider under test with a browser and an application.
type site struct {
	*Provider
	t       *testing.T
	browser *http.Client
	issuer  string
}

func newSite(t *testing.T) *site {
	t.Helper()
	signer, err := NewSigner()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	issuer := "http://" + listener.Addr().String()
	p, err := New(Options{Issuer: issuer, Name: "Organisation", People: people.Everyone(0), Signer: signer, TokenLife: 5 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: p}}
	server.Start()
	t.Cleanup(server.Close)
	s := &site{Provider: p, t: t, issuer: issuer}
	s.newBrowser()
	return s
}

// newBrowser forgets all cookies.
func (s *site) newBrowser() {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.browser = &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host == "127.0.0.1:9" {
			return http.ErrUseLastResponse
		}
		return nil
	}}
}

// visited is where the browser ended: at the application when query is set.
type visited struct {
	url   *url.URL
	body  string
	query url.Values
}

func (s *site) visit(r *http.Response, err error) visited {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	v := visited{url: r.Request.URL, body: string(body)}
	if to, err := r.Location(); err == nil && to.Host == "127.0.0.1:9" {
		v.query = to.Query()
	}
	return v
}

const verifier = "0123456789012345678901234567890123456789012345"

// authorize opens the authorization address as the application would ask for it;
// changes overrides parameters, "-" drops one.
func (s *site) authorize(changes ...string) visited {
	s.t.Helper()
	sum := sha256.Sum256([]byte(verifier))
	q := url.Values{
		"response_type": {"code"}, "client_id": {ClientID}, "redirect_uri": {loopback},
		"scope": {"openid profile email offline_access"}, "state": {"s1"}, "nonce": {"n1"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	for i := 0; i < len(changes); i += 2 {
		q.Set(changes[i], changes[i+1])
		if changes[i+1] == "-" {
			q.Del(changes[i])
		}
	}
	return s.visit(s.browser.Get(s.issuer + "/authorize?" + q.Encode()))
}

func (s *site) submit(path, id string, pairs ...string) visited {
	s.t.Helper()
	form := url.Values{"id": {id}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return s.visit(s.browser.PostForm(s.issuer+path, form))
}

func (v visited) id() string { return v.url.Query().Get("id") }

type tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	ID      string `json:"id_token"`
	Expires int    `json:"expires_in"`
	Error   string `json:"error"`
	status  int
}

func (s *site) token(pairs ...string) (out tokens) {
	s.t.Helper()
	form := url.Values{"client_id": {ClientID}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r, err := http.PostForm(s.issuer+"/oauth/token", form)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Body.Close()
	out.status = r.StatusCode
	_ = json.NewDecoder(r.Body).Decode(&out) // 503 has no JSON
	return out
}

func (s *site) exchange(code string) tokens {
	s.t.Helper()
	return s.token("grant_type", "authorization_code", "code", code, "redirect_uri", loopback, "code_verifier", verifier)
}

func (s *site) refresh(token string) tokens {
	s.t.Helper()
	return s.token("grant_type", "refresh_token", "refresh_token", token)
}

// claims reads a token's claims after checking its signature.
func (s *site) claims(token string) map[string]any {
	s.t.Helper()
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		s.t.Fatal(err)
	}
	var claims map[string]any
	if err := parsed.Claims(s.o.Signer.private.Public(), &claims); err != nil {
		s.t.Fatal(err)
	}
	return claims
}

func (s *site) claire() people.Person { return s.o.People[0] }

// login logs Claire in with her card and gives her tokens.
func (s *site) login(changes ...string) tokens {
	s.t.Helper()
	v := s.authorize(changes...)
	if v.query == nil {
		v = s.submit("/login/psc", v.id(), "card", s.claire().Card, "code", s.claire().CardCode)
	}
	if v.query.Get("code") == "" {
		s.t.Fatalf("no code: %v %s", v.query, v.body)
	}
	out := s.exchange(v.query.Get("code"))
	if out.Access == "" || out.Refresh == "" || out.ID == "" {
		s.t.Fatalf("tokens are missing: %+v", out)
	}
	return out
}
