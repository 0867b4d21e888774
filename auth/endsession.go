package auth

import "net/url"

// endSessionLimit is the length of the request line that every common web server takes.
const endSessionLimit = 8000

// EndSessionURL is the page that ends the browser's session with the provider (OpenID Connect RP-Initiated Logout 1.0); false
// if the provider has none. The URL holds the ID token, so do not log it, and open it through [LeadTo] only: without this hint the provider
// asks the user to confirm. The hint is left out if the URL would become longer than web servers take.
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
	if hinted := u.String(); len(hinted) <= endSessionLimit {
		return hinted, true
	}
	return plain, true
}
