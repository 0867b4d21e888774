package auth

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAnAddressForMessagesIsRequired(t *testing.T) {
	for name, jid := range map[string]any{
		"missing": nil, "empty": "", "a number": 7, "no domain": "claire", "an empty local part": "@chat.example.org", "an empty domain": "claire@",
		"a resource": "claire@chat.example.org/desktop", "a space": "cl aire@chat.example.org", "a line break": "claire@chat.example.org\n",
		"two at signs": "claire@evil.test@chat.example.org", "a direction override": "claire\u202e@chat.example.org", "giant": strings.Repeat("x", 1024) + "@chat.example.org",
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			f.claims = func(c map[string]any) {
				delete(c, "jid")
				if jid != nil {
					c["jid"] = jid
				}
			}
			_, page, err := logIn(t, f, f.provider(), LoginOptions{})
			if !errors.Is(err, ErrNoJID) || !strings.Contains(page, "pas abouti") {
				t.Errorf("error %v, page:\n%s", err, page)
			}
		})
	}
}

func TestTheClaimOfTheAddressIsTheDeployments(t *testing.T) {
	f := newFake(t)
	f.claims = func(c map[string]any) { c["xmpp"], c["jid"] = "claire@other.example", "not this" }
	c := f.config()
	c.JIDClaim = "xmpp"
	p, err := Discover(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	g, _, err := logIn(t, f, p, LoginOptions{})
	if err != nil || g.Identity.JID != "claire@other.example" {
		t.Errorf("%q, %v", g.Identity.JID, err)
	}
}

// OpenID Connect Core 5.4 allows a provider to leave the profile out of the ID token.
func TestTheProfileMayBeInTheUserInformation(t *testing.T) {
	bare := func(c map[string]any) {
		for _, name := range []string{"name", "email", "organization", "job_title", "jid"} {
			delete(c, name)
		}
	}
	profile := map[string]any{"sub": "sub-claire", "jid": "claire@chat.example.org", "name": "Claire Martin", "email": "c@example.org", "nonce": "x"}
	tests := []struct {
		name   string
		claims func(map[string]any)
		info   map[string]any
		handle http.HandlerFunc
		want   Identity
		err    error
	}{
		{"all of it", bare, profile, nil, Identity{Subject: "sub-claire", JID: "claire@chat.example.org", Name: "Claire Martin", Mail: "c@example.org"}, nil},
		{"what the ID token says comes first", func(c map[string]any) { delete(c, "name") }, map[string]any{"sub": "sub-claire", "jid": "evil@evil.test", "name": "Claire"}, nil,
			Identity{Subject: "sub-claire", JID: "claire.martin@chat.example.org", Name: "Claire", Mail: "claire.martin@example.org", Organisation: "CHU de Montpellier", Job: "Médecin"}, nil},
		{"another person's", bare, map[string]any{"sub": "sub-paul", "jid": "paul@chat.example.org"}, nil, Identity{}, ErrUntrusted},
		{"nobody's", bare, map[string]any{"jid": "paul@chat.example.org"}, nil, Identity{}, ErrUntrusted},
		{"a server error", bare, profile, broken(500), Identity{}, ErrProvider},
		{"not JSON", bare, profile, broken(200), Identity{}, ErrProvider},
		{"a server error where only the name is missing", func(c map[string]any) { delete(c, "name") }, profile, broken(500),
			Identity{Subject: "sub-claire", JID: "claire.martin@chat.example.org", Name: "claire.martin@example.org", Mail: "claire.martin@example.org", Organisation: "CHU de Montpellier", Job: "Médecin"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			f.claims, f.userInfo = tt.claims, tt.info
			if tt.handle != nil {
				f.intercept["/userinfo"] = tt.handle
			}
			g, _, err := logIn(t, f, f.provider(), LoginOptions{})
			if !errors.Is(err, tt.err) {
				t.Fatalf("error %v, want %v", err, tt.err)
			}
			if diff := cmp.Diff(tt.want, g.Identity); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheUserInformationIsLost(t *testing.T) {
	f := newFake(t)
	f.userInfo = map[string]any{}
	f.claims = func(c map[string]any) { delete(c, "jid") }
	f.before = func(r *http.Request) bool { return !strings.HasSuffix(r.URL.Path, "/userinfo") }
	if _, _, err := logIn(t, f, f.provider(), LoginOptions{}); !errors.Is(err, ErrUnreachable) || errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v", err)
	}
}

func TestClaimsBecomeOneHarmlessLine(t *testing.T) {
	tests := []struct{ in, want string }{
		{`"Dr Claire Martin"`, "Dr Claire Martin"},
		{`"  Claire  "`, "Claire"},
		{`"Cla\u0000ire\n\u2028Martin"`, "ClaireMartin"},
		{`"\u202eDr\u200bClaire\u2066"`, "DrClaire"},
		{`"` + strings.Repeat("é", 500) + `"`, strings.Repeat("é", 200)},
		{`7`, ""}, {`["Claire"]`, ""}, {`null`, ""},
	}
	for _, tt := range tests {
		c := claims{all: map[string]json.RawMessage{"name": json.RawMessage(tt.in)}}
		if got := c.line("name"); got != tt.want {
			t.Errorf("%s becomes %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestANameIsFoundSomewhere(t *testing.T) {
	tests := []struct{ claims, want string }{
		{`{"name":"Claire Martin","given_name":"x"}`, "Claire Martin"},
		{`{"given_name":"Claire","family_name":"Martin","email":"c@example.org"}`, "Claire Martin"},
		{`{"family_name":"Martin"}`, "Martin"},
		{`{"preferred_username":"cmartin","email":"c@example.org"}`, "cmartin"},
		{`{"email":"c@example.org"}`, "c@example.org"},
		{`{}`, ""},
	}
	for _, tt := range tests {
		var c claims
		if err := json.Unmarshal([]byte(tt.claims), &c); err != nil {
			t.Fatal(err)
		}
		if got := c.name(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.claims, got, tt.want)
		}
	}
}
