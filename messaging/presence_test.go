package messaging

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"

	"discussions/messaging/internal/wiretest"
	"discussions/messaging/xmpp"
)

// withPeople runs a test with a client that is online.
func withPeople(t *testing.T, test func(t *testing.T, c *Client, w *wiretest.Server)) {
	synctest.Test(t, func(t *testing.T) {
		w := wiretest.New()
		w.Contacts = []xmpp.RosterItem{{JID: sophie, Name: "Sophie Bernard", Subscription: "both"}}
		c := newTest(t, t.TempDir(), w)
		w.Connect(false)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		test(t, c, w)
	})
}

// says makes a device of Sophie tell its presence.
func says(w *wiretest.Server, device, kind, show, status string, priority int8) {
	from := must(sophie.WithResource(device))
	w.Handle(xmpp.PresenceReceived{Presence: xmpp.Presence{From: from, Type: kind, Show: show, Status: status, Priority: priority}})
	synctest.Wait()
}

func TestWhatTheDevicesOfAPersonSayTogether(t *testing.T) {
	type device struct {
		name, kind, show, status string
		priority                 int8
	}
	for _, tt := range []struct {
		name    string
		devices []device
		want    Presence
		status  string
	}{
		{"none", nil, Absent, ""},
		{"one is there", []device{{"a", "", "", "", 0}}, Available, ""},
		{"ready to chat", []device{{"a", "", "chat", "", 0}}, Available, ""},
		{"away", []device{{"a", "", "away", "En visite", 0}}, Away, "En visite"},
		{"away for long", []device{{"a", "", "xa", "", 0}}, Away, ""},
		{"busy", []device{{"a", "", "dnd", "Au bloc", 0}}, Busy, "Au bloc"},
		{"a word that nobody knows", []device{{"a", "", "zzz", "", 0}}, Available, ""},
		{"available on one, away on the other", []device{{"a", "", "away", "loin", 0}, {"b", "", "", "ici", 0}}, Available, "ici"},
		{"busy on one", []device{{"a", "", "", "", 0}, {"b", "", "dnd", "Au bloc", 0}}, Busy, "Au bloc"},
		{"the higher priority counts", []device{{"a", "", "away", "loin", 5}, {"b", "", "dnd", "", 0}}, Away, "loin"},
		{"a negative one counts alone", []device{{"a", "", "", "", -1}}, Available, ""},
		{"it left", []device{{"a", "", "", "", 0}, {"a", "unavailable", "", "", 0}}, Absent, ""},
		{"it changed", []device{{"a", "", "dnd", "Au bloc", 0}, {"a", "", "", "", 0}}, Available, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			withPeople(t, func(t *testing.T, c *Client, w *wiretest.Server) {
				for _, d := range tt.devices {
					says(w, d.name, d.kind, d.show, d.status, d.priority)
				}
				v := must(c.Conversation(id(sophie)))
				card := must(c.Card(id(sophie)))
				if v.Presence != tt.want || v.Status != tt.status || card.Presence != tt.want || card.Status != tt.status {
					t.Errorf("%v %q, on the card %v %q", v.Presence, v.Status, card.Presence, card.Status)
				}
			})
		})
	}
}

func TestAChangeOfPresenceIsToldAndNothingElse(t *testing.T) {
	withPeople(t, func(t *testing.T, c *Client, w *wiretest.Server) {
		told := 0
		defer c.Subscribe(func(e Event) {
			if e == (Event(ConversationChanged{id(sophie)})) {
				told++
			}
		})()
		says(w, "a", "", "", "", 0)
		says(w, "a", "", "", "", 0)
		says(w, "b", "", "away", "", 0)
		says(w, "a", "", "", "En visite", 0)
		if told != 2 {
			t.Errorf("told %d times", told)
		}
	})
}

func TestAPersonCannotFillTheMemoryWithDevices(t *testing.T) {
	withPeople(t, func(t *testing.T, c *Client, w *wiretest.Server) {
		for i := range 3 * mostDevices {
			says(w, fmt.Sprint("d", i), "", "", strings.Repeat("é", mostStatus), 0)
		}
		c.mu.RLock()
		defer c.mu.RUnlock()
		if n := len(c.presence[sophie.String()]); n != mostDevices {
			t.Errorf("%d devices", n)
		}
		for _, d := range c.presence[sophie.String()] {
			if len(d.status) > mostStatus {
				t.Errorf("%d bytes of status", len(d.status))
			}
		}
	})
}

// TestStrangersCannotFillTheMemory: a server sends presences of any number of people before a contact comes.
func TestStrangersCannotFillTheMemory(t *testing.T) {
	withPeople(t, func(t *testing.T, c *Client, w *wiretest.Server) {
		strangers(w)
		says(w, "a", "", "", "ici", 0)
		if n := len(c.presence); n > mostHeard+1 {
			t.Errorf("%d people are kept", n)
		}
		if v := must(c.Conversation(id(sophie))); v.Presence != Available {
			t.Errorf("the contact is %v", v.Presence)
		}
	})
}

