//go:build linux

package tour

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/messaging/xmpp"
)

// TestTheTourOnProsody is the walk of a working day with the other message server: log in, read, write and be answered, a group, a
// notification, a network that goes and comes back, what a moderator does, who asks to be a contact, a lock, a restart.
func TestTheTourOnProsody(t *testing.T) {
	pictures := ""
	if *out != "" {
		pictures = filepath.Join(*out, "prosody")
	}
	w := newWalkIn(t, pictures, "--engine", "prosody", "--history", "60")
	w.firstStart()
	w.threeConversations()
	w.notificationOpens()
	w.networkGoes()
	w.groupBothWays()
	w.moderates()
	w.answersRequests()
	w.lockAndBack()
	w.nextStart("Tab", "Return")
}

// groupBothWays writes in the group whose window is open, and reads an answer there.
func (w *walk) groupBothWays() {
	g, nadia := w.org.Groups[0], w.org.Person("Nadia Benali")
	window := w.window(g.Name)
	w.focus(window)
	w.write("Bonsoir l'astreinte")
	w.keys("Return")
	w.org.WaitReceived(w.t, nadia.JID, "Bonsoir l'astreinte")
	mark := w.p.mark()
	w.org.Say(w.t, nadia.JID, g.JID, "Bonsoir Claire, tout est calme.")
	w.p.next(mark, "message drawn")
	w.picture(window, "09-group")
}

// moderates: whoever made a group withdraws what another member wrote there, for all (XEP-0425, which ejabberd 23.01 has not).
func (w *walk) moderates() {
	sophie := w.org.Sophie()
	group, address := w.makesAGroup("Soins du soir", func() { w.keys("Return") }) // no colour is offered
	withdrawn := make(chan string, 1)
	other := w.org.Wire(w.t, sophie.JID, func(e xmpp.Event) {
		if m, ok := e.(xmpp.MessageReceived); ok && m.Message.Retraction != nil && m.Message.Retraction.Moderated {
			select {
			case withdrawn <- m.Message.From.Bare().String():
			default:
			}
		}
	})
	if err := other.Join(w.t.Context(), jid.MustParse(address), sophie.Name); err != nil {
		w.t.Fatal(err)
	}
	w.says(sophie.JID, address, "Mme Quoquelicot, chambre 12")
	w.picture(group, "09-to-moderate")
	w.keys("alt+Up", "Return", "Up")
	w.picture(group, "09-moderator-menu")
	w.keys("Return") // the last line, Retirer du groupe
	w.picture(group, "09-moderating")
	mark := w.p.mark()
	w.keys("shift+Tab", "Return")
	w.p.next(mark, "withdrawal drawn")
	w.picture(group, "09-moderated")
	select {
	case from := <-withdrawn:
		if from != address {
			w.t.Errorf("another device of hers is told so by %s", from)
		}
	case <-time.After(patience):
		w.t.Error("another device of hers is not told")
	}
	w.keys("ctrl+w")
}

// answersRequests: somebody with another program asks to be a contact, is refused, and asks again.
func (w *walk) answersRequests() {
	paul, claire := w.org.Wire(w.t, w.org.Paul().JID, nil), jid.MustParse(w.org.Claire().JID)
	say := func(kind string) {
		w.t.Helper()
		if err := paul.SendPresence(xmpp.Presence{To: claire, Type: kind, Status: "Je remplace Julien cette semaine.", Nick: "Paul"}); err != nil {
			w.t.Fatal(err)
		}
	}
	sees := func(what, subscription string) {
		w.t.Helper()
		w.until(what, func() bool {
			items, err := paul.Roster(w.t.Context())
			return err == nil && slices.ContainsFunc(items, func(i xmpp.RosterItem) bool {
				return i.JID.Equal(claire) && i.Subscription == subscription && i.Ask == ""
			})
		})
	}
	say("unsubscribe") // he was a contact
	sees("Paul to see her no more", "from")
	for _, answer := range []struct {
		name         string
		keys         []string
		subscription string
	}{
		{"09-request", []string{"ctrl+k", "shift+Tab", "Return"}, "from"}, // Refuser, before the search
		{"09-request-again", []string{"ctrl+k", "shift+Tab", "shift+Tab", "Return"}, "both"},
	} {
		mark := w.p.mark()
		say("subscribe")
		w.p.next(mark, "requests drawn", "waiting", 1)
		w.focus(w.main)
		w.picture(w.main, answer.name)
		mark = w.p.mark()
		w.keys(answer.keys...)
		w.p.next(mark, "requests drawn", "waiting", 0)
		sees("the answer", answer.subscription)
	}
	w.picture(w.main, "09-request-answered")
}

// lockAndBack: locked, the account still counts what comes; the code brings the windows back, and what came.
func (w *walk) lockAndBack() {
	sophie, moussa := w.org.Sophie(), w.org.Person("Moussa Ke\u00efta")
	w.focus(w.main)
	w.keys("ctrl+l")
	w.p.screen("code")
	w.gone(sophie.Name)
	w.org.Say(w.t, moussa.JID, w.org.Claire().JID, "Pendant le verrou.")
	w.notes.shown(1)
	w.code(claireCode)
	w.p.screen("list")
	w.window(sophie.Name)
	w.find("Moussa")
	w.p.await("history shown")
	w.picture(w.window("Moussa"), "10-after-the-lock")
}
