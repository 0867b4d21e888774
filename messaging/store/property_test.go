package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"discussions/messaging/model"
)

// quick opens a new store, in memory where the system offers files there: a property needs hundreds.
func quick(t *rapid.T) (s *Store, done func()) {
	parent := "/dev/shm"
	if _, err := os.Stat(parent); err != nil || !filepath.IsAbs(parent) { // it is not on Windows
		parent = ""
	}
	dir, err := os.MkdirTemp(parent, "store-test-")
	if err != nil {
		t.Fatal(err)
	}
	if s, err = Open(dir, testKey); err != nil {
		t.Fatal(err)
	}
	return s, func() {
		if err := errors.Join(s.Close(), os.RemoveAll(dir)); err != nil {
			t.Error(err)
		}
	}
}

// drawArchive makes what an archive holds of a conversation, oldest first: messages of both sides, and what they say about one another.
func drawArchive(t *rapid.T, group bool) (archive []Fact) {
	n := rapid.IntRange(1, 24).Draw(t, "facts")
	at := morning
	var messages []*NewMessage // what others can be about
	for i := range n {
		at = at.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "seconds")) * time.Second) // coarse stamps: many are equal
		st := Stanza{
			Conv: sophie, Author: sophie, Time: at, MsgID: fmt.Sprint("m", i), StanzaID: model.StanzaID(fmt.Sprintf("s%05d", i)),
		}
		who := rapid.IntRange(0, 2).Draw(t, "author")
		if group {
			st.Conv, st.Group, st.Author, st.Nick = room, true, []string{sophie, "paul@example.org"}[who%2], []string{"Sophie", "Paul"}[who%2]
		}
		if who == 2 {
			st.Own, st.Author, st.Nick = true, me, "Claire"
		}
		kind := rapid.SampledFrom([]factKind{factMessage, factMessage, factMessage, factMessage, factReactions, factRetraction, factReceipt, factDisplayed, factKept}).Draw(t, "kind")
		target := ""
		if len(messages) > 0 {
			m := messages[rapid.IntRange(0, len(messages)-1).Draw(t, "about")]
			if target = m.MsgID; group && kind != factMessage {
				target = string(m.StanzaID)
			}
		} else if kind != factMessage {
			kind = factKept
		}
		if rapid.IntRange(0, 9).Draw(t, "about nothing") == 0 {
			target = "nobody-knows"
		}
		switch kind {
		case factMessage:
			m := &NewMessage{Stanza: st, Content: model.Text{Body: fmt.Sprint("message ", i)}, Markable: true}
			switch rapid.IntRange(0, 5).Draw(t, "sort") {
			case 0, 1:
				m.OriginID = fmt.Sprint("o", i)
			case 2:
				if target != "" {
					m.Replaces = target // maybe somebody else's message
				}
			case 3:
				m.Content = model.Unreadable{Reason: model.Encrypted}
			case 4:
				if target != "" {
					m.Reply = &Reply{ID: target}
				}
			}
			if m.Replaces == "" {
				messages = append(messages, m)
			}
			archive = append(archive, m)
		case factReactions:
			archive = append(archive, &Reactions{Stanza: st, Target: target, Emoji: rapid.SampledFrom([][]string{{"👍"}, {"👍", "❤"}, {}}).Draw(t, "emoji")})
		case factRetraction:
			archive = append(archive, &Retraction{Stanza: st, Target: target, Moderated: group && rapid.IntRange(0, 3).Draw(t, "moderated") == 0})
		case factReceipt:
			archive = append(archive, &Receipt{Stanza: st, Target: target})
		case factDisplayed:
			archive = append(archive, &Displayed{Stanza: st, Target: target})
		default:
			archive = append(archive, &Kept{Stanza: st, What: "invitation", Value: fmt.Sprint(i)})
		}
	}
	return archive
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

