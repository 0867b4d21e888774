package account

import (
	"crypto/sha256"
	"discussions/account/vault"
	"discussions/auth"
	"discussions/settings"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

const descriptionVersion = 1

// Format is the version of the files of accounts: it rises with that of each of them.
const Format = descriptionVersion + contentsVersion + vault.Format

// description is account.json: what the list of accounts shows before any code, and what is needed to log in again. Anybody who
// can write to the profile folder can change it, so security never depends on it, but on the sealed copy.
type description struct {
	Version int    `json:"version"`
	New     bool   `json:"new,omitempty"` // not all files are written; remains after a crash
	Person  string `json:"person"`        // see hashPerson
	person
	Site       site  `json:"site"`
	LastUsed   int64 `json:"last_used"` // Unix seconds
	Unread     int   `json:"unread,omitempty"`
	Unsent     int   `json:"unsent,omitempty"`
	NeedsLogin bool  `json:"needs_login,omitempty"`

	RemovalAsked int64 `json:"removal_asked,omitempty"` // without the code; Unix seconds
	RemovalDue   int64 `json:"removal_due,omitempty"`

	Settings *settings.Person `json:"settings,omitempty"` // nil: the person has not chosen anything
}

// person is whose account it is.
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

// site is the organisation whose tokens and messages a drawer holds. A deployment file of another organisation does not change
// it.
type site struct {
	Issuer    string `json:"issuer"`
	ClientID  string `json:"client_id"`
	JIDClaim  string `json:"jid_claim,omitempty"`
	Domain    string `json:"domain"`
	WebSocket string `json:"websocket,omitempty"`
	Network   string `json:"network,omitempty"` // the fingerprint of the certificates and the proxy; "": written by an earlier version
}

// present is the site of the deployment file.
func (m *Manager) present() site {
	d := m.o.Deployment
	return site{
		Issuer: d.Login.Issuer, ClientID: d.Login.ClientID, JIDClaim: d.Login.JIDClaim,
		Domain: d.Organisation.Domain, WebSocket: d.Organisation.WebSocket, Network: m.network,
	}
}

func (s site) isOf(other site) bool { return s.Issuer == other.Issuer && s.ClientID == other.ClientID }

// updated is the site of the deployment file if that is of the same issuer and client, since a server may have moved; otherwise s. A file
// that anybody can change, or name on the command line, moves a drawer only at a full login: somebody could send the tokens of others to a
// server of their own.
func (m *Manager) updated(s site) site {
	switch now := m.present(); {
	case !s.isOf(now):
	case m.o.Deployment.Protected:
		return now
	case s.Network == "":
		s.Network = now.Network
	}
	return s
}

// hashPerson identifies a person on this workstation without saying who it is.
func hashPerson(issuer, subject string) string {
	sum := sha256.Sum256([]byte("discussions person v1\x00" + issuer + "\x00" + subject))
	return hex.EncodeToString(sum[:16])
}

func (a description) encode() []byte {
	a.Version = descriptionVersion
	data, err := json.MarshalIndent(a, "", "\t")
	if err != nil {
		panic("account: " + err.Error()) // impossible: a struct of strings and numbers
	}
	return append(data, '\n')
}

const maxDescription = 64 << 10

// parseDescription reads account.json. Errors wrap [vault.ErrDamaged] and quote nothing.
func parseDescription(data []byte) (description, error) {
	var a description
	if len(data) > maxDescription || json.Unmarshal(data, &a) != nil {
		return description{}, fmt.Errorf("account.json: %w", vault.ErrDamaged)
	}
	if a.Version != descriptionVersion {
		return description{}, fmt.Errorf("account.json of version %d: %w", a.Version, vault.ErrDamaged)
	}
	if a.Settings != nil {
		p := a.Settings.Normalized()
		a.Settings = &p
	}
	a.Unread, a.Unsent = max(a.Unread, 0), max(a.Unsent, 0)
	return a, nil
}

// contents is what the tokens file seals, as JSON.
type contents struct {
	Version int `json:"version"`
	person
	Site    site           `json:"site"`
	Network *sealedNetwork `json:"network,omitempty"` // whose fingerprint the site has
	Tokens  []byte         `json:"tokens"`            // of auth.Tokens
}

const contentsVersion = 1

// encodeContents returns the plain text to seal. Clear it after use.
func encodeContents(p person, s site, n *sealedNetwork, t auth.Tokens) ([]byte, error) {
	tokens, err := t.MarshalBinary()
	if err != nil {
		return nil, err
	}
	defer clear(tokens)
	return json.Marshal(contents{Version: contentsVersion, person: p, Site: s, Network: n, Tokens: tokens})
}

// parseContents returns contents without its tokens, and these.
func parseContents(plain []byte) (contents, auth.Tokens, error) {
	var c contents
	var t auth.Tokens
	if json.Unmarshal(plain, &c) != nil || c.Version != contentsVersion {
		return contents{}, t, fmt.Errorf("tokens: %w", vault.ErrDamaged)
	}
	defer clear(c.Tokens)
	if err := t.UnmarshalBinary(c.Tokens); err != nil {
		return contents{}, t, errors.Join(vault.ErrDamaged, err)
	}
	if t.Issuer != c.Site.Issuer || t.ClientID != c.Site.ClientID {
		return contents{}, t, fmt.Errorf("tokens of another site: %w", vault.ErrDamaged)
	}
	return c, t, nil
}
