package xmpp

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"
)

func TestArchivePreferences(t *testing.T) {
	withSession(t, func(t *testing.T, r *running, s *fakeConn) {
		wait := async(func() (ArchivePrefs, error) { return r.ArchivePrefs(t.Context()) })
		q := s.expect(`<prefs xmlns="urn:xmpp:mam:2">`)
		// XEP-0441, example 1
		s.write(answerTo(q, "", `<prefs xmlns="urn:xmpp:mam:2" default="roster"><always><jid>romeo@montague.lit</jid></always><never><jid>montague@montague.lit</jid></never></prefs>`))
		p, err := wait()
		want := ArchivePrefs{"roster", []jid.JID{jidOf("romeo@montague.lit")}, []jid.JID{jidOf("montague@montague.lit")}}
		if d := cmp.Diff(want, p); d != "" || err != nil {
			t.Error(d, err)
		}
		wait = async(func() (ArchivePrefs, error) { return r.ArchivePrefs(t.Context()) })
		s.write(errorTo(s.expect("urn:xmpp:mam:2"), "", "feature-not-implemented"))
		if _, err := wait(); !errors.Is(err, ErrNotOffered) {
			t.Errorf("error: %v", err)
		}
	})
}

func TestWhomTheArchiveKeeps(t *testing.T) {
	named := []jid.JID{jidOf("named@example.net")}
	for _, c := range []struct {
		name                     string
		prefs                    ArchivePrefs
		named, contact, stranger bool
	}{
		{"everybody", ArchivePrefs{Default: "always"}, true, true, true},
		{"everybody but one", ArchivePrefs{Default: "always", Never: named}, false, true, true},
		{"nobody", ArchivePrefs{Default: "never"}, false, false, false},
		{"nobody but one", ArchivePrefs{Default: "never", Always: named}, true, false, false},
		{"contacts", ArchivePrefs{Default: "roster"}, false, true, false},
		{"not told", ArchivePrefs{}, false, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := []bool{c.prefs.Keep(named[0], false), c.prefs.Keep(jidOf("other@example.net"), true), c.prefs.Keep(jidOf("other@example.net"), false)}
			if d := cmp.Diff([]bool{c.named, c.contact, c.stranger}, got); d != "" {
				t.Error(d)
			}
		})
	}
}
