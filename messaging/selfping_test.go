package messaging

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

// inGarde makes a client that is in one group.
func inGarde(t *testing.T) (*Client, *wiretest.Server) {
	t.Helper()
	w := wiretest.New()
	w.Groups = []xmpp.Bookmark{{JID: garde, Nick: "Claire", Autojoin: true}}
	c := newTest(t, t.TempDir(), w)
	w.Connect(false)
	synctest.Wait()
	return c, w
}

// pings is how often a group was asked.
func pings(w *wiretest.Server) int {
	w.Lock()
	defer w.Unlock()
	return len(w.Pings)
}

func TestAGroupThatHasForgottenTheAccountIsEnteredAgainWithinAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := inGarde(t)
		w.Restart(garde)
		w.SaysIn("Sophie", "entre-temps") // nothing of it comes
		time.Sleep(time.Minute)
		synctest.Wait()
		same(t, "entered again", len(w.Joined()), 2)
		same(t, "what was missed", history(t, c, garde, 10), []string{"entre-temps"})
		same(t, "unread", c.Unread(), 1)
	})
}

func TestAMessageThatAForgetfulGroupRefusesIsSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := inGarde(t)
		w.Restart(garde)
		w.SaysIn("Sophie", "entre-temps")
		m, err := c.Send(id(garde), Text{Body: "bonsoir"})
		check(t, err)
		_, err = c.Send(id(garde), Text{Body: "deuxième"})
		check(t, err)
		var failed bool
		defer c.Subscribe(func(e Event) {
			changed, ok := e.(MessageChanged)
			failed = failed || ok && changed.Message.State == Failed
		})()
		w.Flow()
		synctest.Wait()
		same(t, "entered at once", len(w.Joined()), 2)
		w.Flow()
		synctest.Wait()
		same(t, "sent again, in order", w.Bodies(), []string{"bonsoir", "deuxième", "bonsoir", "deuxième"})
		same(t, "with its id", w.Count(func(s xmpp.Message) bool { return s.ID == string(m.ID) }), 2)
		same(t, "left the outbox", c.Unsent(), 0)
		same(t, "never shown as failed", failed, false)
		same(t, "all once, in the archive's order", history(t, c, garde, 10), []string{"entre-temps", "bonsoir", "deuxième"})
	})
}

func TestAMessageOfAForgetfulGroupIsSentAgainAFewTimesOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := inGarde(t)
		w.Change(func() { w.NoArchive = true })
		m, err := c.Send(id(garde), Text{Body: "refusé"})
		check(t, err)
		for range 7 { // it lets the account in, but refuses its messages
			w.Handle(xmpp.Bounced{Message: xmpp.Message{ID: string(m.ID), From: garde, Type: "error", Error: &xmpp.StanzaError{Condition: "not-acceptable"}}})
			time.Sleep(10 * time.Second)
			synctest.Wait()
		}
		same(t, "sent", len(w.Bodies()), 1+mostAgain)
		same(t, "entered", len(w.Joined()), 1+mostAgain)
		same(t, "state", state(t, c, m.ID), Failed)
	})
}

// The account may be let in again for another reason meanwhile: a message that was refused again waits all the same.
func TestAMessageThatIsRefusedAgainWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := inGarde(t)
		w.Change(func() { w.NoArchive = true })
		m, err := c.Send(id(garde), Text{Body: "refusé"})
		check(t, err)
		refuse := func() {
			w.Handle(xmpp.Bounced{Message: xmpp.Message{ID: string(m.ID), From: garde, Type: "error", Error: &xmpp.StanzaError{Condition: "not-acceptable"}}})
			synctest.Wait()
		}
		refuse() // sent again at once
		for n, wait := range []time.Duration{againDelay, 2 * againDelay, 4 * againDelay} {
			refuse()
			w.Handle(xmpp.RoomLeft{Room: garde, Codes: []int{332}})
			time.Sleep(wait - time.Millisecond)
			synctest.Wait()
			same(t, "sent too early", len(w.Bodies()), 2+n)
			time.Sleep(time.Minute)
			synctest.Wait()
			same(t, "sent", len(w.Bodies()), 3+n)
		}
		refuse()
		same(t, "state", state(t, c, m.ID), Failed)
	})
}

