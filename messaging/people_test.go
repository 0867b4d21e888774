package messaging

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"discussions/messaging/internal/wiretest"
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
		if got := newPeople().name(jid); got != want {
			t.Errorf("%s: %q, want %q", jid, got, want)
		}
	}
}
