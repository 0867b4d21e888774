package messaging

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// A vCard service that is down for a while must not make people nameless.
func TestACardThatCannotBeReadChangesNothing(t *testing.T) {
	for name, err := range map[string]error{
		"the service is down": &xmpp.StanzaError{Type: "cancel", Condition: "internal-server-error"},
		"it is overloaded":    &xmpp.StanzaError{Type: "wait", Condition: "resource-constraint"},
		"nobody may ask":      &xmpp.StanzaError{Type: "auth", Condition: "forbidden"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, dir := wiretest.New(), t.TempDir()
				w.Contacts = []xmpp.RosterItem{{JID: sophie}, {JID: julien}}
				w.Cards[sophie.String()] = xmpp.VCard{FullName: "Dr Sophie Durand", Title: "Cardiologue"}
				w.Cards[julien.String()] = xmpp.VCard{FullName: "Julien Roux"}
				c := newTest(t, dir, w)
				w.Connect(false)
				synctest.Wait()
				c.cfg.Now = func() time.Time { return time.Now().Add(2 * cardLasts) } // the cards are old
				w.CardErrs = map[string]error{sophie.String(): err}
				w.Cut()
				w.Connect(false)
				synctest.Wait()
				v := must(c.Conversation(id(sophie)))
				same(t, "name", v.Name+", "+v.Detail, "Dr Sophie Durand, Cardiologue")
			})
		})
	}
}

func TestOneCardThatIsTooLargeHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.Contacts = []xmpp.RosterItem{{JID: sophie}, {JID: julien}}
		w.Cards[julien.String()] = xmpp.VCard{FullName: "Julien Roux"}
		w.CardErrs = map[string]error{sophie.String(): fmt.Errorf("a card: %w", xmpp.ErrGuard)}
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		time.Sleep(10 * time.Minute) // as long as one may try again
		synctest.Wait()
		same(t, "the other's name", must(c.Conversation(id(julien))).Name, "Julien Roux")
		same(t, "cards asked for", w.Given, 1)
	})
}

func TestANameIsMadeOfTheAddressWhereNoneIsKnown(t *testing.T) {
	for jid, want := range map[string]string{
		"claire.martin@example.org":    "Claire Martin",
		"éloïse.brûlé@example.org":     "Éloïse Brûlé",
		`jean\20dupont@example.org`:    "Jean Dupont",
		`d\27arc.jeanne_m@example.org`: "D'arc Jeanne M",
		"..@example.org":               "..@example.org",
		"rooms.example.org":            "rooms.example.org",
	} {
		if got := newPeople("").name(jid); got != want {
			t.Errorf("%s: %q, want %q", jid, got, want)
		}
	}
}

// TestWhoIsElsewhereIsNoColleague has people of other organisations call themselves as a colleague is called.
func TestWhoIsElsewhereIsNoColleague(t *testing.T) {
	p := newPeople("chu.example")
	for _, v := range []store.Person{
		{JID: "s@ailleurs.example", FullName: "Sophie Bernard"},
		{JID: "contact@ailleurs.example", Contact: true, FullName: "Sophie Bernard"},
		{JID: "given@ailleurs.example", Contact: true, Name: "Sophie, du labo"},
		{JID: "long@ailleurs.example", FullName: "Sophie Bernard" + strings.Repeat(" ", 50) + strings.Repeat("x", 500)},
	} {
		p.persons[v.JID] = v
	}
	got, want := map[string]string{}, map[string]string{
		"sophie.bernard@chu.example":                  "Sophie Bernard",
		"sophie.bernard@sms.chu.example":              "Sophie Bernard",
		"sophie.bernard@ailleurs.example":             "Sophie Bernard (ailleurs.example)",
		"sophie.bernard@chu.example.ailleurs.example": "Sophie Bernard (chu.example.ailleurs.example)",
		"sophie.bernard@autrechu.example":             "Sophie Bernard (autrechu.example)",
		"s@ailleurs.example":                          "Sophie Bernard (ailleurs.example)",
		"contact@ailleurs.example":                    "Sophie Bernard (ailleurs.example)",
		"given@ailleurs.example":                      "Sophie, du labo",
		"long@ailleurs.example":                       "Sophie Bernard" + strings.Repeat(" ", 46) + "… (ailleurs.example)",
	}
	for jid := range want {
		got[jid] = p.name(jid)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	c := &Client{people: p}
	if got := c.memberName(store.Member{JID: "x@ailleurs.example", Nick: "Sophie Bernard"}); got != "Sophie Bernard (ailleurs.example)" {
		t.Errorf("as a member she is %q", got)
	}
}
