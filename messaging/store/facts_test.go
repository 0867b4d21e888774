package store

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"discussions/messaging/model"
)

// by makes the stanza of somebody else's or an own message.
func by(author string, i int) Stanza {
	st := from(i).Stanza
	st.Author = author
	if author == me {
		st.Own = true
	}
	return st
}

// shown gives the texts of sophie's conversation.
func shownTo(t testing.TB, s *Store) []string {
	t.Helper()
	return bodies(must[Page](t)(s.Page(sophie, false, model.Cursor{}, 100, 0)).Messages)
}

// A client that numbers its ids from 1 again.
func TestTwoStanzaIDsAreTwoMessages(t *testing.T) {
	for _, way := range []string{"live", "archive"} {
		t.Run(way, func(t *testing.T) {
			s := open(t, t.TempDir())
			var page []Fact
			for i, body := range []string{"Oui", "Autre question ?", "Oui"} {
				m := from(i)
				m.MsgID, m.OriginID, m.Content = []string{"2", "3", "2"}[i], "", text(body)
				page = append(page, m)
			}
			if way == "live" {
				live(t, s, page...)
			}
			forward(t, s, page)
			if d := cmp.Diff([]string{"Oui", "Autre question ?", "Oui"}, shownTo(t, s)); d != "" {
				t.Error(d)
			}
			if v, _, _ := s.Conversation(sophie); v.Unread != 3 {
				t.Errorf("unread %d", v.Unread)
			}
		})
	}
}

func TestAShortOriginIDIsNoProofThatAMessageWasSentAgain(t *testing.T) {
	s := open(t, t.TempDir())
	first, second := from(1), from(2)
	second.OriginID, second.MsgID, second.Content = first.OriginID, first.MsgID, first.Content
	forward(t, s, []Fact{first, second})
	if got := shownTo(t, s); len(got) != 2 {
		t.Error(got)
	}
}

// After a connection was lost, a client sends again what was not acknowledged, and the archive has both.
func TestAMessageThatWasSentAgainIsShownOnce(t *testing.T) {
	const id = "6a8b1c0e-0000-4000-8000-000000000001"
	again := func(i int) *NewMessage {
		m := from(i)
		m.OriginID, m.MsgID, m.Content = id, id, text("une fois")
		return m
	}
	for name, in := range map[string]func(s *Store){
		"in one page":                       func(s *Store) { forward(t, s, []Fact{again(1), from(2), again(3)}) },
		"in two pages":                      func(s *Store) { forward(t, s, []Fact{again(1), from(2)}); forward(t, s, []Fact{again(3)}) },
		"live, then in the archive":         func(s *Store) { live(t, s, again(3)); forward(t, s, []Fact{again(1), from(2), again(3)}) },
		"the page is read twice":            func(s *Store) { p := []Fact{again(1), from(2), again(3)}; forward(t, s, p); forward(t, s, p) },
		"the second copy is read by itself": func(s *Store) { forward(t, s, []Fact{again(1), from(2), again(3)}); forward(t, s, []Fact{again(3)}) },
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, t.TempDir())
			in(s)
			if d := cmp.Diff([]string{"une fois", "message 2"}, shownTo(t, s)); d != "" {
				t.Error(d)
			}
		})
	}
	s := open(t, t.TempDir())
	other := again(2)
	other.Author = "paul@example.org"
	forward(t, s, []Fact{again(1), other})
	if got := shownTo(t, s); len(got) != 2 {
		t.Errorf("somebody else's message with the same id was hidden: %v", got)
	}
}

// ejabberd gives a message its id and delivers it before its archive can be asked for it.
func TestARowThatAPageLacksComesInItsPlace(t *testing.T) {
	s := open(t, t.TempDir())
	forward(t, s, span(0, 1))
	live(t, s, from(1))
	page := func(cursor model.StanzaID, facts ...Fact) {
		if _, err := s.Ingest(Batch{Origin: Forward, Facts: facts, Cursor: cursor, Complete: true}); err != nil {
			t.Fatal(err)
		}
	}
	page("s00001", from(1), from(3))
	live(t, s, from(2), from(3))
	page("s00003", from(2), from(3))
	if d := cmp.Diff([]string{"message 0", "message 1", "message 2", "message 3"}, shownTo(t, s)); d != "" {
		t.Error(d)
	}
}

