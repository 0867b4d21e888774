package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"discussions/messaging/model"
)

// TestOwnMessagesMeetTheirCopies has messages of the outbox come back in every way: each is there once, and known to have reached the server.
func TestOwnMessagesMeetTheirCopies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, done := quick(t)
		defer done()
		n := rapid.IntRange(1, 8).Draw(t, "messages")
		var archive []Fact
		confirmed := map[string]bool{}
		note := func(r Result, err error) {
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range r.Confirmed {
				confirmed[id] = true
			}
		}
		for i := range n {
			m := from(i)
			m.Own, m.Author, m.MsgID = true, me, m.OriginID
			if _, err := s.Queue(Outgoing{ID: m.OriginID, Conv: sophie, Content: m.Content, Time: m.Time}); err != nil {
				t.Fatal(err)
			}
			archive = append(archive, m)
		}
		for _, i := range rapid.Permutation(archive).Draw(t, "copies") {
			for range rapid.IntRange(0, 2).Draw(t, "times") {
				m := copied(i)
				if rapid.Bool().Draw(t, "no stanza-id") {
					m.Source().StanzaID = ""
				}
				note(s.Ingest(Batch{Origin: Live, Facts: []Fact{m}}))
			}
		}
		note(s.Ingest(Batch{Origin: Forward, Facts: archive, Complete: true}))
		p, err := s.Page(sophie, false, model.Cursor{}, 100, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Messages) != n || len(confirmed) != n {
			t.Fatalf("%d messages and %d confirmed, want %d", len(p.Messages), len(confirmed), n)
		}
		for i, m := range p.Messages {
			if m.State != model.Sent || m.Content != archive[i].(*NewMessage).Content {
				t.Fatalf("message %d is %v, %v", i, m.Content, m.State)
			}
		}
	})
}

// TestWhatTheUserSaysMeetsItsCopies makes what the user says about messages, by the outbox, come back in every way, between messages of others and
// with restarts between. In the end it shows as on a device that read the archive alone, and the server is known to have it.
func TestWhatTheUserSaysMeetsItsCopies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { meetsItsCopies(t, rapid.Bool().Draw(t, "group")) })
}

