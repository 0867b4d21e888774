package conversation

import (
	"slices"
	"strings"
	"testing"

	"discussions/messaging"
)

// moves gives a message the place before another one, as when the archive tells it.
func (s *stage) moves(id, before messaging.MessageID) {
	s.t.Helper()
	list := s.client.messages()
	at := func(id messaging.MessageID) int {
		return slices.IndexFunc(list, func(m messaging.Message) bool { return m.ID == id })
	}
	m, place := list[at(id)], list[at(before)].Cursor
	m.Cursor = messaging.Cursor{Time: place.Time - 1, Row: m.Cursor.Row}
	s.comes(messaging.MessageChanged{Message: m})
}

// comes gives events to the view.
func (s *stage) comes(events ...messaging.Event) {
	for _, e := range events {
		s.receive(e)
	}
	s.finish()
}

// scrolled is a view whose upper edge is in the message of an index, not the first and not the last in what is loaded.
func scrolled(t *testing.T) (s *stage, ids []messaging.MessageID) {
	s = newStage(t, person(100), 560, 640).open()
	s.finish()
	s.timeline.ToRow(25, 9)
	s.finish()
	first, last := s.timeline.InView()
	for _, r := range s.thread.rows[first : last+1] {
		if r.kind == messageRow {
			ids = append(ids, r.e.ID)
		}
	}
	if len(ids) < 6 {
		t.Fatalf("%d messages in view", len(ids))
	}
	return s, ids
}

// outside is a message above the view, and one below.
func (s *stage) outside(ids []messaging.MessageID) (above, below messaging.MessageID) {
	return s.thread.entries[s.thread.index(s.thread.byID[ids[0]])-5].ID, s.thread.entries[s.thread.index(s.thread.byID[ids[len(ids)-1]])+5].ID
}

// The order is the archive's in the end, whatever came live before. What is in view stays where it is when the rest moves.
func TestWhatIsInViewStaysWhenTheOrderIsCorrected(t *testing.T) {
	for _, tt := range []struct {
		name  string
		does  func(s *stage, ids []messaging.MessageID)
		stays func(ids []messaging.MessageID) []messaging.MessageID // of those in view
	}{
		{"one above moves further up", func(s *stage, ids []messaging.MessageID) {
			above, _ := s.outside(ids)
			s.moves(above, s.thread.entries[2].ID)
		}, nil},
		{"one above moves below", func(s *stage, ids []messaging.MessageID) { s.moves(s.outside(ids)) }, nil},
		{"one below moves above", func(s *stage, ids []messaging.MessageID) {
			above, below := s.outside(ids)
			s.moves(below, above)
		}, nil},
		{"the first in view moves below", func(s *stage, ids []messaging.MessageID) {
			_, below := s.outside(ids)
			s.moves(ids[0], below)
		}, func(ids []messaging.MessageID) []messaging.MessageID { return ids[1:] }},
		{"the first in view moves above", func(s *stage, ids []messaging.MessageID) {
			above, _ := s.outside(ids)
			s.moves(ids[0], above)
		}, func(ids []messaging.MessageID) []messaging.MessageID { return ids[1:] }},
		{"the first two change places", func(s *stage, ids []messaging.MessageID) { s.moves(ids[1], ids[0]) },
			func(ids []messaging.MessageID) []messaging.MessageID { return ids[2:] }},
		{"one comes into the upper half of the view", func(s *stage, ids []messaging.MessageID) {
			_, below := s.outside(ids)
			s.moves(below, ids[2])
		}, func(ids []messaging.MessageID) []messaging.MessageID { return ids[3:] }},
		{"one comes into the lower half of the view", func(s *stage, ids []messaging.MessageID) {
			_, below := s.outside(ids)
			s.moves(below, ids[len(ids)-2])
		}, func(ids []messaging.MessageID) []messaging.MessageID { return ids[:len(ids)-3] }},
		{"the last in view moves above", func(s *stage, ids []messaging.MessageID) {
			above, _ := s.outside(ids)
			s.moves(ids[len(ids)-1], above)
		}, func(ids []messaging.MessageID) []messaging.MessageID { return ids[:len(ids)-1] }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, ids := scrolled(t)
			before := s.where()
			tt.does(s, ids)
			stay := ids
			if tt.stays != nil {
				stay = tt.stays(ids)
			}
			now := s.where()
			for _, id := range stay {
				was, is := before[id], now[id]
				if d := was - is; d > 0.1 || d < -0.1 {
					t.Errorf("a message jumped from %v to %v", was, is)
				}
			}
			if words := s.words(); strings.Contains(words, "nouveau") {
				t.Errorf("what was seen counts as new:\n%s", words)
			}
		})
	}
}

func TestTheEndIsFollowedWhenTheOrderIsCorrected(t *testing.T) {
	s := newStage(t, person(100), 560, 640).open()
	s.finish()
	n := len(s.thread.entries)
	last, third := s.thread.entries[n-1].ID, s.thread.entries[n-3].ID
	before := s.where()
	s.moves(last, third)
	if !s.timeline.Stuck() {
		t.Error("the end is not in view any more")
	}
	if got := s.thread.entries[n-3].ID; got != last {
		t.Errorf("%s is in its place", got)
	}
	foot := func(where map[messaging.MessageID]float32) (y float32) {
		for _, at := range where {
			y = max(y, at)
		}
		return y
	}
	if was, is := foot(before), foot(s.where()); was != is {
		t.Errorf("the foot of the last message moved from %v to %v", was, is)
	}
}

// The line stands over all that is new, in the archive's order too, and that does not make new what was seen.
func TestTheNewLineStandsOverWhatIsNewWhenTheOrderIsCorrected(t *testing.T) {
	s := newStage(t, person(100), 560, 640).open()
	s.finish()
	s.timeline.ToRow(25, 9)
	s.finish()
	seen := s.thread.entries[len(s.thread.entries)-1].ID
	one, two := s.client.receive("Un").ID, s.client.receive("Deux").ID
	s.finish()
	newest := func() (list []string) {
		for _, r := range s.thread.rows[max(0, len(s.thread.rows)-4):] {
			switch {
			case r.kind == newRow:
				list = append(list, "line")
			case r.kind == messageRow && r.e.ID == one:
				list = append(list, "one")
			case r.kind == messageRow && r.e.ID == two:
				list = append(list, "two")
			case r.kind == messageRow && r.e.ID == seen:
				list = append(list, "seen")
			}
		}
		return list
	}
	check := func(what string, want ...string) {
		t.Helper()
		if got := newest(); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	check("as they came", "seen", "line", "one", "two")
	before := s.where()
	s.moves(two, one)
	check("the second was the first", "seen", "line", "two", "one")
	s.staysAt(before)
	if words := s.words(); !strings.Contains(words, "2 nouveaux messages") {
		t.Errorf("in view:\n%s", words)
	}
}

// What somebody is doing with a message goes on when that takes another place.
func TestAnAnswerIsNotCalledOffWhenTheOrderIsCorrected(t *testing.T) {
	s, ids := scrolled(t)
	e := s.thread.byID[ids[2]]
	s.answer(e)
	s.finish()
	above, _ := s.outside(ids)
	s.moves(ids[2], above)
	if s.task.kind != answering || s.task.id != ids[2] {
		t.Errorf("%+v", s.task)
	}
}