func TestACorrectionReplacesWhateverComesFirst(t *testing.T) {
	original := from(1)
	original.Content = text("Donner 10 mg")
	first := &NewMessage{Stanza: from(2).Stanza, Content: text("Donner 5 mg"), Replaces: "m1"}
	second := &NewMessage{Stanza: from(3).Stanza, Content: text("Donner 1 mg"), Replaces: "m1"}
	forged := &NewMessage{Stanza: by(me, 4), Content: text("Donner 100 mg"), Replaces: "m1"}
	for name, order := range map[string][]Fact{
		"in order":             {original, first, second, forged},
		"corrections first":    {second, first, forged, original},
		"original in between":  {first, original, forged, second},
		"each of them doubled": {first, first, original, original, second, second, forged, forged},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, t.TempDir())
			live(t, s, order...)
			forward(t, s, []Fact{original, first, second, forged})
			p := must[Page](t)(s.Page(sophie, false, model.Cursor{}, 10, 0))
			if d := cmp.Diff([]string{"Donner 1 mg", "Donner 100 mg"}, bodies(p.Messages)); d != "" {
				t.Fatal(d)
			}
			if m := p.Messages[0]; !m.Edited.Equal(second.Time) || !m.Time.Equal(original.Time) {
				t.Errorf("edited %v, written %v", m.Edited, m.Time)
			}
			if v, _, _ := s.Conversation(sophie); v.Unread != 0 { // the forged one is an own message, so everything before it was read
				t.Errorf("unread %d", v.Unread)
			}
		})
	}
}

func TestACorrectionTellsWhatChanges(t *testing.T) {
	s := open(t, t.TempDir())
	kinds := func(r Result) (list []string) {
		for _, c := range r.Changes {
			list = append(list, fmt.Sprint([]string{"changed", "added", "moved", "removed"}[c.Kind], " ", model.PlainText(c.Message.Content)))
		}
		return list
	}
	correction := &NewMessage{Stanza: from(2).Stanza, Content: text("bien"), Replaces: "m1"}
	if d := cmp.Diff([]string{"added bien"}, kinds(live(t, s, correction))); d != "" {
		t.Errorf("while its message is not here it is shown as one: %s", d)
	}
	older := from(1)
	r, err := s.Ingest(Batch{Origin: Forward, Facts: []Fact{older, correction}, Complete: true})
	check(t, err)
	if d := cmp.Diff([]string{"added bien", "removed bien"}, kinds(r)); d != "" {
		t.Error(d)
	}
	if v, _, _ := s.Conversation(sophie); v.Unread != 1 || model.PlainText(v.Last.Content) != "bien" {
		t.Errorf("the list shows %d unread, %v", v.Unread, v.Last.Content)
	}
}

func TestWhatIsWithdrawnIsGone(t *testing.T) {
	secretly := from(1)
	secretly.Content = text(canary)
	correction := &NewMessage{Stanza: from(2).Stanza, Content: text(canary + ", encore"), Replaces: "m1"}
	gone := &Retraction{Stanza: from(3).Stanza, Target: "m1"}
	for name, order := range map[string][]Fact{
		"in order":             {secretly, correction, gone},
		"the retraction first": {gone, correction, secretly},
		"again after it":       {secretly, gone, secretly, correction},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, t.TempDir())
			live(t, s, order...)
			forward(t, s, []Fact{secretly, correction, gone})
			p := must[Page](t)(s.Page(sophie, false, model.Cursor{}, 10, 0))
			if len(p.Messages) != 1 || p.Messages[0].Content != (model.Retracted{At: gone.Time, ByJID: sophie}) {
				t.Fatalf("%+v", p.Messages)
			}
			check(t, s.with("look", func(d *conn) error {
				left, err := d.strings("SELECT body FROM cache.messages WHERE instr(body, 'Quoquelicot') OR instr(payload, 'Quoquelicot')")
				if len(left) > 0 {
					t.Errorf("left: %q", left)
				}
				return err
			}))
		})
	}
}

