package account

import (
	"encoding/binary"
	"encoding/json"
	"strings"
	"time"

	"discussions/account/vault"
	"discussions/settings"
)

// The policy under which a person last logged in is in the keyring, with the tries: nobody can weaken it by starting the program with
// another file. A file that only administrators can change takes precedence.

// Policy is what the organisations of all accounts allow: that of the deployment file and, unless only administrators can change that, those
// under which their owners last logged in. It may become stricter when the keyring has answered.
func (m *Manager) Policy() settings.Policy {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.o.Deployment.Policy
	for _, d := range m.drawers {
		p = p.Strictest(m.policyFor(d.view.standing))
	}
	return p
}

// policyFor is the policy for one drawer. Manager.mu is held.
func (m *Manager) policyFor(s vault.Standing) settings.Policy {
	p := m.o.Deployment.Policy
	if !m.o.Deployment.Protected && s.Ruled {
		files := p.Files
		p = p.Strictest(policyOf(s.Rules))
		if s.Rules.Files == "" { // as an earlier version of the program wrote the record
			p.Files = files
		}
	}
	return p
}

// logoutRemoves reports whether logging out erases a drawer. A file that anybody can name has this effect only after a full login:
// otherwise it could be used to erase locked accounts.
func (m *Manager) logoutRemoves(d *drawer) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v := &d.view; !m.o.Deployment.Protected && v.standing.Ruled {
		return policyOf(v.standing.Rules).LogoutRemoves
	}
	return m.o.Deployment.Policy.LogoutRemoves
}

func (m *Manager) expiredSince(d *drawer, lastLogin, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.codeExpired(&d.view, lastLogin, now)
}

// confirm notes in the keyring who opened the drawer, and under which policy they logged in. The caller holds the drawer.
func (m *Manager) confirm(d *drawer) {
	m.mu.Lock()
	rules, file := rulesOf(m.policyFor(d.vault.Standing())), m.o.Deployment
	m.mu.Unlock()
	r := d.running
	fresh := r.lastLogin.Truncate(time.Second).After(d.vault.Standing().Login)
	if err := d.vault.Confirm(r.owner, r.lastLogin, rules, fresh || file.Protected); err != nil {
		m.log.Warn("the keyring did not note the login", "account", d.id, "error", err) // the files say the same, until the next opening
	}
}

// noteLoginNeeded notes in the keyring that only a full login opens the drawer. The caller holds the drawer.
func (m *Manager) noteLoginNeeded(d *drawer) {
	if err := d.vault.RequireLogin(); err != nil {
		m.log.Warn("the keyring did not note that a login is needed", "account", d.id, "error", err)
	}
}

// The rest of the rules: flags, the seconds after which an account locks and in which a message can be corrected, how much a notification
// shows, and the hours until an account is erased that was removed without its code.
const (
	ruleRemoves = 1 << iota
	ruleLogout
	ruleNoExport
)

var contentLevels = [...]settings.Content{settings.ContentNone, settings.ContentName, settings.ContentFull}

func rulesOf(p settings.Policy) (r vault.Rules) {
	r.Lifetime = atLeastASecond(p.CodeLifetime)
	if p.LogoutRemoves {
		r.Rest[0] |= ruleRemoves
	}
	if p.SessionEnd == settings.SessionEndLogout {
		r.Rest[0] |= ruleLogout
	}
	if p.NoExport {
		r.Rest[0] |= ruleNoExport
	}
	for i, c := range contentLevels {
		if c == p.NotificationContent {
			r.Rest[1] = byte(i)
		}
	}
	binary.BigEndian.PutUint32(r.Rest[2:], uint32(min(atLeastASecond(p.LockAfter)/time.Second, 1<<32-1)))
	binary.BigEndian.PutUint32(r.Rest[6:], uint32(min(p.EditWithin/time.Second, 1<<32-1)))
	hours := (p.RemoveWithoutCode + time.Hour - 1) / time.Hour
	binary.BigEndian.PutUint16(r.Rest[10:], uint16(min(hours, 1<<16-1)))
	r.Files = fileRules(p.Files)
	return r
}

// atLeastASecond keeps a short limit from becoming none.
func atLeastASecond(d time.Duration) time.Duration {
	if d > 0 {
		return max(d, time.Second)
	}
	return 0
}

func policyOf(r vault.Rules) settings.Policy {
	p := settings.Policy{
		CodeLifetime: r.Lifetime, LogoutRemoves: r.Rest[0]&ruleRemoves != 0, NoExport: r.Rest[0]&ruleNoExport != 0, SessionEnd: settings.SessionEndKeep,
		NotificationContent: contentLevels[min(int(r.Rest[1]), len(contentLevels)-1)],
		LockAfter:           time.Duration(binary.BigEndian.Uint32(r.Rest[2:])) * time.Second,
		EditWithin:          time.Duration(binary.BigEndian.Uint32(r.Rest[6:])) * time.Second,
		RemoveWithoutCode:   time.Duration(binary.BigEndian.Uint16(r.Rest[10:])) * time.Hour,
	}
	if r.Rest[0]&ruleLogout != 0 {
		p.SessionEnd = settings.SessionEndLogout
	}
	p.Files = filesOf(r.Files)
	return p
}

// fileRulesJSON are the rules of files as they are in the keyring's record. An absent list of types is all types.
type fileRulesJSON struct {
	MaxMB   int       `json:"max_mb,omitempty"`
	Types   *[]string `json:"types,omitempty"`
	Plain   bool      `json:"plain,omitempty"`
	CacheMB int       `json:"cache_mb,omitempty"`
	NoOpen  bool      `json:"no_open,omitempty"`
	Hosts   []string  `json:"hosts,omitempty"`
}

func fileRules(f settings.Files) string {
	j := fileRulesJSON{MaxMB: f.MaxMB, Plain: f.Plain, CacheMB: f.CacheMB, NoOpen: f.NoOpen, Hosts: f.Hosts}
	if f.Types != nil {
		j.Types = &f.Types
	}
	var text strings.Builder
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false) // it would take six bytes for one
	_ = e.Encode(j)        // texts and numbers
	return strings.TrimSpace(text.String())
}

// filesOf reads what fileRules wrote. What cannot be read forbids all.
func filesOf(text string) settings.Files {
	var j fileRulesJSON
	if text == "" {
		return settings.Files{}
	}
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		return settings.Files{Types: []string{}, NoOpen: true}
	}
	f := settings.Files{MaxMB: j.MaxMB, Plain: j.Plain, CacheMB: j.CacheMB, NoOpen: j.NoOpen, Hosts: j.Hosts}
	if j.Types != nil {
		f.Types = append([]string{}, *j.Types...)
	}
	return f
}