func TestARefusalThatIsNotAboutBeingInTheGroupWaitsForTheUser(t *testing.T) {
	for name, change := range map[string]func(*xmpp.Message){
		"no right to speak":   func(m *xmpp.Message) { m.Error.Condition = "forbidden" },
		"of an occupant":      func(m *xmpp.Message) { m.From = must(garde.WithResource("Sophie")) },
		"of an error unknown": func(m *xmpp.Message) { m.Error = nil },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, w := inGarde(t)
				m, err := c.Send(id(garde), Text{Body: "refusé"})
				check(t, err)
				bounce := xmpp.Message{ID: string(m.ID), From: garde, Type: "error", Error: &xmpp.StanzaError{Condition: "not-acceptable"}}
				change(&bounce)
				w.Handle(xmpp.Bounced{Message: bounce})
				synctest.Wait()
				same(t, "state", state(t, c, m.ID), Failed)
				same(t, "entered", len(w.Joined()), 1)
			})
		})
	}
}

func TestAMessageIsSentAgainWhereTheArchiveHasItNot(t *testing.T) {
	for name, tt := range map[string]struct {
		lose func(*wiretest.Server)
		sent []string
	}{
		"the group has forgotten the account, and refuses it first": {
			func(*wiretest.Server) {}, []string{"perdu", "archivé", "perdu", "perdu"},
		},
		"its service stops, and says so": {
			func(w *wiretest.Server) { w.Handle(xmpp.RoomLeft{Room: garde, Codes: []int{332}}) }, []string{"perdu", "archivé", "perdu"},
		},
	} {
		t.Run(name, func(t *testing.T) { sentAgain(t, tt.lose, tt.sent) })
	}
}

func sentAgain(t *testing.T, lose func(*wiretest.Server), sent []string) {
	synctest.Test(t, func(t *testing.T) {
		c, w := inGarde(t)
		w.Change(func() { w.NoArchive = true })
		_, err := c.Send(id(garde), Text{Body: "perdu"}) // acknowledged by the server, and lost with the group's node
		check(t, err)
		w.Change(func() { w.NoArchive = false })
		_, err = c.Send(id(garde), Text{Body: "archivé"})
		check(t, err)
		w.Change(func() { w.NoReflection = true })
		w.Flow()
		w.Change(func() { w.NoReflection = false })
		same(t, "waiting for proof", c.Unsent(), 2)
		w.Restart(garde)
		lose(w)
		for range 12 {
			time.Sleep(5 * time.Second)
			synctest.Wait()
			w.Flow()
			synctest.Wait()
		}
		same(t, "sent", w.Bodies(), sent)
		same(t, "left", c.Unsent(), 0)
	})
}

func TestOnlyAQuietGroupIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, w := inGarde(t)
		for i := range 12 {
			time.Sleep(quiet / 2)
			w.Live(w.SaysIn("Sophie", fmt.Sprint(i)))
		}
		same(t, "one that speaks is not asked", pings(w), 0)
		time.Sleep(time.Minute)
		w.Cut()
		same(t, "a quiet one is", pings(w), 1)
		time.Sleep(time.Hour)
		same(t, "none without a connection", pings(w), 1)
	})
}

func TestAGroupThatCannotBeReachedIsAskedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, w := inGarde(t)
		w.Change(func() { w.NoPing = &xmpp.StanzaError{Type: "cancel", Condition: "remote-server-timeout"} })
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if n := pings(w); n < 4 || n > 7 {
			t.Errorf("asked %d times in five minutes", n)
		}
	})
}

func TestALockedClientStaysInItsGroups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := inGarde(t)
		w.SaysIn("Sophie", "lu")
		check(t, c.Lock())
		w.Restart(garde)
		time.Sleep(time.Minute)
		synctest.Wait()
		same(t, "entered again", len(w.Joined()), 2)
	})
}
