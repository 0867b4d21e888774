package auth

import "net/url"

// EndSessionURL is the page that ends the browser's session with the provider (OpenID Connect RP-Initiated Logout 1.0), to be
// opened in the browser; false where the provider has none. It carries the ID token as a hint, without which a provider asks
// the person to confirm: it must not be logged. The hint is left out where it would make the URL too long to be opened.
func (p *Provider) EndSessionURL(t Tokens) (string, bool) {
	u, err := url.Parse(p.meta.EndSession)
	if err != nil || p.meta.EndSession == "" {
		return "", false
	}
	q := u.Query()
	q.Set("client_id", p.config.ClientID)
	u.RawQuery = q.Encode()
	plain := u.String()
	if t.ID.IsZero() || t.Issuer != p.config.Issuer {
		return plain, true
	}
	q.Set("id_token_hint", t.ID.Reveal())
	u.RawQuery = q.Encode()
	if hinted := u.String(); len(hinted) <= browserURLLimit {
		return hinted, true
	}
	return plain, true
}