// strangers has more people say that they are there than are kept.
func strangers(w *wiretest.Server) {
	for i := range mostHeard + 100 {
		from := jid.MustParse(fmt.Sprintf("s%d@ailleurs.example/x", i))
		w.Handle(xmpp.PresenceReceived{Presence: xmpp.Presence{From: from, Status: "ici"}})
	}
}

// TestStrangersDoNotCrowdOutContactsOfALockedAccount: locked, an account does not know its contacts.
func TestStrangersDoNotCrowdOutContactsOfALockedAccount(t *testing.T) {
	withPeople(t, func(t *testing.T, c *Client, w *wiretest.Server) {
		unlocked := func() {
			check(t, c.Unlock(key))
			synctest.Wait()
		}
		probes := func() (list []string) {
			w.Lock()
			defer w.Unlock()
			for _, p := range w.Presences {
				if p.Type == "probe" {
					list = append(list, p.To.String())
				}
			}
			return list
		}
		w.Contacts = []xmpp.RosterItem{{JID: sophie, Subscription: "both"}, {JID: julien, Subscription: "from"}}
		check(t, c.Lock())
		unlocked()
		same(t, "nobody is asked without need", probes(), []string(nil))
		check(t, c.Lock())
		strangers(w)
		says(w, "a", "", "", "ici", 0)
		unlocked()
		same(t, "asked", probes(), []string{sophie.String()})
		says(w, "a", "", "", "ici", 0) // the answer
		if v := must(c.Conversation(id(sophie))); v.Presence != Available {
			t.Errorf("the contact is %v", v.Presence)
		}
	})
}

// statuses are the presences for all that were sent, as "show status".
func statuses(w *wiretest.Server) (list []string) {
	w.Lock()
	defer w.Unlock()
	for _, p := range w.Presences {
		if p.To.Equal(jid.JID{}) && p.Type == "" {
			list = append(list, p.Show+" "+p.Status)
		}
	}
	return list
}

func TestTheOwnStatusIsToldUntilItEnds(t *testing.T) {
	withPeople(t, func(t *testing.T, c *Client, w *wiretest.Server) {
		var events []Event
		defer c.Subscribe(func(e Event) { events = append(events, e) })()
		until := time.Now().Add(time.Hour)
		check(t, c.SetStatus(Status{Presence: Busy, Text: " En visite jusqu’à 15:00 ", Until: until}))
		synctest.Wait()
		want := Status{Presence: Busy, Text: "En visite jusqu’à 15:00", Until: until}
		if d := cmp.Diff(want, c.Status()); d != "" || !slices.Contains(events, Event(StatusChanged{want})) {
			t.Error(d, events)
		}
		w.Cut()
		w.Connect(false) // a new session tells it again
		synctest.Wait()
		check(t, c.Lock())
		time.Sleep(time.Hour + time.Second) // it ends while the account is locked
		synctest.Wait()
		check(t, c.Unlock(key))
		if d := cmp.Diff([]string{" ", "dnd En visite jusqu’à 15:00", "dnd En visite jusqu’à 15:00", " "}, statuses(w)); d != "" {
			t.Error(d)
		}
		if got := c.Status(); got.Presence != Available || got.Text != "" {
			t.Errorf("%+v", got)
		}
	})
}

func TestTheOwnStatusOutlivesTheProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		for _, begun := range []bool{false, true} {
			w := wiretest.New()
			c := newClient(Config{JID: claire.String(), Name: "Dr Claire Martin", Dir: dir})
			c.wire, w.Handle = w, c.handle
			if err := c.SetStatus(Status{Presence: Away}); !errors.Is(err, ErrLocked) {
				t.Errorf("locked: %v", err)
			}
			check(t, c.Unlock(key))
			if begun {
				w.Connect(false)
				synctest.Wait()
				if d := cmp.Diff([]string{"away De garde"}, statuses(w)); d != "" {
					t.Error(d)
				}
			}
			check(t, c.SetStatus(Status{Presence: Away, Text: "De garde"}))
			check(t, c.Close())
		}
	})
}