// picture is what a conversation shows.
type picture struct {
	Messages []string
	Unread   int
	Kept     []string
}

func shows(t *rapid.T, s *Store, conv model.ConversationID, group bool) picture {
	var p picture
	page, err := s.Page(conv, group, model.Cursor{}, 1000, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range page.Messages {
		line := fmt.Sprintf("%s %v own=%v %s state=%v edited=%v", m.StanzaID, m.Content, m.Own, m.Time.UTC().Format("05"), m.State, m.Edited.UTC().Format("05"))
		if m.Reply != nil {
			line += fmt.Sprint(" answers ", m.Quoted != nil)
		}
		for _, r := range m.Reacted {
			if r.Own {
				r.Author = "own"
			}
			line += fmt.Sprint(" ", r.Author, r.Emoji)
		}
		p.Messages = append(p.Messages, line)
	}
	v, found, err := s.Conversation(conv)
	if err != nil || !found {
		t.Fatal(found, err)
	}
	p.Unread = v.Unread
	if v.Last != nil && (len(page.Messages) == 0 || v.Last.Row != page.Messages[len(page.Messages)-1].Row) {
		t.Fatalf("the list shows %v as the last message", v.Last.Content)
	}
	truth := 0
	for _, m := range page.Messages {
		if !m.Own && v.Unread > 0 && !m.Cursor().Before(v.First) {
			truth++
		}
	}
	if truth != v.Unread {
		t.Fatalf("unread %d, counted %d", v.Unread, truth)
	}
	err = s.with("read", func(d *conn) error {
		list, err := d.relations("WHERE r.kind = 6 AND r.conv = (SELECT id FROM cache.conversations WHERE jid = ?1) ORDER BY r.at, r.id", string(conv))
		for _, r := range list {
			p.Kept = append(p.Kept, r.value)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestTheWayInDoesNotMatter hands the same archive to two stores: to one in a single page; to the other in any order and cut in any way
// between live stanzas, what came while the account was locked, and pages of the archive, some of which lack a row that the archive
// has all the same. In the end both show the same.
func TestTheWayInDoesNotMatter(t *testing.T) {
	for _, group := range []bool{false, true} {
		t.Run(fmt.Sprintf("group=%v", group), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { anyWayIn(t, group) })
		})
	}
}

func anyWayIn(t *rapid.T, group bool) {
	archive := drawArchive(t, group)
	conv, name := model.ConversationID(sophie), model.OwnArchive
	if group {
		conv, name = room, room
	}
	want, done := quick(t)
	defer done()
	page := func(s *Store, facts []Fact, cursor model.StanzaID, complete bool) {
		if _, err := s.Ingest(Batch{Origin: Forward, Archive: name, Facts: facts, Cursor: cursor, Complete: complete}); err != nil {
			t.Fatal(err)
		}
	}
	page(want, archive, archive[len(archive)-1].Source().StanzaID, true)

	s, done := quick(t)
	defer done()
	live := rapid.Permutation(archive).Draw(t, "delivered in the order")
	inbox := (*SealedInbox)(nil)
	cursor := 0 // the archive is known up to here
	for len(live) > 0 {
		switch rapid.IntRange(0, 5).Draw(t, "next") {
		case 0: // the account is locked, and what is in no archive is sealed
			var err error
			if inbox, err = s.SealedInbox(); err != nil {
				t.Fatal(err)
			}
		case 1: // and opened
			if _, unread, err := s.Drain(); err != nil || unread > 0 {
				t.Fatal(unread, err)
			}
			inbox = nil
		case 2: // a page of the archive, which may lack a row near its end; then the cursor stays before that
			to := rapid.IntRange(cursor, len(archive)).Draw(t, "page up to")
			facts := slices.Clone(archive[cursor:to])
			known := to
			if len(facts) > 0 && rapid.Bool().Draw(t, "lacks a row") {
				lacks := rapid.IntRange(0, len(facts)-1).Draw(t, "lacks")
				facts = slices.Delete(facts, lacks, lacks+1)
				known = cursor + lacks
			}
			last := model.StanzaID("")
			if known > 0 {
				last = archive[known-1].Source().StanzaID
			}
			page(s, facts, last, rapid.Bool().Draw(t, "complete"))
			cursor = known
		default:
			f := copied(live[0])
			live = live[1:]
			st := f.Source()
			st.Time = st.Time.Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, "skew")) * time.Second) // this computer's clock is not the server's
			if rapid.IntRange(0, 4).Draw(t, "no stanza-id") == 0 {
				st.StanzaID = ""
			}
			for range rapid.IntRange(0, 2).Draw(t, "times delivered") {
				switch {
				case inbox == nil:
					if _, err := s.Ingest(Batch{Origin: Live, Facts: []Fact{copied(f)}}); err != nil {
						t.Fatal(err)
					}
				case st.StanzaID == "":
					if err := inbox.Add(f); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
	if _, _, err := s.Drain(); err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{rapid.IntRange(1, 30).Draw(t, "page size"), len(archive)} { // what follows the cursor, and then all of it again
		for from := cursor; from < len(archive); from += size {
			to := min(len(archive), from+size)
			page(s, archive[from:to], archive[to-1].Source().StanzaID, to == len(archive))
		}
		if d := cmp.Diff(shows(t, want, conv, group), shows(t, s, conv, group)); d != "" {
			t.Fatalf("-in one page +in any way:\n%s", d)
		}
		cursor = 0
	}
}

// TestTheDirectionOfReadingDoesNotMatter reads an archive forwards into one store; into the other its newest page, and then page by page
// backwards. What came live meanwhile comes again in the pages. In the end both show the same messages.
func TestTheDirectionOfReadingDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		archive := drawArchive(t, false)
		n := len(archive)
		id := func(i int) model.StanzaID { return archive[i].Source().StanzaID }
		want, done := quick(t)
		defer done()
		s, done := quick(t)
		defer done()
		ingest := func(s *Store, b Batch) {
			if _, err := s.Ingest(b); err != nil {
				t.Fatal(err)
			}
		}
		ingest(want, Batch{Origin: Forward, Facts: archive, Cursor: id(n - 1), Complete: true})
		known := rapid.IntRange(0, n-1).Draw(t, "newest page from")
		for _, i := range rapid.SliceOf(rapid.IntRange(known, n-1)).Draw(t, "live before") {
			ingest(s, Batch{Origin: Live, Facts: []Fact{copied(archive[i])}})
		}
		ingest(s, Batch{Origin: Newest, Facts: archive[known:], Cursor: id(n - 1), Complete: known == 0, First: id(known), Last: id(n - 1)})
		for known > 0 {
			p, err := s.Page(sophie, false, model.Cursor{}, 1000, 0)
			if err != nil {
				t.Fatal(err)
			}
			if p.Older == nil {
				t.Fatalf("no gap before %d", known)
			}
			hi := n
			for i := range archive {
				if id(i) == p.Older.Hi {
					hi = i
				}
			}
			lo := max(0, hi-rapid.IntRange(1, 10).Draw(t, "page"))
			b := Batch{Origin: Older, Gap: *p.Older, Facts: archive[lo:hi], Complete: lo == 0}
			if lo < hi {
				b.First = id(lo)
			}
			ingest(s, b)
			known = min(known, lo)
		}
		if d := cmp.Diff(shows(t, want, sophie, false).Messages, shows(t, s, sophie, false).Messages); d != "" {
			t.Fatalf("-forwards +backwards:\n%s", d)
		}
	})
}

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

// TestWhatTheUserSaysMeetsItsCopies has what the user says about messages, by the outbox, come back in every way, between messages of others and
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
			if err := s.reconcile(); err != nil { // nothing uses the store meanwhile
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

// TestGapsAreFilledWithoutLossWhateverThePages pages through archives of coarse stamps in pages of any size, backwards from the newest or
// forwards from a place in the middle, with live messages in between.
func TestGapsAreFilledWithoutLossWhateverThePages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, done := quick(t)
		defer done()
		n := rapid.IntRange(1, 60).Draw(t, "messages")
		step := rapid.IntRange(0, 2).Draw(t, "seconds between")
		var archive []Fact
		add := func() {
			m := from(len(archive))
			m.Time = morning.Add(time.Duration(len(archive)*step) * time.Second)
			archive = append(archive, m)
		}
		for range n {
			add()
		}
		id := func(i int) model.StanzaID {
			if i < 0 || i >= len(archive) {
				return ""
			}
			return archive[i].Source().StanzaID
		}
		ingest := func(b Batch) {
			if _, err := s.Ingest(b); err != nil {
				t.Fatal(err)
			}
		}
		newest := rapid.IntRange(0, n).Draw(t, "newest page")
		ingest(Batch{Origin: Newest, Facts: archive[n-newest:], Cursor: id(n - 1), Complete: newest == n})
		if newest > 0 && rapid.Bool().Draw(t, "a gap in the middle") {
			for range rapid.IntRange(1, 40).Draw(t, "missed") {
				add()
			}
			kept := rapid.IntRange(1, len(archive)-n).Draw(t, "of these the newest")
			ingest(Batch{Origin: AfterGap, Facts: archive[len(archive)-kept:], Cursor: id(len(archive) - 1)})
		}
		place := model.Cursor{}
		if newest > 0 && rapid.Bool().Draw(t, "begin in the middle") {
			p, err := s.Page(sophie, false, model.Cursor{}, 1, 0)
			if err != nil || len(p.Messages) == 0 {
				t.Fatal(err)
			}
			place = model.Cursor{Time: morning.Add(time.Duration((n-1)*step) * time.Second).UnixMicro()}
		}
		for turn := 0; ; turn++ {
			if turn > 400 {
				t.Fatal("never at the ends")
			}
			if rapid.IntRange(0, 9).Draw(t, "live") == 0 {
				add()
				ingest(Batch{Origin: Live, Facts: archive[len(archive)-1:]})
			}
			p, err := s.Page(sophie, false, place, 1000, 1000)
			if err != nil {
				t.Fatal(err)
			}
			for i := 1; i < len(p.Messages); i++ { // what is shown is always a run of the archive, without a gap
				at := slices.IndexFunc(archive, func(f Fact) bool { return f.Source().StanzaID == p.Messages[0].StanzaID })
				if at+i >= len(archive) || p.Messages[i].StanzaID != id(at+i) {
					t.Fatalf("turn %d: %v at %d behind %s", turn, bodies(p.Messages), i, id(at))
				}
			}
			size := rapid.IntRange(1, 20).Draw(t, "page")
			switch {
			case p.Older != nil:
				hi := len(archive)
				for i := range archive {
					if id(i) == p.Older.Hi {
						hi = i
					}
				}
				lo := max(0, hi-size)
				b := Batch{Origin: Older, Gap: *p.Older, Facts: archive[lo:hi], Complete: lo == 0}
				if lo < hi {
					b.First = id(lo)
				}
				ingest(b)
			case p.Newer != nil:
				lo := slices.IndexFunc(archive, func(f Fact) bool { return f.Source().StanzaID == p.Newer.Lo })
				hi := min(len(archive), lo+1+size)
				ingest(Batch{Origin: Newer, Gap: *p.Newer, Facts: archive[lo+1 : hi], Last: id(hi - 1), Complete: hi == len(archive)})
			default:
				if !p.Start || !p.End || len(p.Messages) != len(archive) {
					t.Fatalf("start %v, end %v with %d of %d", p.Start, p.End, len(p.Messages), len(archive))
				}
				return
			}
		}
	})
}
