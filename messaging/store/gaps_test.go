package store

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"discussions/messaging/model"
)

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
		middle := model.Cursor{}
		if newest > 0 {
			p, err := s.Page(sophie, false, model.Cursor{}, 1, 0)
			if err != nil || len(p.Messages) == 0 {
				t.Fatal(err)
			}
			middle = model.Cursor{Time: p.Messages[0].At}
		}
		if newest > 0 && rapid.Bool().Draw(t, "a gap in the middle") {
			for range rapid.IntRange(1, 40).Draw(t, "missed") {
				add()
			}
			kept := rapid.IntRange(1, len(archive)-n).Draw(t, "of these the newest")
			ingest(Batch{Origin: AfterGap, Facts: archive[len(archive)-kept:], Cursor: id(len(archive) - 1)})
		}
		place := model.Cursor{}
		if rapid.Bool().Draw(t, "begin in the middle") {
			place = middle
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

// TestTheDirectionOfReadingDoesNotMatter reads an archive forwards into one store; into the other its newest page, and then page by page
// backwards. What came live meanwhile comes again in the pages. In the end both show the same messages.
func TestTheDirectionOfReadingDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		archive := sendAgain(t, drawArchive(t, false))
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

// TestWhatIsSaidFirstInAGroupStandsBehindWhatHappenedBefore: what happens in a group is told here, and no archive has it. Where the archive was
// found empty nothing is missing before it.
func TestWhatIsSaidFirstInAGroupStandsBehindWhatHappenedBefore(t *testing.T) {
	s := open(t, t.TempDir())
	made := &NewMessage{
		Stanza:  Stanza{Conv: room, Group: true, Author: room, Time: morning.Add(-time.Minute), MsgID: "local"},
		Content: model.Notice{Kind: model.Established},
	}
	live(t, s, made)
	must[Result](t)(s.Ingest(Batch{Origin: Newest, Archive: model.ArchiveID(room), Complete: true}))
	p := must[Page](t)(s.Page(room, true, model.Cursor{}, 50, 0))
	if p.Older != nil || p.Newer != nil || len(p.Messages) != 1 {
		t.Fatalf("after an empty archive: %+v", p)
	}
	first := from(0)
	first.Conv, first.Group = room, true
	must[Result](t)(s.Ingest(Batch{Origin: Forward, Archive: model.ArchiveID(room), Facts: []Fact{first}, Complete: true}))
	p = must[Page](t)(s.Page(room, true, model.Cursor{}, 50, 0))
	if len(p.Messages) != 2 || p.Messages[1].StanzaID != first.StanzaID || p.Older != nil {
		t.Errorf("then: %v, %v", bodies(p.Messages), p.Older)
	}
}