func TestBlockingIsFollowedOnEveryDevice(t *testing.T) {
	withPeople(t, func(t *testing.T, c *Client, w *wiretest.Server) {
		blocked := func() bool { return must(c.Conversation(id(sophie))).Blocked }
		told := 0
		defer c.Subscribe(func(e Event) {
			if e == (Event(ConversationChanged{id(sophie)})) {
				told++
			}
		})()
		check(t, c.SetBlocked(t.Context(), id(sophie), true))
		synctest.Wait()
		if !blocked() || told != 1 || !must(c.Card(id(sophie))).Blocked {
			t.Errorf("blocked %v, told %d times", blocked(), told)
		}
		w.Handle(xmpp.PresenceReceived{Presence: xmpp.Presence{From: must(sophie.WithResource("x")), Status: "En visite"}})
		if v := must(c.Conversation(id(sophie))); v.Presence != Absent || v.Status != "" {
			t.Errorf("of whom is blocked nothing is told: %v, %q", v.Presence, v.Status)
		}
		told = 1
		w.BlockElsewhere(sophie, false)
		synctest.Wait()
		if last := w.Presences[len(w.Presences)-1]; !last.To.Equal(sophie) || last.Type != "" {
			t.Errorf("she is not told that the account is there: %+v", last)
		}
		if blocked() || told != 2 {
			t.Errorf("no longer, on another device: %v, told %d times", blocked(), told)
		}
		w.BlockElsewhere(sophie, true)
		w.Cut()
		w.Connect(false)
		synctest.Wait()
		if !blocked() {
			t.Error("forgotten in the next session")
		}
		w.Handle(xmpp.BlockListChanged{}) // nobody any more
		synctest.Wait()
		if blocked() {
			t.Error("blocked for ever")
		}
	})
}

func TestABlockedPersonAsksNoMoreToBeAContact(t *testing.T) {
	withPeople(t, func(t *testing.T, c *Client, w *wiretest.Server) {
		w.Handle(xmpp.PresenceReceived{Presence: xmpp.Presence{From: julien, Type: "subscribe"}})
		check(t, c.SetBlocked(t.Context(), id(julien), true))
		if n := len(c.ContactRequests()); n != 0 {
			t.Errorf("%d requests", n)
		}
	})
}

func TestWhereNobodyCanBeBlocked(t *testing.T) {
	withPeople(t, func(t *testing.T, c *Client, w *wiretest.Server) {
		w.NoBlocks = true
		if err := c.SetBlocked(t.Context(), id(sophie), true); !errors.Is(err, ErrNotOffered) {
			t.Errorf("not offered: %v", err)
		}
		w.NoBlocks = false
		w.Cut()
		if err := c.SetBlocked(t.Context(), id(sophie), true); !errors.Is(err, ErrOffline) {
			t.Errorf("offline: %v", err)
		}
		check(t, c.Lock())
		if err := c.SetBlocked(t.Context(), id(sophie), true); !errors.Is(err, ErrLocked) {
			t.Errorf("locked: %v", err)
		}
		if err := c.SetBlocked(t.Context(), id(claire), true); !errors.Is(err, ErrNoConversation) {
			t.Errorf("oneself: %v", err)
		}
	})
}

func TestACardIsFetchedAndKept(t *testing.T) {
	withPeople(t, func(t *testing.T, c *Client, w *wiretest.Server) {
		w.Cards = map[string]xmpp.VCard{julien.String(): {
			FullName: "Dr Julien Roux", Role: "Cardiologue", Org: "CHU de Montpellier", Unit: "Cardiologie", Place: "Montpellier", Mail: "j@example.org", Phone: "+33 4 00 00 00 00",
		}}
		want := Card{
			ID: id(julien), Name: "Dr Julien Roux", Plain: "Dr Julien Roux", Job: "Cardiologue", Org: "CHU de Montpellier", Unit: "Cardiologie", Place: "Montpellier",
			Mail: "j@example.org", Phone: "+33 4 00 00 00 00",
		}
		if before := must(c.Card(id(julien))); before.Name != "Julien" || before.Job != "" {
			t.Errorf("before: %+v", before)
		}
		got := must(c.FetchCard(t.Context(), id(julien)))
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		w.CardErrs = map[string]error{julien.String(): &xmpp.StanzaError{Condition: "internal-server-error"}}
		if d := cmp.Diff(want, must(c.FetchCard(t.Context(), id(julien)))); d != "" {
			t.Error("an error of the server: ", d)
		}
		w.Cut()
		if _, err := c.FetchCard(t.Context(), id(julien)); !errors.Is(err, ErrOffline) {
			t.Errorf("offline: %v", err)
		}
		check(t, c.Lock())
		check(t, c.Unlock(key))
		if d := cmp.Diff(want, must(c.Card(id(julien)))); d != "" {
			t.Error("after a lock: ", d)
		}
	})
}

func TestAPersonIsAskedToBeAContact(t *testing.T) {
	withPeople(t, func(t *testing.T, c *Client, w *wiretest.Server) {
		check(t, c.AskToBeContact(id(julien)))
		var kinds []string
		for _, p := range w.Presences {
			if p.To.Equal(julien) {
				kinds = append(kinds, p.Type)
			}
		}
		if d := cmp.Diff([]string{"subscribe", "subscribed"}, kinds); d != "" {
			t.Error(d)
		}
		w.Cut()
		if err := c.AskToBeContact(id(julien)); !errors.Is(err, ErrOffline) {
			t.Errorf("offline: %v", err)
		}
	})
}
