//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"discussions/internal/sandboxtest"
	"discussions/messaging"
)

func TestOnARealServer(t *testing.T) {
	s := sandboxtest.Start(t, "--history", "5000")
	for _, test := range []struct {
		name string
		f    func(*testing.T, *sandboxtest.Sandbox)
	}{
		{"a fresh account draws its list at once", freshAccount},
		{"a long history is paged back to its beginning", longHistory},
		{"a message is delivered and read, with typing before it", delivery},
		{"a group", group},
		{"a group with a namesake", namesakes},
		{"a group that another device bookmarks", bookmarks},
		{"a group that is made, run and left", ownGroup},
		{"a group that is left while nobody is there", ownGroupLeftAlone},
		{"a group and another program", groupElsewhere},
		{"a group that lets nobody in", func(t *testing.T, s *sandboxtest.Sandbox) { refusingGroup(t, s, messaging.NotRefused, true) }},
		{"a group's picture", groupPicture},
		{"a group of a colleague", groupOfAColleague},
		{"who leaves a group leaves its list", leaving},
		{"a bookmark of an older program", oldBookmarks},
		{"two devices of one person", twoDevices},
		{"what people do with messages, with another program", anotherProgram},
		{"files", filesWith},
		{"a device that was away", awayDevices},
		{"messages while locked", whileLocked},
		{"a request to be a contact", contactRequest},
		{"people, with another program", peopleElsewhere},
		{"a colleague who blocks the account", blockedByAColleague},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			t.Cleanup(func() { goleak.VerifyNone(t, before) })
			test.f(t, s)
		})
	}
}

func freshAccount(t *testing.T, s *sandboxtest.Sandbox) {
	d := newDevice(t, s, s.Claire(), t.TempDir())
	begun := time.Now()
	d.Start()
	full := func() bool {
		list, err := d.Conversations()
		check(t, err)
		with := 0
		for _, v := range list {
			if v.Last != nil {
				with++
			}
		}
		return len(list) >= 10 && with >= 3
	}
	d.until(t, "the list", full)
	t.Logf("list after %v", time.Since(begun).Round(time.Millisecond))
	d.until(t, "a job", func() bool { return d.conversation(t, s.Julien().JID).Detail != "" })
	same(t, "name", d.conversation(t, s.Julien().JID).Name, s.Julien().Name)
	same(t, "unread", d.Unread(), 0)
}

func longHistory(t *testing.T, s *sandboxtest.Sandbox) {
	d := start(t, s, s.Claire())
	begun := time.Now()
	seen := map[messaging.MessageID]bool{}
	last, before, pages := time.Time{}, messaging.Cursor{}, 0
	for {
		p, err := d.History(t.Context(), s.Sophie().JID, before, 50)
		check(t, err)
		for i := len(p.Messages) - 1; i >= 0; i-- {
			m := p.Messages[i]
			if seen[m.ID] || !before.IsZero() && !m.Cursor.Before(before) {
				t.Fatalf("message %d comes twice or out of order", len(seen))
			}
			if !last.IsZero() && m.Time.After(last) {
				t.Fatalf("message %d is newer than the one after it", len(seen))
			}
			seen[m.ID], last = true, m.Time
		}
		pages++
		if p.Start {
			break
		}
		if len(p.Messages) == 0 {
			t.Fatal("an empty page that is not the first")
		}
		before = p.Messages[0].Cursor
	}
	t.Logf("%d messages, %d pages in %v", len(seen), pages, time.Since(begun).Round(time.Millisecond))
	if len(seen) < 5000 {
		t.Errorf("%d messages of 5000", len(seen))
	}
}

