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
)

// script is a small conversation as the archive has it, and the ways in which each message reaches the store.
type script struct {
	archive []Incoming
	own     map[int]bool // sent from here, so that the outbox has them first
}

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

func drawScript(t *rapid.T) script {
	s := script{own: map[int]bool{}}
	n := rapid.IntRange(1, 30).Draw(t, "messages")
	at := morning
	for i := range n {
		in := from(i)
		at = at.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "seconds")) * time.Second) // coarse stamps: many are equal
		in.Time = at
		switch rapid.IntRange(0, 4).Draw(t, "kind") {
		case 0:
			in.Own, in.Author = true, me
			s.own[i] = rapid.Bool().Draw(t, "from here")
		case 1:
			in.OriginID = "" // a client that knows no origin-ids
		case 2:
			in.MsgID = "1" // a client that counts from one each time
		}
		if s.own[i] {
			in.MsgID = in.OriginID
		}
		s.archive = append(s.archive, in)
	}
	return s
}

// TestDuplicatesInAnyOrderGiveTheSameConversation hands each message in by several ways (live, by the archive forwards and
// backwards, again and again) in random order, with the archive's answers in between, as a real session does.
func TestDuplicatesInAnyOrderGiveTheSameConversation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, done := quick(t)
		defer done()
		script := drawScript(t)
		n := len(script.archive)
		fatal := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		blind := false // a live message whose place in the archive cannot be told
		known := rapid.IntRange(0, n).Draw(t, "known before")
		_, err := s.AddNewest("", script.archive[:known], stanza(script, known), true)
		fatal(err)
		live := make([]int, 0, n)
		for i := known; i < n; i++ {
			live = append(live, i)
		}
		if len(live) > 0 && rapid.Bool().Draw(t, "the server delivers in disorder") {
			live = rapid.Permutation(live).Draw(t, "order")
		}
		for _, i := range live { // each maybe missed, maybe told twice
			in := script.archive[i]
			if script.own[i] {
				_, err := s.Queue(Outgoing{ID: in.OriginID, Conv: in.Conv, Body: in.Body, Time: in.Time})
				fatal(err)
				continue
			}
			for range rapid.IntRange(0, 2).Draw(t, "times live") {
				live := in
				// This computer's clock is not the server's.
				live.Time = live.Time.Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, "skew")) * time.Second)
				if rapid.IntRange(0, 4).Draw(t, "no stanza-id") == 0 && in.MsgID != "1" {
					live.StanzaID = ""
					blind = true
				}
				_, err := s.AddLive(live)
				fatal(err)
			}
		}
		for range rapid.IntRange(1, 4).Draw(t, "catch-ups") { // in pages, some cut off and begun again
			last, _, err := s.Cursor("")
			fatal(err)
			from := 0
			for i := range script.archive {
				if script.archive[i].StanzaID == last {
					from = i + 1
				}
			}
			to := rapid.IntRange(from, n).Draw(t, "up to")
			_, err = s.AddForward("", script.archive[from:to], stanza(script, to))
			fatal(err)
			if rapid.Bool().Draw(t, "again") {
				_, err = s.AddForward("", script.archive[from:to], stanza(script, to))
				fatal(err)
			}
		}
		last, _, err := s.Cursor("")
		fatal(err)
		for i := range script.archive {
			if last == "" || script.archive[i].StanzaID > last {
				_, err = s.AddForward("", script.archive[i:i+1], script.archive[i].StanzaID)
				fatal(err)
			}
		}

		p, err := s.Page(sophie, false, 0, 0, 1000)
		fatal(err)
		got := bodies(p.Messages)
		var want []string
		unread := 0
		for i, in := range script.archive {
			want = append(want, in.Body)
			switch {
			case i >= known && in.Own && !script.own[i]:
				unread = 0
			case i >= known && !in.Own:
				unread++
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("messages (-want +got):\n%s", d)
		}
		var order, archived []string // what others wrote is in the archive's order
		for _, m := range p.Messages {
			if !m.Own {
				order = append(order, m.Body)
			}
		}
		for _, in := range script.archive {
			if !in.Own {
				archived = append(archived, in.Body)
			}
		}
		if d := cmp.Diff(archived, order); d != "" && !blind {
			t.Fatalf("order (-want +got):\n%s", d)
		}
		if !slices.IsSortedFunc(p.Messages, func(a, b Message) int { return int(a.At - b.At) }) {
			t.Fatal("out of order")
		}
		for _, m := range p.Messages {
			if m.Own && m.State != Sent {
				t.Fatalf("%s is %v", m.Body, m.State)
			}
		}
		counts, err := s.Unread()
		fatal(err)
		truth := 0
		v, _, err := s.Conversation(sophie)
		fatal(err)
		for _, m := range p.Messages {
			if !m.Own && v.Unread > 0 && m.At >= v.First[0] {
				truth++
			}
		}
		if counts[sophie] != truth || v.Unread != truth {
			t.Fatalf("unread %d and %d, of %d", counts[sophie], v.Unread, truth)
		}
		if n == known && v.Unread != 0 || len(script.own) == 0 && v.Unread > unread {
			t.Fatalf("unread %d, expected %d", v.Unread, unread)
		}
	})
}

func stanza(s script, n int) string {
	if n == 0 {
		return ""
	}
	return s.archive[n-1].StanzaID
}

// TestHolesAreFilledWithoutLossWhateverThePages pages back through archives of coarse stamps in pages of any size, with live
// messages in between.
func TestHolesAreFilledWithoutLossWhateverThePages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, done := quick(t)
		defer done()
		n := rapid.IntRange(1, 60).Draw(t, "messages")
		step := rapid.IntRange(0, 2).Draw(t, "seconds between")
		var archive []Incoming
		add := func() {
			in := from(len(archive))
			in.StanzaID = fmt.Sprintf("s%04d", len(archive))
			in.Time = morning.Add(time.Duration(len(archive)*step) * time.Second)
			archive = append(archive, in)
		}
		for range n {
			add()
		}
		newest := rapid.IntRange(0, n).Draw(t, "newest page")
		if _, err := s.AddNewest("", archive[n-newest:], archive[n-1].StanzaID, newest == n); err != nil {
			t.Fatal(err)
		}
		for turn := 0; ; turn++ {
			if turn > 200 {
				t.Fatal("never at the start")
			}
			if rapid.IntRange(0, 9).Draw(t, "live") == 0 {
				add()
				if _, err := s.AddLive(archive[len(archive)-1]); err != nil {
					t.Fatal(err)
				}
			}
			p, err := s.Page(sophie, false, 0, 0, 1000)
			if err != nil {
				t.Fatal(err)
			}
			for i, m := range p.Messages { // what is shown is always the end of the archive, without a gap
				if want := archive[len(archive)-len(p.Messages)+i]; m.Body != want.Body {
					t.Fatalf("turn %d: %q where %q should be", turn, m.Body, want.Body)
				}
			}
			if p.Hole == nil {
				if !p.Start || len(p.Messages) != len(archive) {
					t.Fatalf("start %v with %d of %d", p.Start, len(p.Messages), len(archive))
				}
				return
			}
			hi := len(archive)
			for i := range archive {
				if archive[i].StanzaID == p.Hole.Hi {
					hi = i
				}
			}
			lo := max(0, hi-rapid.IntRange(1, 20).Draw(t, "page"))
			first := ""
			if lo < hi {
				first = archive[lo].StanzaID
			}
			if _, err := s.Fill(*p.Hole, false, archive[lo:hi], first, lo == 0); err != nil {
				t.Fatal(err)
			}
		}
	})
}
