package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"discussions/internal/secret"
)

// Tokens are the result of a login. Stored (sealed), they save the user another login. The zero value holds nothing.
type Tokens struct {
	Access  secret.Text // the bearer token for the message server
	Refresh secret.Text // zero if the provider gave none
	ID      secret.Text // the last ID token, a hint to end the session

	Obtained time.Time // when Access was received, by this computer's clock
	Expiry   time.Time // when Access expires, by this computer's clock

	Issuer, ClientID string // the provider they belong to; they are sent to no other
	Subject          string // the user, as the provider names them

	// Spent means that Refresh has been sent, or is about to be, and the answer is not stored here. Never send it again: a
	// provider with reuse detection would revoke the whole login. Access is usable until it expires. See [Source].
	Spent bool
}

// tokensVersion is the version of the stored form, tokensLimit its largest size in bytes.
const (
	tokensVersion = 1
	tokensLimit   = 256 << 10
)

// storedTokens is the form on disk, before sealing.
type storedTokens struct {
	Version  int    `json:"v"`
	Access   string `json:"access"`
	Refresh  string `json:"refresh,omitempty"`
	ID       string `json:"id,omitempty"`
	Obtained int64  `json:"obtained"` // Unix seconds
	Expiry   int64  `json:"expiry"`
	Issuer   string `json:"issuer"`
	ClientID string `json:"client"`
	Subject  string `json:"subject"`
	Spent    bool   `json:"spent,omitempty"`
}

// MarshalBinary implements [encoding.BinaryMarshaler], for sealing. The result contains the secrets.
func (t Tokens) MarshalBinary() ([]byte, error) {
	return json.Marshal(storedTokens{
		Version: tokensVersion, Access: t.Access.Reveal(), Refresh: t.Refresh.Reveal(), ID: t.ID.Reveal(),
		Obtained: unixSeconds(t.Obtained), Expiry: unixSeconds(t.Expiry),
		Issuer: t.Issuer, ClientID: t.ClientID, Subject: t.Subject, Spent: t.Spent,
	})
}

// UnmarshalBinary implements [encoding.BinaryUnmarshaler]. Its errors do not quote the data.
func (t *Tokens) UnmarshalBinary(data []byte) error {
	if len(data) > tokensLimit {
		return errors.New("read tokens: too long")
	}
	var s storedTokens
	if err := json.Unmarshal(data, &s); err != nil {
		return errors.New("read tokens: not the stored form") // the JSON error could quote the data
	}
	if s.Version != tokensVersion {
		return fmt.Errorf("read tokens: version %d is not known", s.Version)
	}
	*t = Tokens{
		Access: newSecret(s.Access), Refresh: newSecret(s.Refresh), ID: newSecret(s.ID),
		Obtained: unixTime(s.Obtained), Expiry: unixTime(s.Expiry),
		Issuer: s.Issuer, ClientID: s.ClientID, Subject: s.Subject, Spent: s.Spent,
	}
	return nil
}

func newSecret(s string) secret.Text {
	if s == "" {
		return secret.Text{}
	}
	return secret.New(s)
}

func unixSeconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func unixTime(s int64) time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(s, 0)
}

// fresh reports whether Access can be used without a refresh: it is valid for more than 30 s, or for more than a tenth of
// its lifetime if that is less. It compares wall-clock times, because the monotonic clock stops while the computer sleeps.
// More time left than the whole lifetime means that the clock was set back; then Access is not fresh.
func (t Tokens) fresh(now time.Time) bool {
	left, margin := t.Expiry.Round(0).Sub(now.Round(0)), 30*time.Second
	if !t.Obtained.IsZero() {
		life := t.Expiry.Round(0).Sub(t.Obtained.Round(0))
		if left > life+time.Minute {
			return false
		}
		margin = min(margin, life/10)
	}
	return !t.Access.IsZero() && left > margin
}

// alive reports whether Access has not expired.
func (t Tokens) alive(now time.Time) bool {
	return !t.Access.IsZero() && now.Round(0).Before(t.Expiry.Round(0))
}