func delivery(t *testing.T, s *sandboxtest.Sandbox) {
	claire, paul := start(t, s, s.Claire()), start(t, s, s.Paul())
	to, from := s.Paul().JID, s.Claire().JID
	claire.until(t, "Paul", func() bool { return claire.conversation(t, to).Presence == messaging.Available })
	paul.until(t, "a name", func() bool { return paul.conversation(t, from).Name == s.Claire().Name })
	claire.SetTyping(to, true)
	paul.until(t, "typing", func() bool { return len(paul.conversation(t, from).Typing) == 1 })
	same(t, "who", paul.conversation(t, from).Typing, []string{s.Claire().Name})
	m, err := claire.Send(to, "Bonjour Paul, as-tu vu œdème < & > ?")
	check(t, err)
	reached := func(state messaging.State) func() bool {
		return func() bool {
			return claire.got(func(ev messaging.Event) bool {
				e, ok := ev.(messaging.MessageChanged)
				return ok && e.Message.ID == m.ID && e.Message.State == state
			})
		}
	}
	claire.until(t, "delivered", reached(messaging.Delivered))
	paul.until(t, "received", func() bool { return paul.has(from, body(m)) })
	same(t, "typing ended", len(paul.conversation(t, from).Typing), 0)
	same(t, "unread", paul.conversation(t, from).Unread, 1)
	check(t, paul.MarkRead(from))
	claire.until(t, "read", reached(messaging.Read))
	same(t, "unread", paul.Unread(), 0)
	claire.until(t, "outbox empty", func() bool { return claire.Unsent() == 0 })
}

func group(t *testing.T, s *sandboxtest.Sandbox) {
	var g sandboxtest.Group
	for _, v := range s.Groups {
		if slices.Contains(v.Members, s.Claire().JID) {
			g = v
		}
	}
	d := start(t, s, s.Claire())
	d.until(t, "members", func() bool { return len(d.Members(g.JID)) == len(g.Members) })
	d.until(t, "jobs", func() bool {
		return !slices.ContainsFunc(d.Members(g.JID), func(m messaging.Member) bool { return m.Job == "" && m.JID != s.Claire().JID })
	})
	v := d.conversation(t, g.JID)
	same(t, "name", v.Name, g.Name)
	m, err := d.Send(g.JID, "Bonjour à tous")
	check(t, err)
	d.until(t, "sent", func() bool { return d.Unsent() == 0 })
	var other string
	for _, jid := range g.Members {
		if jid != s.Claire().JID && jid != s.Paul().JID {
			other = jid
		}
	}
	s.Say(t, other, g.JID, "Bonjour Claire")
	d.until(t, "an answer", func() bool { return d.has(g.JID, "Bonjour Claire") })
	p, err := d.History(t.Context(), g.JID, messaging.Cursor{}, 50)
	check(t, err)
	var ours, theirs int
	for _, v := range p.Messages {
		if v.ID == m.ID {
			ours++
			same(t, "own", v.Own, true)
			same(t, "state", v.State, messaging.Sent)
		}
		if body(v) == "Bonjour Claire" {
			theirs++
			same(t, "author", v.AuthorJID, other)
		}
	}
	same(t, "each once", [2]int{ours, theirs}, [2]int{1, 1})
}

func twoDevices(t *testing.T, s *sandboxtest.Sandbox) {
	one, two, paul := start(t, s, s.Claire()), start(t, s, s.Claire()), start(t, s, s.Paul())
	me, peer := s.Claire().JID, s.Paul().JID
	m, err := one.Send(peer, "depuis le premier poste")
	check(t, err)
	two.until(t, "the carbon", func() bool { return two.has(peer, body(m)) })
	v := two.conversation(t, peer)
	same(t, "own", v.Last.Own, true)
	_, err = paul.Send(me, "réponse")
	check(t, err)
	for _, d := range []*device{one, two} {
		d.until(t, "the answer", func() bool { return d.has(peer, "réponse") })
		same(t, "unread", d.conversation(t, peer).Unread, 1)
	}
	check(t, one.MarkRead(peer))
	two.until(t, "read elsewhere", func() bool { return two.conversation(t, peer).Unread == 0 })

	check(t, one.MarkUnread(messaging.ConversationID(peer)))
	two.until(t, "marked as unread", func() bool { return two.conversation(t, peer).MarkedUnread })
	check(t, two.MarkRead(peer))
	one.until(t, "read again", func() bool { return !one.conversation(t, peer).MarkedUnread })
	visit := messaging.Status{Presence: messaging.Away, Text: "En visite jusqu'à 15 h", Until: time.Now().Add(time.Hour).UTC().Round(time.Microsecond)}
	check(t, one.SetStatus(visit))
	shared := func(d *device) func() bool {
		return func() bool {
			v := d.Status()
			return v.Text == visit.Text && v.Presence == visit.Presence && v.Until.Equal(visit.Until)
		}
	}
	two.until(t, "the same status", shared(two))
	three := start(t, s, s.Claire())
	three.until(t, "the same status at the first start", shared(three))
	check(t, three.SetStatus(messaging.Status{}))
	one.until(t, "its end", func() bool { return one.Status() == messaging.Status{Presence: messaging.Available} })

	// In a group too, and by a device that is not running meanwhile.
	room := groupWith(t, s)
	_, err = paul.Send(room, "à tous")
	check(t, err)
	for _, d := range []*device{one, two} {
		d.until(t, "the message to all", func() bool { return d.has(room, "à tous") })
	}
	check(t, one.MarkRead(room))
	two.until(t, "read in the group", func() bool { return two.conversation(t, room).Unread == 0 })
}

