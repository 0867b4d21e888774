package provider

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"time"

	"discussions/cmd/sandbox/internal/people"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Signer signs every token of the provider (RS256).
type Signer struct {
	id      string
	private *rsa.PrivateKey
}

// NewSigner makes a key for one run.
func NewSigner() (*Signer, error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	return &Signer{id: rand.Text(), private: private}, nil
}

// Public is the public half as one JWK, which the message server checks access
// tokens with.
func (k *Signer) Public() ([]byte, error) {
	return json.Marshal(jose.JSONWebKey{Key: k.private.Public(), KeyID: k.id, Algorithm: string(jose.RS256), Use: "sig"})
}

// AccessToken makes an access token of the person without any login, for the
// sandbox's own people and for tests of the wire.
func (k *Signer) AccessToken(issuer string, p people.Person, life time.Duration) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: k.private},
		(&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", k.id))
	if err != nil {
		return "", err
	}
	now := time.Now()
	token, err := jwt.Signed(signer).
		Claims(jwt.Claims{
			Issuer:   issuer,
			Subject:  p.Subject(),
			Audience: jwt.Audience{ClientID},
			IssuedAt: jwt.NewNumericDate(now),
			Expiry:   jwt.NewNumericDate(now.Add(life)),
			ID:       rand.Text(),
		}).
		Claims(map[string]any{"jid": p.JID}).
		Serialize()
	if err != nil {
		return "", fmt.Errorf("sign an access token: %w", err)
	}
	return token, nil
}

// The views of the key that the op package wants.
type (
	signingKey struct{ *Signer }
	publicKey  struct{ *Signer }
)

var (
	_ op.SigningKey = signingKey{}
	_ op.Key        = publicKey{}
)

func (k signingKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k signingKey) Key() any                                    { return k.private }
func (k signingKey) ID() string                                  { return k.id }

func (k publicKey) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k publicKey) Use() string                        { return "sig" }
func (k publicKey) Key() any                           { return k.private.Public() }
func (k publicKey) ID() string                         { return k.id }