func meetsItsCopies(t *rapid.T, group bool) {
	want, done := quick(t)
	defer done()
	s, done := quick(t)
	defer done()
	conv, archiveID, me := model.ConversationID(sophie), model.OwnArchive, me
	if group {
		conv, archiveID = room, room
	}
	var archive []Fact
	confirmed := map[string]bool{}
	note := func(r Result, err error) {
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range r.Confirmed {
			confirmed[id] = true
		}
	}
	stanza := func(own bool) Stanza {
		n := len(archive)
		id := fmt.Sprintf("00000000-0000-4000-8000-%012d", n)
		st := Stanza{Conv: conv, Group: group, Author: sophie, Time: morning.Add(time.Duration(n) * time.Second), MsgID: id, OriginID: id, StanzaID: model.StanzaID(fmt.Sprint("s", n))}
		if group {
			st.Nick = "Sophie"
		}
		if own {
			st.Own, st.Author = true, me
		}
		return st
	}
	sent := 0
	say := func(o Outgoing, st Stanza) {
		o.ID, o.Conv, o.Group, o.Time = st.OriginID, conv, group, st.Time
		sent++
		var err error
		if o.IsMessage() {
			_, err = s.Queue(o)
		} else {
			_, err = s.Say(o)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var messages []*NewMessage
	for range rapid.IntRange(2, 12).Draw(t, "facts") {
		kind := rapid.SampledFrom([]string{"message", "own", "correct", "withdraw", "react", "react back"}).Draw(t, "kind")
		if len(messages) == 0 {
			kind = "own"
		}
		if kind == "message" || kind == "own" {
			m := &NewMessage{Stanza: stanza(kind == "own"), Content: model.Text{Body: fmt.Sprint("message ", len(archive))}, Markable: true}
			if m.Own {
				say(Outgoing{Content: m.Content}, m.Stanza)
			} else {
				note(s.Ingest(Batch{Origin: Live, Facts: []Fact{copied(m)}}))
			}
			messages = append(messages, m)
			archive = append(archive, m)
		} else {
			target := rapid.SampledFrom(messages).Draw(t, "about")
			st := stanza(true)
			wire, local := target.OriginID, target.OriginID
			if group {
				wire = string(target.StanzaID)
				if !target.Own {
					local = wire
				}
			}
			switch {
			case kind == "correct" && target.Own:
				m := &NewMessage{Stanza: st, Content: model.Text{Body: fmt.Sprint("corrected ", len(archive))}, Replaces: target.MsgID, Markable: true}
				say(Outgoing{Content: m.Content, Replaces: m.Replaces, About: local}, st)
				archive = append(archive, m)
			case kind == "withdraw" && target.Own:
				say(Outgoing{Retracts: true, About: local}, st)
				archive = append(archive, &Retraction{Stanza: st, Target: wire})
			case kind == "react" || kind == "react back":
				emoji := []string{"👍"}
				if kind == "react back" {
					emoji = nil
				}
				say(Outgoing{Reacts: true, Emoji: emoji, About: local}, st)
				archive = append(archive, &Reactions{Stanza: st, Target: wire, Emoji: emoji})
			}
		}
		for range rapid.IntRange(0, 2).Draw(t, "copies") { // live, as a group reflects them
			f := copied(rapid.SampledFrom(archive).Draw(t, "copy"))
			if !group {
				f.Source().StanzaID = ""
			}
			note(s.Ingest(Batch{Origin: Live, Facts: []Fact{f}}))
		}
		if rapid.IntRange(0, 3).Draw(t, "restart") == 0 {
			if err := s.ShowOutbox(); err != nil { // as the opening does
				t.Fatal(err)
			}
		}
	}
	last := archive[len(archive)-1].Source().StanzaID
	note(want.Ingest(Batch{Origin: Forward, Archive: archiveID, Facts: archive, Cursor: last, Complete: true}))
	clear(confirmed)
	size := rapid.IntRange(1, len(archive)).Draw(t, "page size")
	for from := 0; from < len(archive); from += size {
		to := min(len(archive), from+size)
		note(s.Ingest(Batch{Origin: Forward, Archive: archiveID, Facts: archive[from:to], Cursor: archive[to-1].Source().StanzaID, Complete: to == len(archive)}))
	}
	if len(confirmed) != sent {
		t.Fatalf("%d of %d are known to have reached the server", len(confirmed), sent)
	}
	if d := cmp.Diff(shows(t, want, conv, group).Messages, shows(t, s, conv, group).Messages); d != "" {
		t.Fatalf("-archive alone +by the outbox:\n%s", d)
	}
}

// copied gives a fact of its own, which a test may change.
func copied(f Fact) Fact {
	switch f := f.(type) {
	case *NewMessage:
		c := *f
		return &c
	case *Retraction:
		c := *f
		return &c
	case *Reactions:
		c := *f
		return &c
	case *Receipt:
		c := *f
		return &c
	case *Displayed:
		c := *f
		return &c
	case *Kept:
		c := *f
		return &c
	}
	return f
}

func TestWhatTheArchiveKeepsOfTheUser(t *testing.T) {
	s := open(t, t.TempDir())
	own := func(i int) *NewMessage {
		m := from(i)
		m.Own, m.Author, m.MsgID = true, me, m.OriginID
		return m
	}
	keeps := func(when string, want bool) {
		t.Helper()
		got, _, err := s.KeepsOwn(sophie)
		check(t, err)
		if got != want {
			t.Errorf("%s: %v", when, got)
		}
	}
	keeps("of somebody unknown", false)
	forward(t, s, []Fact{from(0)})
	keeps("of what others write nothing follows", false)
	forward(t, s, []Fact{own(1)})
	keeps("the newest is there", true)
	waiting := own(2)
	must[Message](t)(s.Queue(Outgoing{ID: waiting.OriginID, Conv: sophie, Content: waiting.Content, Time: waiting.Time}))
	keeps("what waits tells nothing", true)
	check(t, s.RemoveFromOutbox(waiting.OriginID))
	keeps("the newest has left the outbox, and is not there", false)
	forward(t, s, []Fact{waiting})
	keeps("now it is", true)
	discarded := must[Message](t)(s.Queue(Outgoing{ID: own(3).OriginID, Conv: sophie, Content: text("non"), Time: own(3).Time}))
	if _, _, err := s.Discard(discarded.OriginID); err != nil {
		t.Fatal(err)
	}
	keeps("what was never sent tells nothing", true)
}
