package messaging

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

func TestPeopleAreFoundByNameJobAndPlace(t *testing.T) {
	withPeople(t, func(t *testing.T, c *Client, w *wiretest.Server) {
		entry := func(local string, v xmpp.VCard) xmpp.DirectoryEntry {
			return xmpp.DirectoryEntry{JID: jid.MustParse(local + "@example.org"), Card: v}
		}
		w.Directory = []xmpp.DirectoryEntry{
			entry("zoe", xmpp.VCard{FullName: "Zoé Roux", Title: "Sage-femme", Place: "Nîmes"}),
			entry("julien", xmpp.VCard{FullName: "Julien Roux", Title: "Cardiologue", Org: "CHU", Unit: "Cardiologie", Place: "Montpellier"}),
			entry("sophie", xmpp.VCard{FullName: "S. Bernard", Unit: "Cardiologie"}),
			entry("claire", xmpp.VCard{FullName: "Dr Claire Martin", Unit: "Cardiologie"}),
		}
		for text, want := range map[string][]string{
			"cardiologie":             {"Julien Roux", "Sophie Bernard"}, // not the account itself; as she is known here
			"cardiologie roux":        {"Julien Roux"},
			"  ROUX cardiologie ":     {"Julien Roux"},
			"nîmes":                   {"Zoé Roux"},
			"sage-femme nîmes":        {"Zoé Roux"}, // this directory knows jobs, and is not searched for them
			"sage-femme montpellier":  nil,
			"cardiologie montpelier":  nil,
			"cardiologie MONTPELLIER": {"Julien Roux"},
			"":                        nil,
			"*":                       nil,
		} {
			var got []string
			for _, card := range must(c.FindPeople(t.Context(), text)) {
				got = append(got, card.Name)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%q: %s", text, d)
			}
		}
		found := must(c.FindPeople(t.Context(), "montpellier"))
		want := Card{ID: id(julien), Name: "Julien Roux", Plain: "Julien Roux", Job: "Cardiologue", Org: "CHU", Unit: "Cardiologie", Place: "Montpellier"}
		if d := cmp.Diff([]Card{want}, found); d != "" {
			t.Error(d)
		}
		w.Directory = nil
		if _, err := c.FindPeople(t.Context(), "x"); !errors.Is(err, ErrNotOffered) {
			t.Errorf("no directory: %v", err)
		}
		w.Cut()
		if _, err := c.FindPeople(t.Context(), "x"); !errors.Is(err, ErrOffline) {
			t.Errorf("offline: %v", err)
		}
		check(t, c.Lock())
		if _, err := c.FindPeople(t.Context(), "x"); !errors.Is(err, ErrLocked) {
			t.Errorf("locked: %v", err)
		}
	})
}
