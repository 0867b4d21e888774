// Package provider is the OpenID Connect provider of the sandbox: zitadel's op
// with storage in memory and a login page that offers both ways, a simulated
// Pro Santé Connect and mail + password + one-time code.
//
// On top of what op does, it insists on PKCE with S256, detects the reuse of a
// rotated refresh token (RFC 9700, section 4.14.2), names itself in the
// authorization response (RFC 9207) and can misbehave on demand.
package provider

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"sync"
	"time"

	"discussions/cmd/sandbox/internal/people"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
	"golang.org/x/text/language"
)

// Options of a provider.
type Options struct {
	Issuer    string // its public address
	Name      string // of the organisation
	People    []people.Person
	Signer    *Signer
	TokenLife time.Duration
}

// Provider is an [http.Handler] for everything under its issuer.
type Provider struct {
	o        Options
	op       *op.Provider
	mux      *http.ServeMux
	requests requests
	grants   grants
	sessions sessions
	codes    codes

	mu     sync.Mutex
	tokens TokenState
	strict bool
	offset time.Duration
}

// TokenState says how the token endpoint treats refreshing.
type TokenState string

const (
	Accept TokenState = "accept" // as it should be
	Refuse TokenState = "refuse" // invalid_grant
	Down   TokenState = "down"   // 503 for everything at the token endpoint
)

// New makes a provider.
func New(o Options) (*Provider, error) {
	p := &Provider{o: o, tokens: Accept}
	config := &op.Config{
		CodeMethodS256:           true,
		GrantTypeRefreshToken:    true,
		DefaultLogoutRedirectURI: "/logged-out",
		SupportedUILocales:       []language.Tag{language.French},
		SupportedScopes:          []string{oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeEmail, oidc.ScopeOfflineAccess},
		SupportedClaims: []string{"sub", "aud", "exp", "iat", "iss", "auth_time", "nonce", "acr", "amr", "sid",
			"name", "locale", "email", "email_verified", "organization", "job_title", "jid"},
	}
	if _, err := rand.Read(config.CryptoKey[:]); err != nil {
		return nil, err
	}
	var err error
	p.op, err = op.NewProvider(config, storage{p}, op.StaticIssuer(o.Issuer), op.WithAllowInsecure())
	if err != nil {
		return nil, fmt.Errorf("make the OpenID provider: %w", err)
	}
	p.mux = p.routes()
	return p, nil
}

func (p *Provider) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle("/", p.op)
	mux.HandleFunc("GET "+oidc.DiscoveryEndpoint, p.discover)
	mux.HandleFunc("/authorize", p.authorize)
	mux.Handle("/authorize/callback", p.identified(p.op))
	mux.HandleFunc("/oauth/token", p.token)
	mux.HandleFunc("/end_session", p.endSession)
	p.pages(mux)
	return mux
}

// ServeHTTP implements [http.Handler].
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", p.now().UTC().Format(http.TimeFormat))
	p.mux.ServeHTTP(w, r.WithContext(op.ContextWithIssuer(r.Context(), p.o.Issuer)))
}

// SetTokens changes how the token endpoint treats refreshing.
func (p *Provider) SetTokens(s TokenState) error {
	switch s {
	case Accept, Refuse, Down:
	default:
		return fmt.Errorf("unknown state of the tokens %q: accept, refuse or down", s)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tokens = s
	return nil
}

// SetStrict decides whether offline_access is dropped from a request without prompt=consent, as OpenID Connect Core 1.0, section 11,
// asks for. Without it no refresh token is given.
func (p *Provider) SetStrict(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.strict = on
}

// SetClock puts the provider's clock ahead of the real one.
func (p *Provider) SetClock(offset time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.offset = offset
}

// Code is the newest unused one-time code sent to the mail address; it waits
// for one until the context ends.
func (p *Provider) Code(ctx context.Context, mail string) (code string, ok bool) {
	return p.codes.wait(ctx, mail)
}

func (p *Provider) tokenState() TokenState {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tokens
}

func (p *Provider) isStrict() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.strict
}

func (p *Provider) skew() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.offset
}

// now is the time by the provider's clock.
func (p *Provider) now() time.Time {
	return time.Now().Add(p.skew())
}