func TestOnlyTheAuthorOrAModeratorWithdraws(t *testing.T) {
	s := open(t, t.TempDir())
	mine := &NewMessage{Stanza: by(me, 4), Content: text("à moi")}
	live(t, s, from(1), mine, &Retraction{Stanza: by(me, 5), Target: "m1"}, &Retraction{Stanza: by(sophie, 6), Target: "m4"},
		&Retraction{Stanza: by(sophie, 7), Target: "m4", Moderated: true}) // nobody moderates a conversation of two
	if d := cmp.Diff([]string{"message 1", "à moi"}, shownTo(t, s)); d != "" {
		t.Error(d)
	}

	in := func(nick string, i int) Stanza {
		st := from(i).Stanza
		st.Conv, st.Group, st.Author, st.Nick = room, true, room+"/"+nick, nick
		return st
	}
	first, second := &NewMessage{Stanza: in("Sophie", 1), Content: text("un")}, &NewMessage{Stanza: in("Sophie", 2), Content: text("deux")}
	live(t, s, first, second, &Retraction{Stanza: in("Paul", 3), Target: "s00001"}, &Retraction{Stanza: in("", 4), Target: "s00002", Moderated: true, By: "paul@example.org"})
	p := must[Page](t)(s.Page(room, true, model.Cursor{}, 10, 0))
	if p.Messages[0].Content != text("un") {
		t.Errorf("another member withdrew it: %v", p.Messages[0].Content)
	}
	if gone, ok := p.Messages[1].Content.(model.Retracted); !ok || gone.ByJID != "paul@example.org" {
		t.Errorf("the moderator did not: %v", p.Messages[1].Content)
	}
}

func TestTheNewestReactionsOfEachPersonCount(t *testing.T) {
	s := open(t, t.TempDir())
	react := func(author string, i int, emoji ...string) Fact {
		return &Reactions{Stanza: by(author, i), Target: "m1", Emoji: emoji}
	}
	live(t, s, react(sophie, 5, "❤"), react(me, 6, "👍"), from(1))
	forward(t, s, []Fact{from(1), react(sophie, 2, "👍"), react(me, 3, "🎉"), react(sophie, 5, "❤"), react(me, 6, "👍")})
	get := func() []Reaction {
		return must[Page](t)(s.Page(sophie, false, model.Cursor{}, 10, 0)).Messages[0].Reacted
	}
	if d := cmp.Diff([]Reaction{{Author: sophie, Emoji: []string{"❤"}}, {Author: me, Own: true, Emoji: []string{"👍"}}}, get()); d != "" {
		t.Error(d)
	}
	live(t, s, react(sophie, 7))
	if d := cmp.Diff([]Reaction{{Author: me, Own: true, Emoji: []string{"👍"}}}, get()); d != "" {
		t.Errorf("taken back: %s", d)
	}
}

// Somebody says the same of one message again and again: only the newest of it is kept, so that the next one takes no longer.
func TestWhatOnePersonSaysOfAMessageIsBounded(t *testing.T) {
	s := open(t, t.TempDir())
	live(t, s, from(1), &Reactions{Stanza: by(me, 1), Target: "m1", Emoji: []string{"👍"}})
	const many = 3 * mostRepeated
	for i := range many {
		live(t, s, &Reactions{Stanza: by(sophie, 2+i), Target: "m1", Emoji: []string{fmt.Sprint(i)}})
		live(t, s, &Retraction{Stanza: by(sophie, 2+many+i), Target: "nothing"})
	}
	for kind, want := range map[factKind]int64{factReactions: mostRepeated + 1, factRetraction: mostRepeated} {
		var kept int64
		must[int64](t)(0, s.with("count", func(d *conn) (err error) {
			kept, err = d.number("SELECT count(*) FROM cache.relations WHERE kind = ?1", int(kind))
			return err
		}))
		if kept != want {
			t.Errorf("%d facts of kind %d are kept", kept, kind)
		}
	}
	got := must[Page](t)(s.Page(sophie, false, model.Cursor{}, 10, 0)).Messages[0].Reacted
	if d := cmp.Diff([]Reaction{{Author: me, Own: true, Emoji: []string{"👍"}}, {Author: sophie, Emoji: []string{fmt.Sprint(many - 1)}}}, got); d != "" {
		t.Error(d)
	}
}

