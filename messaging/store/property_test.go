package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"discussions/messaging/model"
)

// unused are the files of a store that was never used: to make its tables takes longer than most runs of a property.
var unused = sync.OnceValues(func() (files map[string][]byte, err error) {
	dir, err := os.MkdirTemp("", "store-test-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := Open(dir, testKey)
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	files = map[string][]byte{}
	list, err := os.ReadDir(dir)
	for _, f := range list {
		if err == nil {
			files[f.Name()], err = os.ReadFile(filepath.Join(dir, f.Name()))
		}
	}
	return files, err
})

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
	files, err := unused()
	for name, b := range files {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), b, 0o600))
	}
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
// has. In the end both show the same.
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
