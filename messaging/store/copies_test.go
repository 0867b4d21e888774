package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"discussions/messaging/model"
)

// doubled is an archive of ten messages, in which some are there again: copies says which is a copy of which.
func doubled(copies map[int]int) (archive []Fact) {
	for i := range 10 {
		m := from(i)
		if first, ok := copies[i]; ok {
			again := *from(first)
			again.StanzaID, again.Time = m.StanzaID, m.Time
			m = &again
		}
		m.OriginID = "00000000-0000-4000-8000-" + m.MsgID
		archive = append(archive, m)
	}
	return archive
}

// page is what an archive answers: a part of what it holds.
func page(b Batch, archive []Fact) Batch {
	b.Facts = archive
	b.First, b.Last = archive[0].Source().StanzaID, archive[len(archive)-1].Source().StanzaID
	if b.Origin == AfterGap || b.Origin == Forward {
		b.Cursor = b.Last
	}
	return b
}

func TestAPageOfNothingButSecondCopiesMovesNothing(t *testing.T) {
	archive := doubled(map[int]int{6: 3, 7: 4})
	s := open(t, t.TempDir())
	take := func(b Batch) { must[Result](t)(s.Ingest(b)) }
	take(Batch{Origin: Forward, Complete: true})
	take(page(Batch{Origin: AfterGap, Complete: true, Backlog: &Backlog{}}, archive[8:]))
	p := must[Page](t)(s.Page(sophie, false, model.Cursor{}, 100, 0))
	take(page(Batch{Origin: Older, Gap: *p.Older}, archive[2:8])) // somebody scrolls
	want := []string{"message 2", "message 3", "message 4", "message 5", "message 8", "message 9"}
	for _, at := range []int{6, 4, 0} {
		b, found, err := s.Backlog("")
		if !found || err != nil {
			t.Fatal(found, err)
		}
		to := 8
		for i := range archive {
			if archive[i].Source().StanzaID == b.Hi {
				to = i
			}
		}
		take(page(Batch{Origin: Missed, Backlog: &b, Complete: at == 0}, archive[at:to]))
		if at == 0 {
			want = append([]string{"message 0", "message 1"}, want...)
		}
		if d := cmp.Diff(want, shownTo(t, s)); d != "" {
			t.Errorf("from %d (-want +got):\n%s", at, d)
		}
	}
}

// An answer that is late ends with a message that came live, whose place this computer's clock has told: what came since has room behind it.
func TestALateAnswerLeavesRoomForWhatCameSince(t *testing.T) {
	archive := doubled(nil)
	s := open(t, t.TempDir())
	take := func(b Batch) { must[Result](t)(s.Ingest(b)) }
	take(page(Batch{Origin: Forward, Complete: true}, archive[:2]))
	take(page(Batch{Origin: AfterGap, Complete: true, Backlog: &Backlog{Lo: "s00001"}}, archive[3:4]))
	ahead := copied(archive[4])
	ahead.Source().Time = ahead.Source().Time.Add(time.Hour)
	live(t, s, ahead)
	p := must[Page](t)(s.Page(sophie, false, model.Cursor{}, 100, 0))
	late := page(Batch{Origin: Newer, Gap: *p.Older, Complete: true}, archive[2:5])
	take(page(Batch{Origin: AfterGap, Complete: true, Backlog: &Backlog{Lo: "s00003"}}, archive[9:]))
	take(late)
	for {
		b, found, err := s.Backlog("")
		check(t, err)
		if !found {
			break
		}
		lo, hi := int(b.Lo[5]-'0'), int(b.Hi[5]-'0')
		from := max(lo+1, hi-2)
		take(page(Batch{Origin: Missed, Backlog: &b, Complete: from == lo+1}, archive[from:hi]))
	}
	var want []string
	for i := range archive {
		want = append(want, fmt.Sprint("message ", i))
	}
	if d := cmp.Diff(want, shownTo(t, s)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// Who has seen a message that was sent again has seen what stands before its last copy, from whichever end the archive is read.
func TestWhatIsReadStaysReadWhenMessagesAreDoubled(t *testing.T) {
	archive := doubled(map[int]int{6: 1})
	seen := *from(7)
	archive[7] = &Displayed{Stanza: Stanza{Conv: sophie, Own: true, Time: seen.Time, MsgID: "d", StanzaID: seen.StanzaID}, Target: "m1"}
	earlier := *from(5)
	archive[5] = &Displayed{Stanza: Stanza{Conv: sophie, Own: true, Time: earlier.Time, MsgID: "e", StanzaID: earlier.StanzaID}, Target: "m4"}
	unread := func(s *Store) int {
		v, _, err := s.Conversation(sophie)
		check(t, err)
		return v.Unread
	}
	forwards := open(t, t.TempDir())
	must[Result](t)(forwards.Ingest(page(Batch{Origin: Forward, Complete: true}, archive)))
	backwards := open(t, t.TempDir())
	must[Result](t)(backwards.Ingest(Batch{Origin: Forward, Complete: true}))
	must[Result](t)(backwards.Ingest(page(Batch{Origin: AfterGap, Complete: true, Backlog: &Backlog{}}, archive[8:])))
	for at := 7; at >= 0; at-- {
		b, found, err := backwards.Backlog("")
		if !found || err != nil {
			t.Fatal(found, err)
		}
		must[Result](t)(backwards.Ingest(page(Batch{Origin: Missed, Backlog: &b, Complete: at == 0}, archive[at:at+1])))
	}
	if f, b := unread(forwards), unread(backwards); f != 2 || b != 2 {
		t.Errorf("%d are unread, %d when it is read backwards", f, b)
	}
}