func TestAReceiptThatComesFirstWaits(t *testing.T) {
	s := open(t, t.TempDir())
	own := func(i int) *NewMessage {
		return &NewMessage{Stanza: by(me, i), Content: text(fmt.Sprint("à moi ", i))}
	}
	forward(t, s, []Fact{&Receipt{Stanza: from(8).Stanza, Target: "m2"}, &Displayed{Stanza: from(9).Stanza, Target: "m1"}})
	page := []Fact{own(1), own(2), own(3)}
	gap := *must[Page](t)(s.Page(sophie, false, model.Cursor{}, 10, 0)).Older
	if _, err := s.Ingest(Batch{Origin: Older, Facts: page, Gap: gap, Complete: true}); err != nil {
		t.Fatal(err)
	}
	var got []model.State
	for _, m := range must[Page](t)(s.Page(sophie, false, model.Cursor{}, 10, 0)).Messages {
		got = append(got, m.State)
	}
	if d := cmp.Diff([]model.State{model.Read, model.Delivered, model.Sent}, got); d != "" {
		t.Error(d)
	}
}

func TestAForgedMarkerReadsNothing(t *testing.T) {
	s := open(t, t.TempDir())
	_, err := s.Queue(Outgoing{ID: "mine", Conv: sophie, Content: text("à moi"), Time: morning})
	check(t, err)
	other := from(2).Stanza
	other.Conv, other.Author = "julien@example.org", "julien@example.org"
	live(t, s, from(1), &Displayed{Stanza: other, Target: "mine"}, &Receipt{Stanza: other, Target: "mine"}, &Receipt{Stanza: from(3).Stanza, Target: "m1"})
	for _, m := range must[Page](t)(s.Page(sophie, false, model.Cursor{}, 10, 0)).Messages {
		if m.State != model.Queued && m.State != model.Received {
			t.Errorf("%v is %v", m.Content, m.State)
		}
	}
}

func TestFactsAboutNothingAreBounded(t *testing.T) {
	s := open(t, t.TempDir())
	var facts []Fact
	for i := range maxWaiting + 50 {
		facts = append(facts, &Receipt{Stanza: from(i).Stanza, Target: fmt.Sprint("nobody-knows-", i)})
	}
	r, err := s.Ingest(Batch{Origin: Live, Facts: facts})
	check(t, err)
	if r.Refused != 50 {
		t.Errorf("%d refused", r.Refused)
	}
	check(t, s.with("count", func(d *conn) error {
		n, err := d.number("SELECT count(*) FROM cache.relations")
		if n != maxWaiting {
			t.Errorf("%d wait", n)
		}
		return err
	}))
}

func TestAnAnswerFindsItsOriginal(t *testing.T) {
	s := open(t, t.TempDir())
	live(t, s, from(1), &NewMessage{Stanza: from(2).Stanza, Content: text("oui"), Reply: &Reply{ID: "m1", Author: sophie}},
		&NewMessage{Stanza: from(3).Stanza, Content: text("non"), Reply: &Reply{ID: "long-ago", Fallback: "autrefois"}})
	p := must[Page](t)(s.Page(sophie, false, model.Cursor{}, 10, 0))
	if q := p.Messages[1].Quoted; q == nil || q.Row != p.Messages[0].Row {
		t.Errorf("%+v", q)
	}
	if m := p.Messages[2]; m.Quoted != nil || m.Reply.Fallback != "autrefois" {
		t.Errorf("%+v", m)
	}
}

func TestADiscardedMessageStaysAway(t *testing.T) {
	s := open(t, t.TempDir())
	const id = "6a8b1c0e-0000-4000-8000-000000000002"
	_, err := s.Queue(Outgoing{ID: id, Conv: sophie, Content: text("refusé"), Time: morning})
	check(t, err)
	_, _, err = s.Fail(sophie, id, "forbidden")
	check(t, err)
	if _, found, err := s.Discard(id); !found || err != nil {
		t.Fatal(found, err)
	}
	m := &NewMessage{Stanza: by(me, 1), Content: text("refusé")}
	m.MsgID, m.OriginID = id, id
	forward(t, s, []Fact{m}) // the archive had it nevertheless
	if got := shownTo(t, s); len(got) != 0 {
		t.Errorf("shown: %v", got)
	}
}

func TestAClosedStoreSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, t.TempDir())
		release := make(chan struct{})
		go func() { _ = s.with("a slow disk", func(*conn) error { <-release; return nil }) }()
		synctest.Wait()
		closed := false
		go func() { check(t, s.Close()); closed = true }()
		synctest.Wait()
		if closed {
			t.Error("closed while something was being written")
		}
		close(release)
		synctest.Wait()
		if _, err := s.TotalUnread(); !closed || !errors.Is(err, ErrClosed) {
			t.Errorf("closed %v: %v", closed, err)
		}
	})
}
