package account

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"discussions/account/vault"
	"discussions/auth"
	"discussions/settings"
)

const aboutVersion = 1

// about is account.json: what the list of drawers shows before any code, and what is needed to log in again. Anybody who can
// write the profile folder can change it, so nothing that matters for security rests on it: the sealed copy decides.
type about struct {
	Version int    `json:"version"`
	New     bool   `json:"new,omitempty"` // not sealed yet: a crash while adding leaves it so
	Person  string `json:"person"`        // identifies issuer and subject, without saying them
	person
	Site       site  `json:"site"`
	LastUsed   int64 `json:"last_used"` // Unix seconds
	Unread     int   `json:"unread,omitempty"`
	Unsent     int   `json:"unsent,omitempty"`
	NeedsLogin bool  `json:"needs_login,omitempty"`
}

// person is whose drawer it is.
type person struct {
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	Job          string `json:"job,omitempty"`
	JID          string `json:"jid"`
	Mail         string `json:"mail,omitempty"`
}

func personOf(i auth.Identity, d settings.Deployment) person {
	p := person{Name: i.Name, Organisation: i.Organisation, Job: i.Job, JID: i.JID, Mail: i.Mail}
	if p.Name == "" {
		p.Name = p.JID
	}
	if p.Organisation == "" {
		p.Organisation = d.Organisation.Name
	}
	return p
}

// site is where a drawer's tokens and messages belong. A deployment file of another organisation does not move it.
type site struct {
	Issuer    string `json:"issuer"`
	ClientID  string `json:"client_id"`
	JIDClaim  string `json:"jid_claim,omitempty"`
	Domain    string `json:"domain"`
	WebSocket string `json:"websocket,omitempty"`
}

func siteOf(d settings.Deployment) site {
	return site{
		Issuer: d.Login.Issuer, ClientID: d.Login.ClientID, JIDClaim: d.Login.JIDClaim,
		Domain: d.Organisation.Domain, WebSocket: d.Organisation.WebSocket,
	}
}

// follow is s, or what the deployment file says now about the same issuer and client: a server may have moved.
func (s site) follow(d settings.Deployment) site {
	if now := siteOf(d); s.Issuer == now.Issuer && s.ClientID == now.ClientID {
		return now
	}
	return s
}

// identify gives the mark by which a person is known again.
func identify(issuer, subject string) string {
	sum := sha256.Sum256([]byte("discussions person v1\x00" + issuer + "\x00" + subject))
	return hex.EncodeToString(sum[:16])
}

func (a about) encode() []byte {
	a.Version = aboutVersion
	data, err := json.MarshalIndent(a, "", "\t")
	if err != nil {
		panic("account: " + err.Error()) // a struct of strings and numbers
	}
	return append(data, '\n')
}

const maxAbout = 64 << 10

// parseAbout reads account.json. Errors wrap [vault.ErrDamaged] and quote nothing.
func parseAbout(data []byte) (about, error) {
	var a about
	if len(data) > maxAbout || json.Unmarshal(data, &a) != nil {
		return about{}, fmt.Errorf("account.json: %w", vault.ErrDamaged)
	}
	if a.Version != aboutVersion {
		return about{}, fmt.Errorf("account.json of version %d: %w", a.Version, vault.ErrDamaged)
	}
	a.Unread, a.Unsent = max(a.Unread, 0), max(a.Unsent, 0)
	return a, nil
}

// contents is what the tokens file seals, as JSON.
type contents struct {
	Version int `json:"version"`
	person
	Site   site   `json:"site"`
	Tokens []byte `json:"tokens"` // of auth.Tokens
}

const contentsVersion = 1

// encodeContents gives the plain text to seal: clear it after use.
func encodeContents(p person, s site, t auth.Tokens) ([]byte, error) {
	tokens, err := t.MarshalBinary()
	if err != nil {
		return nil, err
	}
	defer clear(tokens)
	return json.Marshal(contents{Version: contentsVersion, person: p, Site: s, Tokens: tokens})
}

func parseContents(plain []byte) (person, site, auth.Tokens, error) {
	var c contents
	var t auth.Tokens
	if json.Unmarshal(plain, &c) != nil || c.Version != contentsVersion {
		return person{}, site{}, t, fmt.Errorf("tokens: %w", vault.ErrDamaged)
	}
	defer clear(c.Tokens)
	if err := t.UnmarshalBinary(c.Tokens); err != nil {
		return person{}, site{}, t, errors.Join(vault.ErrDamaged, err)
	}
	if t.Issuer != c.Site.Issuer || t.ClientID != c.Site.ClientID {
		return person{}, site{}, t, fmt.Errorf("tokens of another site: %w", vault.ErrDamaged)
	}
	return c.person, c.Site, t, nil
}
