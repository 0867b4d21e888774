package auth

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Identity describes the user, as the provider does. Only Subject and JID are always set.
type Identity struct {
	Subject      string // never changes for this user at this provider
	JID          string // bare JID
	Name         string
	Mail         string
	Organisation string
	Job          string
}

// claims are the claims of an ID token or of the UserInfo response.
type claims struct {
	NotBefore       time.Time
	AuthorisedParty string
	all             map[string]json.RawMessage
}

func (c *claims) UnmarshalJSON(data []byte) error {
	var fixed struct {
		NotBefore       float64 `json:"nbf"`
		AuthorisedParty string  `json:"azp"`
	}
	if err := json.Unmarshal(data, &fixed); err != nil {
		return err
	}
	if fixed.NotBefore > 0 && fixed.NotBefore < 1e11 {
		c.NotBefore = time.Unix(int64(fixed.NotBefore), 0)
	}
	c.AuthorisedParty = fixed.AuthorisedParty
	return json.Unmarshal(data, &c.all)
}

// line is a claim as one short line without control or direction characters; "" if it is not a string.
func (c claims) line(name string) string {
	var s string
	if json.Unmarshal(c.all[name], &s) != nil {
		return ""
	}
	s = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return -1
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > 200 {
		s = string(runes[:200])
	}
	return strings.TrimSpace(s)
}

// verbatim is a claim unchanged, for addresses; "" if it is not a string.
func (c claims) verbatim(name string) string {
	var s string
	_ = json.Unmarshal(c.all[name], &s)
	return s
}

func (c claims) name() string {
	full := strings.TrimSpace(c.line("given_name") + " " + c.line("family_name"))
	return cmp.Or(c.line("name"), full, c.line("preferred_username"), c.line("email"))
}

// identity reads the user's data from the ID token and, if they are not in it (OpenID Connect Core 5.4), from the UserInfo
// endpoint.
func (p *Provider) identity(ctx context.Context, id *oidc.IDToken, c claims, tokens Tokens) (Identity, error) {
	if c.verbatim(p.config.JIDClaim) == "" || c.line("name") == "" {
		more, err := p.userInfo(ctx, id.Subject, tokens)
		if err != nil && (c.verbatim(p.config.JIDClaim) == "" || errors.Is(err, ErrUntrusted)) {
			return Identity{}, err
		}
		for name, value := range more.all {
			if _, there := c.all[name]; !there {
				c.all[name] = value
			}
		}
	}
	jid := c.verbatim(p.config.JIDClaim)
	if !plausibleJID(jid) {
		return Identity{}, fmt.Errorf("%w: claim %q", ErrNoJID, p.config.JIDClaim)
	}
	return Identity{
		Subject: id.Subject, JID: jid, Name: c.name(), Mail: c.line("email"),
		Organisation: c.line("organization"), Job: c.line("job_title"),
	}, nil
}

// userInfo asks the UserInfo endpoint; the claims are empty if the provider has none.
func (p *Provider) userInfo(ctx context.Context, subject string, tokens Tokens) (claims, error) {
	if p.meta.UserInfo == "" {
		return claims{}, nil
	}
	const doing = "ask for the user information"
	info, err := p.oidc.UserInfo(p.context(ctx), oauth2.StaticTokenSource(&oauth2.Token{AccessToken: tokens.Access.Reveal()}))
	if err != nil {
		var transport *url.Error
		if errors.As(err, &transport) {
			return claims{}, requestError(doing, err, p.config.Now())
		}
		return claims{}, fmt.Errorf("%s: %w", doing, ErrProvider)
	}
	if info.Subject != subject {
		return claims{}, fmt.Errorf("%s: %w: it is about another person", doing, ErrUntrusted)
	}
	var c claims
	if err := info.Claims(&c); err != nil {
		return claims{}, fmt.Errorf("%s: %w", doing, ErrProvider)
	}
	return c, nil
}

// plausibleJID reports whether s looks like a bare JID, local@domain (RFC 7622). The XMPP layer checks its parts.
func plausibleJID(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && domain != "" && len(local) <= 1023 && len(domain) <= 1023 &&
		!strings.ContainsFunc(s, func(r rune) bool { return r == '/' || unicode.IsSpace(r) || !unicode.IsPrint(r) }) &&
		!strings.Contains(domain, "@")
}
