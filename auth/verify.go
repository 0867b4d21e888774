package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
)

// verify checks signature, issuer, audience, authorised party and the hash of the access token (OpenID Connect Core
// 3.1.3.7). [Provider.checkTimes] checks the times, the caller the nonce.
func (p *Provider) verify(ctx context.Context, tokens Tokens) (*oidc.IDToken, claims, error) {
	keys := &recordingKeys{KeySet: p.keys}
	verifier := oidc.NewVerifier(p.config.Issuer, keys, &oidc.Config{
		ClientID: p.config.ClientID, SupportedSigningAlgs: p.meta.algorithms(), SkipExpiryCheck: true, Now: p.config.Now,
	})
	id, err := verifier.Verify(ctx, tokens.ID.Reveal())
	if err != nil {
		if keys.err != nil {
			return nil, claims{}, p.keysError(keys.err)
		}
		if strings.HasPrefix(err.Error(), "oidc: failed to unmarshal claims") { // go-oidc's text; a test checks it
			return nil, claims{}, wrongType(err)
		}
		return nil, claims{}, fmt.Errorf("%w: the ID token is not from this provider for this program", ErrUntrusted)
	}
	var c claims
	if err := id.Claims(&c); err != nil {
		return nil, claims{}, wrongType(err)
	}
	if id.Subject == "" || len(id.Subject) > 255 {
		return nil, claims{}, fmt.Errorf("%w: the ID token names nobody", ErrProvider)
	}
	if c.AuthorisedParty != "" && c.AuthorisedParty != p.config.ClientID {
		return nil, claims{}, fmt.Errorf("%w: the ID token is for another program", ErrUntrusted)
	}
	if id.AccessTokenHash != "" && id.VerifyAccessToken(tokens.Access.Reveal()) != nil {
		return nil, claims{}, fmt.Errorf("%w: the ID token belongs to another access token", ErrUntrusted)
	}
	return id, c, nil
}

// wrongType says that a claim of the ID token is not of its type, and which one where that is known.
func wrongType(err error) error {
	var of *json.UnmarshalTypeError
	if errors.As(err, &of) && of.Field != "" {
		return fmt.Errorf("%w: the ID token has a wrong type: %s", ErrProvider, of.Field)
	}
	return fmt.Errorf("%w: the ID token has a wrong type", ErrProvider)
}

// recordingKeys keeps the error of the key set, because go-oidc's verifier returns only its text.
type recordingKeys struct {
	oidc.KeySet
	err error
}

func (k *recordingKeys) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := k.KeySet.VerifySignature(ctx, jwt)
	k.err = err
	return payload, err
}

// keysError distinguishes a failure to fetch the keys from a wrong signature.
func (p *Provider) keysError(err error) error {
	var transport *url.Error
	switch {
	case errors.As(err, &transport), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return requestError("fetch the provider's keys", err, p.config.Now())
	case strings.HasPrefix(err.Error(), "fetching keys"): // go-oidc's text; a test checks it
		return fmt.Errorf("fetch the provider's keys: %w", ErrProvider)
	}
	return fmt.Errorf("%w: the ID token's signature is wrong", ErrUntrusted)
}
