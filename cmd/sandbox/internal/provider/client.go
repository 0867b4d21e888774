package provider

import (
	"net/url"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// ClientID is the only client: a native program without a secret (RFC 8252).
const ClientID = "discussions-desktop"

// client is the registration of [ClientID].
type client struct {
	tokenLife time.Duration
	skew      time.Duration // what the provider's clock is ahead of the real one
}

var _ op.Client = client{}

func (client) GetID() string                       { return ClientID }
func (client) ApplicationType() op.ApplicationType { return op.ApplicationTypeNative }
func (client) AuthMethod() oidc.AuthMethod         { return oidc.AuthMethodNone }
func (client) ResponseTypes() []oidc.ResponseType  { return []oidc.ResponseType{oidc.ResponseTypeCode} }
func (client) AccessTokenType() op.AccessTokenType { return op.AccessTokenTypeJWT }
func (client) DevMode() bool                       { return false }
func (client) IsScopeAllowed(string) bool          { return false }

func (client) GrantTypes() []oidc.GrantType {
	return []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken}
}

// RedirectURIs has no port: any port of the loopback address is accepted.
func (client) RedirectURIs() []string {
	return []string{"http://127.0.0.1/callback", "http://[::1]/callback"}
}

func (client) PostLogoutRedirectURIs() []string { return client{}.RedirectURIs() }

func (client) LoginURL(id string) string {
	return "/login?" + url.Values{"id": {id}}.Encode()
}

// ClockSkew is subtracted from the time of issue and added to the expiry, which
// [client.IDTokenLifetime] and the access token's life make up for.
func (c client) ClockSkew() time.Duration { return -c.skew }

func (c client) IDTokenLifetime() time.Duration { return c.tokenLife + 2*c.skew }

// IDTokenUserinfoClaimsAssertion puts the name and the mail into the ID token.
func (client) IDTokenUserinfoClaimsAssertion() bool { return true }

//lint:ignore ST1003 the interface of package op names it so
func (client) RestrictAdditionalIdTokenScopes() func([]string) []string {
	return slices.Clone[[]string]
}
func (client) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return slices.Clone[[]string]
}
