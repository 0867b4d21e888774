package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"discussions/internal/secret"
)

// Tokens is what a login yields and what must be kept, sealed, to do without another one. The zero value holds nothing.
type Tokens struct {
	Access  secret.Text // the bearer token for the message engine
	Refresh secret.Text // zero where the provider gave none
	ID      secret.Text // the last ID token, a hint for ending the session

	Obtained time.Time // when Access was received, on this computer's clock
	Expiry   time.Time // when Access ends, on this computer's clock

	Issuer, ClientID string // whose they are: they are sent to nobody else
	Subject          string // the person, as the provider names them

	// Spent says that Refresh was sent, or is about to be, in a request whose answer is not kept here. It must never be
	// sent again: a provider with reuse detection would take that for a theft and revoke the whole login. Access is good
	// until it ends, then only a full login helps. See [Source].
	Spent bool
}

// tokensVersion is the version of the stored form. tokensLimit bounds what is read back.
const (
	tokensVersion = 1
	tokensLimit   = 256 << 10
)

// storedTokens is the form on disk: sealed before it gets there, JSON for the sake of later versions.
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

// MarshalBinary implements [encoding.BinaryMarshaler] for sealing. It is the only way in which the secrets leave.
func (t Tokens) MarshalBinary() ([]byte, error) {
	return json.Marshal(storedTokens{
		Version: tokensVersion, Access: t.Access.Reveal(), Refresh: t.Refresh.Reveal(), ID: t.ID.Reveal(),
		Obtained: unixSeconds(t.Obtained), Expiry: unixSeconds(t.Expiry),
		Issuer: t.Issuer, ClientID: t.ClientID, Subject: t.Subject, Spent: t.Spent,
	})
}

// UnmarshalBinary implements [encoding.BinaryUnmarshaler]. Its errors quote nothing of the data.
func (t *Tokens) UnmarshalBinary(data []byte) error {
	if len(data) > tokensLimit {
		return errors.New("read tokens: too long")
	}
	var s storedTokens
	if err := json.Unmarshal(data, &s); err != nil {
		return errors.New("read tokens: not the stored form") // the JSON error would quote
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

// fresh says whether Access can be used without a refresh: more than 30 s are left of it, or more than a tenth of its life
// where that is shorter. Wall-clock times are compared, since the monotonic clock stands still while a computer sleeps; a
// clock that was set back meanwhile makes the expiry meaningless, which shows by more being left than the whole life.
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

// alive says whether Access has not ended yet.
func (t Tokens) alive(now time.Time) bool {
	return !t.Access.IsZero() && now.Round(0).Before(t.Expiry.Round(0))
}
