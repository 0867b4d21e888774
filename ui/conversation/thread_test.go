package conversation

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"discussions/messaging"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawMessage makes a message at one of few places, by one of few authors.
func drawMessage(t *rapid.T) messaging.Message {
	minute := rapid.IntRange(0, 3000).Draw(t, "minute")
	author := rapid.SampledFrom([]string{"a", "b", "me"}).Draw(t, "author")
	when := noon.Add(time.Duration(minute) * time.Minute)
	return messaging.Message{
		ID:     messaging.MessageID(fmt.Sprint("m", minute, author)),
		Cursor: messaging.Cursor{Time: when.UnixMicro(), Row: int64(len(author))},
		Time:   when, Author: author, AuthorJID: author, Own: author == "me", Content: messaging.Text{Body: "x"},
	}
}

// TestAThreadIsInOrderWhateverComes checks the thread against a plain sorted list, and that no drawing outlives what it shows.
func TestAThreadIsInOrderWhateverComes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var th thread
		model := map[messaging.MessageID]messaging.Message{}
		some := func(t *rapid.T) messaging.MessageID {
			ids := make([]messaging.MessageID, 0, len(model))
			for id := range model {
				ids = append(ids, id)
			}
			slices.Sort(ids)
			return rapid.SampledFrom(append(ids, "unknown")).Draw(t, "id")
		}
		lay := func() {
			for i, e := range th.entries {
				e.laid = &laid{place: th.place(i)}
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"merge": func(t *rapid.T) {
				lay()
				var page []messaging.Message
				for range rapid.IntRange(0, 12).Draw(t, "n") {
					m := drawMessage(t)
					page = append(page, m)
					if _, known := model[m.ID]; !known {
						model[m.ID] = m
					}
				}
				th.merge(page)
			},
			"change": func(t *rapid.T) {
				lay()
				id := some(t)
				m, ok := model[id]
				m.ID, m.State = id, messaging.Read
				if rapid.Bool().Draw(t, "moves") {
					m.Cursor.Row += 100
				}
				if ok {
					model[id] = m
				}
				th.change(m)
			},
			"remove": func(t *rapid.T) {
				lay()
				id := some(t)
				delete(model, id)
				th.remove(id)
			},
			"trim": func(t *rapid.T) {
				lay()
				n := rapid.IntRange(0, 30).Draw(t, "n")
				for _, e := range th.entries[:max(0, len(th.entries)-n)] {
					delete(model, e.ID)
				}
				th.trim(n)
			},
			"mark": func(t *rapid.T) {
				lay()
				th.markNew(rapid.SampledFrom([]messaging.Cursor{{}, drawMessage(t).Cursor}).Draw(t, "from"))
			},
			"": func(t *rapid.T) {
				if len(th.entries) != len(model) || len(th.byID) != len(model) {
					t.Fatalf("%d entries, %d by id, want %d", len(th.entries), len(th.byID), len(model))
				}
				for i, e := range th.entries {
					if i > 0 && e.Cursor.Before(th.entries[i-1].Cursor) {
						t.Fatalf("%v stands before %v", th.entries[i-1].Cursor, e.Cursor)
					}
					if m := model[e.ID]; !cmp.Equal(e.Message, m) || th.byID[e.ID] != e {
						t.Fatalf("got %+v, want %+v", e.Message, m)
					}
					if th.index(e) != i {
						t.Fatalf("index of row %d is %d", i, th.index(e))
					}
					if e.laid != nil && e.laid.place != th.place(i) {
						t.Fatalf("row %d is drawn as %+v, stands as %+v", i, e.laid.place, th.place(i))
					}
				}
			},
		})
	})
}

func TestPlaces(t *testing.T) {
	minutes := func(own bool, author string, at ...int) []messaging.Message {
		var out []messaging.Message
		for _, m := range at {
			when := noon.Add(time.Duration(m)*time.Minute + time.Second)
			out = append(out, messaging.Message{ID: messaging.MessageID(fmt.Sprint(m)), Cursor: messaging.Cursor{Time: int64(m + 10000)}, Time: when, AuthorJID: author, Own: own})
		}
		return out
	}
	var th thread
	th.merge(minutes(false, "a", 0, 1, 6, 12))
	th.merge(minutes(false, "b", 13))
	th.merge(minutes(true, "me", 14))
	th.merge(minutes(false, "b", 15, 24*60))
	th.start = true
	th.markNew(messaging.Cursor{Time: 10014})
	for i, want := range []place{
		{start: true, day: true, head: true, time: true},
		{time: true},             // within five minutes
		{time: true},             // five minutes after that
		{head: true, time: true}, // six minutes after that
		{head: true, time: true}, // another author
		{head: true, time: true}, // own
		{head: true, fresh: true, time: true},
		{head: true, day: true, time: true},
	} {
		if got := th.place(i); got != want {
			t.Errorf("row %d: %+v, want %+v", i, got, want)
		}
	}
	if th.newCount != 2 {
		t.Errorf("%d new messages, want 2: an own one is not new", th.newCount)
	}
}

func TestOneMinuteOfAGroupShowsItsTimeOnce(t *testing.T) {
	var th thread
	for i, second := range []int{1, 20, 40, 70} {
		th.merge([]messaging.Message{{ID: messaging.MessageID(fmt.Sprint(i)), Cursor: messaging.Cursor{Time: int64(second)}, Time: noon.Add(time.Duration(second) * time.Second), AuthorJID: "a"}})
	}
	for i, want := range []bool{false, false, true, true} {
		if got := th.place(i).time; got != want {
			t.Errorf("message %d shows its time: %v, want %v", i, got, want)
		}
	}
}
