package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"discussions/messaging/model"
)

// TestAWalkThroughTheArchiveLeavesItsOrder begins a store with the newest page of an archive of two conversations and walks back through it,
// in pages of any size, as far as it comes; meanwhile messages come live and somebody scrolls. At any time what was read of the archive stands
// in its order, and what the walk has left is found by scrolling.
func TestAWalkThroughTheArchiveLeavesItsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		archive := drawMixedArchive(t)
		n := len(archive)
		want, done := quick(t)
		defer done()
		s, done := quick(t)
		defer done()
		a := &absences{t: t, store: s, archive: archive, skew: time.Duration(rapid.IntRange(-40, 40).Draw(t, "skew")) * time.Second}
		a.ingest(want, Batch{Origin: Forward, Facts: archive, Cursor: a.id(n - 1), Complete: true})

		people := []model.ConversationID{sophie, paul, "silent@example.org"}
		for _, conv := range people {
			if _, err := s.Page(conv, false, model.Cursor{}, 1, 0); err != nil {
				t.Fatal(err)
			}
		}
		a.known = rapid.IntRange(1, n).Draw(t, "archive at first")
		a.lived = a.known
		from := rapid.IntRange(0, a.known-1).Draw(t, "newest page from")
		var w Walk
		a.ingest(s, Batch{Origin: Newest, Facts: archive[from:a.known], First: a.id(from), Last: a.id(a.known - 1), Cursor: a.id(a.known - 1), Complete: from == 0, Walk: &w})
		walk := func() {
			if from == 0 {
				return
			}
			hi := from
			from = max(0, hi-rapid.IntRange(1, 10).Draw(t, "page"))
			a.ingest(s, Batch{Origin: Earlier, Facts: archive[from:hi], First: a.id(from), Last: a.id(hi - 1), Complete: from == 0, Walk: &w})
		}
		catchUp := func() {
			a.ingest(s, Batch{Origin: Forward, Facts: archive[a.known:a.lived], Cursor: a.id(a.lived - 1), Complete: true})
			a.known = a.lived
		}
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			rapid.SampledFrom([]func(){walk, walk, walk, a.live, a.ask, a.answer, catchUp}).Draw(t, "next")()
			a.inOrder()
		}
		for len(a.asked) > 0 {
			a.answer()
			a.inOrder()
		}
		a.lived = n
		catchUp()
		for _, conv := range people {
			for {
				p, err := s.Page(conv, false, model.Cursor{}, 1000, 0)
				if err != nil {
					t.Fatal(err)
				}
				if p.Older == nil {
					break
				}
				if from == 0 {
					t.Fatalf("%s: a gap is left after the whole archive was read", conv)
				}
				a.scroll(conv, *p.Older)
			}
			if conv == people[2] {
				continue
			}
			if d := cmp.Diff(shows(t, want, conv, false).Messages, shows(t, s, conv, false).Messages); d != "" {
				t.Fatalf("%s: -forwards +by the walk:\n%s", conv, d)
			}
		}
	})
}

// scroll fetches what lies before a gap's upper end.
func (a *absences) scroll(conv model.ConversationID, g Gap) {
	b := Batch{Origin: Older, Gap: g}
	for i, f := range a.archive {
		if f.Source().Conv == conv && (g.Hi == "" || i < a.index(g.Hi)) {
			b.Facts = append(b.Facts, f)
		}
	}
	b.Complete = true
	if len(b.Facts) > 0 {
		b.First, b.Last = b.Facts[0].Source().StanzaID, b.Facts[len(b.Facts)-1].Source().StanzaID
	}
	a.ingest(a.store, b)
}
