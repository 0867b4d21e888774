package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"discussions/messaging/model"
)

func TestAReadingIsDueUntilTheOtherDevicesKnowIt(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	forward(t, s, span(0, 3))
	due := func(want ...string) []DueReadMark {
		t.Helper()
		list, err := s.DueReadMarks()
		check(t, err)
		var got []string
		for _, m := range list {
			got = append(got, string(m.ID))
			if m.Unsure {
				got[len(got)-1] += " unsure"
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		return list
	}
	read := func() {
		t.Helper()
		if _, err := s.MarkRead(sophie); err != nil {
			t.Fatal(err)
		}
	}
	take := func(want bool, marks ...ReadMark) {
		t.Helper()
		_, news, err := s.TakeReadMarks(marks, morning.Add(time.Hour))
		if check(t, err); news != want {
			t.Errorf("%v: news is %v", marks, news)
		}
	}
	due()
	read()
	first := due("s00002")

	// Read on, while the first mark is told.
	live(t, s, from(3))
	read()
	check(t, s.ReadMarkTold(first[0]))
	due("s00003")

	// After a restart; one without an id in the archive waits for it.
	check(t, s.Close())
	s = open(t, dir)
	due("s00003")
	unnamed := from(4)
	unnamed.StanzaID = ""
	live(t, s, unnamed)
	read()
	due()
	forward(t, s, []Fact{from(4)})
	due("s00004")

	// Another device has read further, or less, or what is not here.
	take(false, ReadMark{Conv: sophie, ID: "s00001"})
	due("s00004")
	take(false, ReadMark{Conv: sophie, ID: "s00004"})
	due()
	take(true, ReadMark{Conv: sophie, ID: "s00007"})
	due("s00004 unsure")
	forward(t, s, span(5, 9))
	due()
	if v, _, err := s.Conversation(sophie); err != nil || v.Unread != 1 {
		t.Errorf("%d unread, %v", v.Unread, err)
	}

	// Marks of unknown conversations.
	take(false, ReadMark{Conv: "nobody@example.org", ID: "s00008"}, ReadMark{Conv: sophie, Group: true, ID: "s00008"})
	if list := must[[]Conversation](t)(s.Conversations()); len(list) != 1 {
		t.Errorf("%d conversations", len(list))
	}
}

// The clock of this computer may be wrong, and a mark may come before its message.
func TestAMarkFitsItsMessageWhateverTheClockSays(t *testing.T) {
	for name, at := range map[string]time.Time{"behind": morning.Add(-24 * time.Hour), "ahead": morning.Add(24 * time.Hour)} {
		t.Run(name, func(t *testing.T) {
			s := open(t, t.TempDir())
			forward(t, s, span(0, 1))
			_, _, err := s.TakeReadMarks([]ReadMark{{Conv: sophie, ID: model.StanzaID("s00002")}}, at)
			check(t, err)
			forward(t, s, span(1, 4))
			if v, _, err := s.Conversation(sophie); err != nil || v.Unread != 1 {
				t.Errorf("%d unread, %v", v.Unread, err)
			}
		})
	}
}
