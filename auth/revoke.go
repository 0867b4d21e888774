package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"discussions/internal/secret"
)

// Revoke revokes the tokens at the provider (RFC 7009): the refresh token, with which a provider ends the whole login, then
// the access token. Errors: [ErrUnreachable], [ErrCertificate], [ErrProvider] (also if the provider offers no revocation).
// It is no error if the provider cannot revoke access tokens: they expire soon.
func (p *Provider) Revoke(ctx context.Context, t Tokens) error {
	const doing = "revoke tokens"
	if t.Issuer != p.config.Issuer || t.ClientID != p.config.ClientID {
		return fmt.Errorf("%s: %w: they are another provider's", doing, ErrProvider)
	}
	if p.meta.Revocation == "" {
		return fmt.Errorf("%s: %w: it offers no revocation", doing, ErrProvider)
	}
	refresh := p.revoke(ctx, doing, t.Refresh, "refresh_token")
	access := p.revoke(ctx, doing, t.Access, "access_token")
	if errors.Is(access, errUnsupportedToken) {
		access = nil
	}
	return errors.Join(refresh, access)
}

var errUnsupportedToken = errors.New("unsupported_token_type")

func (p *Provider) revoke(ctx context.Context, doing string, token secret.Text, kind string) error {
	if token.IsZero() {
		return nil
	}
	form := url.Values{"token": {token.Reveal()}, "token_type_hint": {kind}, "client_id": {p.config.ClientID}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.meta.Revocation, strings.NewReader(form.Encode()))
	if err != nil {
		return fmt.Errorf("%s: %w", doing, ErrProvider)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := p.client.Do(req)
	if err != nil {
		return requestError(doing, err, p.config.Now())
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if resp.StatusCode == http.StatusOK {
		return nil // the body does not matter
	}
	if err != nil {
		return requestError(doing, err, p.config.Now())
	}
	var problem struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(body, &problem) == nil && problem.Error == errUnsupportedToken.Error() {
		return fmt.Errorf("%s: %w: %w", doing, ErrProvider, errUnsupportedToken)
	}
	return fmt.Errorf("%s: %w: status %d for the %s", doing, ErrProvider, resp.StatusCode, kind)
}
