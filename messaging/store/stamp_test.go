package store

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"discussions/messaging/model"
)

// Thirty people write within two seconds, which is all that the archive's stamps tell: the list has the archive's order, in whatever pages and
// from whichever end it is read.
func TestTheSameSecondIsListedInTheArchivesOrder(t *testing.T) {
	var archive []Fact
	var want []model.ConversationID
	for i := range 30 {
		m := from(i)
		m.Conv = model.ConversationID(fmt.Sprintf("p%02d@example.org", (i*7)%30))
		m.Author, m.Time = string(m.Conv), morning.Add(time.Duration(i/28)*time.Second)
		archive = append(archive, m)
		want = append([]model.ConversationID{m.Conv}, want...)
	}
	id := func(i int) model.StanzaID { return archive[i].Source().StanzaID }
	list := func(s *Store) (ids []model.ConversationID) {
		rows := must[[]Conversation](t)(s.Conversations())
		slices.SortFunc(rows, func(a, b Conversation) int { return cmp.Compare(b.Last.At, a.Last.At) })
		for _, r := range rows {
			ids = append(ids, r.JID)
		}
		return ids
	}
	for _, size := range []int{1, 4, 30} {
		s := open(t, t.TempDir())
		for at := 0; at < 30; at += size {
			to := min(30, at+size)
			must[Result](t)(s.Ingest(Batch{Origin: Forward, Facts: archive[at:to], First: id(at), Last: id(to - 1), Cursor: id(to - 1), Complete: to == 30}))
		}
		if d := gocmp.Diff(want, list(s)); d != "" {
			t.Errorf("forwards in pages of %d: %s", size, d)
		}
		dir := t.TempDir()
		for at := 0; at < 30; at += size { // each page is read by a program that starts anew, and the end before it again
			s := open(t, dir)
			from, to := max(0, at-3), min(30, at+size)
			must[Result](t)(s.Ingest(Batch{Origin: Forward, Facts: archive[from:to], First: id(from), Last: id(to - 1), Cursor: id(to - 1), Complete: true}))
			if to == 30 {
				if d := gocmp.Diff(want, list(s)); d != "" {
					t.Errorf("with restarts, in pages of %d: %s", size, d)
				}
			}
			check(t, s.Close())
		}
		for _, way := range []struct {
			name             string
			restarts, asking bool
		}{{"", false, false}, {", with restarts", true, false}, {", asked one by one", false, true}, {", asked one by one, with restarts", true, true}} {
			dir := t.TempDir()
			s := open(t, dir)
			restart := func() {
				if way.restarts {
					check(t, s.Close())
					s = open(t, dir)
				}
			}
			known := min(size, 3)
			must[Result](t)(s.Ingest(Batch{Origin: Forward, Facts: archive[:known], Cursor: id(known - 1), Complete: true}))
			for _, conv := range want {
				must[Page](t)(s.Page(conv, false, model.Cursor{}, 1, 0)) // a contact
			}
			restart()
			first := 30 - min(size, 20)
			must[Result](t)(s.Ingest(Batch{Origin: AfterGap, Facts: archive[first:], First: id(first), Last: id(29), Cursor: id(29), Complete: true, Backlog: &Backlog{Lo: id(known - 1)}}))
			for i := known; i < first && way.asking; i++ {
				at := known + (i-known)*7%(first-known)
				p := must[Page](t)(s.Page(archive[at].Source().Conv, false, model.Cursor{}, 1, 0))
				if p.Older == nil {
					continue
				}
				must[Result](t)(s.Ingest(Batch{Origin: Older, Gap: *p.Older, Facts: archive[at : at+1], First: id(at), Last: id(at), Complete: true}))
			}
			for first > known {
				restart()
				b, found, err := s.Backlog("")
				if !found || err != nil {
					t.Fatal(found, err)
				}
				to := first
				first = max(known, to-size)
				must[Result](t)(s.Ingest(Batch{Origin: Missed, Backlog: &b, Facts: archive[first:to], First: id(first), Last: id(to - 1), Complete: first == known}))
			}
			if d := gocmp.Diff(want, list(s)); d != "" {
				t.Errorf("backwards in pages of %d%s: %s", size, way.name, d)
			}
			for _, v := range must[[]Conversation](t)(s.Conversations()) {
				if v.Unread != 1 {
					t.Errorf("%s has %d unread messages", v.JID, v.Unread)
				}
			}
		}
	}
}