// groupWith is a group that has Claire and Paul.
func groupWith(t *testing.T, s *sandboxtest.Sandbox) string {
	t.Helper()
	for _, g := range s.Groups {
		if slices.Contains(g.Members, s.Claire().JID) && slices.Contains(g.Members, s.Paul().JID) {
			return g.JID
		}
	}
	t.Fatal("no such group")
	return ""
}

// awayDevices is about what happens to a device that is not running: it learns it from the archive.
func awayDevices(t *testing.T, s *sandboxtest.Sandbox) {
	one, paul := start(t, s, s.Claire()), start(t, s, s.Paul())
	me, peer := s.Claire().JID, s.Paul().JID
	dir := t.TempDir()
	away := newDevice(t, s, s.Claire(), dir)
	away.Start()
	away.synced(t)
	m, err := away.Send(peer, "lu pendant mon absence ?")
	check(t, err)
	paul.until(t, "the question", func() bool { return paul.has(me, body(m)) })
	away.until(t, "outbox empty", func() bool { return away.Unsent() == 0 })
	check(t, away.Close())
	check(t, paul.MarkRead(me))
	_, err = paul.Send(me, "oui, lu")
	check(t, err)
	one.until(t, "the answer", func() bool { return one.has(peer, "oui, lu") })
	check(t, one.MarkRead(peer))
	paul.until(t, "its marker", func() bool { return paul.conversation(t, me).Last.State == messaging.Read })

	away = newDevice(t, s, s.Claire(), dir)
	away.Start()
	away.until(t, "the answer", func() bool { return away.has(peer, "oui, lu") })
	away.until(t, "read elsewhere", func() bool { return away.conversation(t, peer).Unread == 0 })
	p, err := away.History(t.Context(), peer, messaging.Cursor{}, 2)
	check(t, err)
	same(t, "own", body(p.Messages[0]), body(m))
	same(t, "state", p.Messages[0].State, messaging.Read)
}

func whileLocked(t *testing.T, s *sandboxtest.Sandbox) {
	claire, paul := start(t, s, s.Claire()), start(t, s, s.Paul())
	me, peer := s.Claire().JID, s.Paul().JID
	say := func(lo, hi int) {
		for i := lo; i < hi; i++ {
			_, err := paul.Send(me, fmt.Sprint("verrou ", i))
			check(t, err)
		}
	}
	claire.until(t, "all read", func() bool { return claire.Unread() == 0 || claire.MarkRead(peer) == nil && claire.Unread() == 0 })
	say(0, 10)
	check(t, claire.Lock())
	say(10, 30)
	claire.until(t, "counted", func() bool { return claire.Unread() == 30 })
	check(t, claire.Unlock(cacheKey))
	say(30, 40)
	claire.until(t, "unread", func() bool { return claire.Unread() == 40 })
	var want []string
	for i := range 40 {
		want = append(want, fmt.Sprint("verrou ", i))
	}
	same(t, "messages", claire.bodies(t, peer, 40), want)
}

// holds waits until a conversation's newest messages hold all of want, in that order, and checks that none of this test is there twice.
func (d *device) holds(t *testing.T, id string, n int, want []string) {
	t.Helper()
	var bodies, got []string
	defer func() {
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-archive +shown):\n%s", id, d)
		}
	}()
	d.until(t, "everything in order", func() bool {
		bodies = d.bodies(t, id, 2*n+100) // others may write as well
		got = slices.DeleteFunc(slices.Clone(bodies), func(b string) bool { return !slices.Contains(want, b) })
		return slices.Equal(got, want)
	})
	count := map[string]int{}
	for _, b := range bodies {
		if count[b]++; count[b] > 1 && strings.HasPrefix(b, t.Name()) {
			t.Errorf("%s is there %d times", b, count[b])
		}
	}
}
