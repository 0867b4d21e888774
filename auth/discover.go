// Package auth logs a user in at an OpenID provider through the system's browser and keeps the tokens fresh afterwards.
//
// It follows RFC 8252 (OAuth 2.0 for native apps): authorization code with PKCE; the redirect goes to a listener on
// 127.0.0.1 that serves one login. [Discover] reads the provider's configuration, [Provider.StartLogin] starts a login whose
// URL the caller opens ([OpenBrowser]), [Login.Wait] returns tokens and identity. A [Source] then supplies the access token
// of an account; [Provider.Revoke] and [Provider.EndSessionURL] end the login.
//
// The package stores nothing: the caller keeps the tokens. Every request to the provider ends within 20 s.
package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"discussions/internal/portal"

	"github.com/coreos/go-oidc/v3/oidc"
)

// Config names a provider and says how to reach it.
type Config struct {
	Issuer     string           // https, or http on a loopback address; exactly as in the provider's own document
	ClientID   string           // a public client: there is no secret
	JIDClaim   string           // the claim that holds the user's JID; default "jid"
	HTTPClient *http.Client     // default: the system's trust store and proxies
	Log        *slog.Logger     // default: nothing is logged
	Now        func() time.Time // default: time.Now
}

// Provider is an OpenID provider with a valid discovery document. It is safe for concurrent use.
type Provider struct {
	config    Config
	client    *http.Client
	transport *boundedTransport
	oidc      *oidc.Provider
	keys      *oidc.RemoteKeySet
	meta      metadata
	listen    func() (net.Listener, error) // replaced in tests
	who       whoFunc                      // replaced in tests

	mu      sync.Mutex
	current *Login // the login under way, if any
}

// metadata are the fields of the discovery document that go-oidc does not expose (OpenID Connect Discovery 1.0, RFC 8414,
// RFC 9207, RP-Initiated Logout 1.0).
type metadata struct {
	Authorization string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	Keys          string   `json:"jwks_uri"`
	UserInfo      string   `json:"userinfo_endpoint"`
	Revocation    string   `json:"revocation_endpoint"`
	EndSession    string   `json:"end_session_endpoint"`
	Challenges    []string `json:"code_challenge_methods_supported"`
	Scopes        []string `json:"scopes_supported"`
	Algorithms    []string `json:"id_token_signing_alg_values_supported"`
	SendsIssuer   bool     `json:"authorization_response_iss_parameter_supported"`
}

// Discover reads the provider's discovery document. Errors: [ErrUnreachable], [ErrCertificate], [ErrPortal], [ErrClock] (when the
// provider's certificate is not valid yet), [ErrProvider], [ErrNoPKCE].
func Discover(ctx context.Context, c Config) (*Provider, error) {
	if c.JIDClaim == "" {
		c.JIDClaim = "jid"
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if !isSecureURL(c.Issuer, true) {
		return nil, fmt.Errorf("discover: %w: the issuer is not an https address", ErrProvider)
	}
	p := &Provider{config: c, listen: listenLoopback, who: whoConnects}
	p.client, p.transport = newClient(c.HTTPClient, c.Now)

	var err error
	p.oidc, err = oidc.NewProvider(p.context(ctx), c.Issuer)
	if err != nil {
		return nil, p.explainPortal(ctx, p.discoveryError(err))
	}
	if err := p.oidc.Claims(&p.meta); err != nil {
		return nil, fmt.Errorf("discover: %w: its document has wrong types", ErrProvider)
	}
	if err := p.meta.check(isLoopback(c.Issuer)); err != nil {
		return nil, fmt.Errorf("discover: %w", err)
	}
	p.keys = oidc.NewRemoteKeySet(p.context(context.Background()), p.meta.Keys)
	return p, nil
}

func (p *Provider) discoveryError(err error) error {
	var (
		transport *url.Error
		issuer    *oidc.IssuerMismatchError
	)
	switch {
	case errors.As(err, &transport):
		return requestError("discover", err, p.config.Now())
	case errors.As(err, &issuer):
		return fmt.Errorf("discover: %w: its document names another issuer", ErrProvider)
	}
	return fmt.Errorf("discover: %w: no usable discovery document", ErrProvider)
}

// explainPortal wraps an error in [ErrPortal] where a captive portal is the reason.
func (p *Provider) explainPortal(ctx context.Context, err error) error {
	if ctx.Err() == nil && (errors.Is(err, ErrUnreachable) || errors.Is(err, ErrCertificate)) && portal.Before(ctx, p.transport.base, p.config.Issuer) {
		return fmt.Errorf("%w: %w", ErrPortal, err)
	}
	return err
}

// check returns an error if the provider lacks something that a login needs.
func (m metadata) check(loopback bool) error {
	for name, endpoint := range map[string]string{"authorization": m.Authorization, "token": m.Token, "keys": m.Keys} {
		if !isSecureURL(endpoint, loopback) {
			return fmt.Errorf("%w: no https address for its %s endpoint", ErrProvider, name)
		}
	}
	for name, endpoint := range map[string]string{"user information": m.UserInfo, "revocation": m.Revocation, "end of session": m.EndSession} {
		if endpoint != "" && !isSecureURL(endpoint, loopback) {
			return fmt.Errorf("%w: no https address for its %s endpoint", ErrProvider, name)
		}
	}
	if !slices.Contains(m.Challenges, "S256") {
		return ErrNoPKCE
	}
	return nil
}

// algorithms are the provider's asymmetric signature algorithms. A public client must not accept "none" or a shared secret.
func (m metadata) algorithms() []string {
	asymmetric := []string{
		oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA,
	}
	return slices.DeleteFunc(slices.Clone(m.Algorithms), func(a string) bool { return !slices.Contains(asymmetric, a) })
}

// context passes the HTTP client to go-oidc and x/oauth2.
func (p *Provider) context(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.client)
}

// probe fetches the discovery document again, to check that the provider answers and to learn its clock.
func (p *Provider) probe(ctx context.Context, doing string) error {
	address := strings.TrimSuffix(p.config.Issuer, "/") + "/.well-known/openid-configuration"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, ErrProvider)
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return p.explainPortal(ctx, requestError(doing, err, p.config.Now()))
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return requestError(doing, err, p.config.Now())
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %w: status %d", doing, ErrProvider, resp.StatusCode)
	}
	return nil
}

// isSecureURL accepts https anywhere and, if loopback is set, http on a loopback address.
func isSecureURL(address string, loopback bool) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return false
	}
	return u.Scheme == "https" || loopback && isLoopback(address)
}

func isLoopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
