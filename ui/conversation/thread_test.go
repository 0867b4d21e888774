package conversation

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"discussions/messaging"
	"discussions/messaging/messagingtest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// drawMessage makes a message of a minute, by one of few authors, of one of few kinds.
func drawMessage(t *rapid.T, minute int) messaging.Message {
	author := rapid.SampledFrom([]string{"a", "b", "me"}).Draw(t, "author")
	when := noon.Add(time.Duration(minute) * time.Minute)
	return messaging.Message{
		ID:     messaging.MessageID(fmt.Sprint("m", minute, author)),
		Cursor: messaging.Cursor{Time: when.UnixMicro(), Row: int64(len(author))},
		Time:   when, Author: author, AuthorJID: author, Own: author == "me",
		Content: rapid.SampledFrom([]messaging.Content{
			messaging.Text{Body: "x"}, messaging.Notice{Kind: messaging.Joined, Who: "c"}, messaging.Retracted{},
		}).Draw(t, "content"),
	}
}

// windowModel checks a thread against the whole conversation, of which it holds one run.
type windowModel struct {
	thread
	all []messaging.Message // in order
}

func (w *windowModel) insert(m messaging.Message) {
	at, _ := slices.BinarySearchFunc(w.all, m.Cursor, func(m messaging.Message, c messaging.Cursor) int {
		if m.Cursor.Before(c) {
			return -1
		}
		return 1
	})
	w.all = slices.Insert(w.all, at, m)
}

func (w *windowModel) take(page messaging.Page, start, end bool) {
	w.merge(page.Messages)
	w.setStart(start)
	w.end = end
}

func (w *windowModel) some(t *rapid.T) int {
	if len(w.all) == 0 {
		t.Skip("no message")
	}
	return rapid.IntRange(0, len(w.all)-1).Draw(t, "which")
}

// TestAThreadIsOneRunOfTheConversation: pages on both sides, jumps, events in any order, trims at both ends; the thread is always a
// run without a gap or a double, knows whether it reaches the start and the end, and its rows follow from its messages.
func TestAThreadIsOneRunOfTheConversation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &windowModel{}
		for minute := range rapid.IntRange(0, 60).Draw(t, "messages") {
			w.insert(drawMessage(t, minute*9))
		}
		page := messagingtest.PageOf(w.all, messaging.Cursor{}, 10, 0)
		w.take(page, page.Start, true)
		minutes := 600
		t.Repeat(map[string]func(*rapid.T){
			"a new message": func(t *rapid.T) {
				minutes += rapid.IntRange(1, 700).Draw(t, "after")
				m := drawMessage(t, minutes)
				w.insert(m)
				w.admit(m)
			},
			"a late message": func(t *rapid.T) {
				m := drawMessage(t, rapid.IntRange(0, minutes).Draw(t, "minute"))
				if slices.ContainsFunc(w.all, func(o messaging.Message) bool { return o.ID == m.ID || o.Cursor == m.Cursor }) {
					return
				}
				w.insert(m)
				w.admit(m)
			},
			"the same again": func(t *rapid.T) { w.admit(w.all[w.some(t)]) },
			"a page again": func(t *rapid.T) {
				if len(w.entries) > 0 {
					w.merge(messagingtest.PageOf(w.all, w.oldest(), 0, len(w.entries)).Messages)
				}
			},
			"a change": func(t *rapid.T) {
				i := w.some(t)
				m := w.all[i]
				m.State = messaging.Read
				m.Content = drawMessage(t, 0).Content
				if rapid.Bool().Draw(t, "moves") {
					m.Cursor.Time += int64(rapid.IntRange(-500, 500).Draw(t, "by")) * time.Minute.Microseconds()
					m.Cursor.Row = int64(1000 + len(w.all) + minutes)
					minutes++
				}
				w.all = slices.Delete(w.all, i, i+1)
				w.insert(m)
				w.change(m)
			},
			"a removal": func(t *rapid.T) {
				i := w.some(t)
				id := w.all[i].ID
				w.all = slices.Delete(w.all, i, i+1)
				w.remove(id)
			},
			"an unknown one": func(*rapid.T) {
				w.remove("unknown")
			},
			"older": func(t *rapid.T) {
				if !w.start {
					page := messagingtest.PageOf(w.all, w.oldest(), rapid.IntRange(1, 20).Draw(t, "n"), 0)
					w.take(page, page.Start, w.end || len(w.entries) == 0)
				}
			},
			"newer": func(t *rapid.T) {
				if !w.end && len(w.entries) > 0 {
					page := messagingtest.PageOf(w.all, w.newest(), 0, rapid.IntRange(1, 20).Draw(t, "n"))
					w.take(page, w.start, page.End)
				}
			},
			"a jump": func(t *rapid.T) {
				page := messagingtest.PageOf(w.all, w.all[w.some(t)].Cursor, 5, 5)
				w.reset()
				w.take(page, page.Start, page.End)
			},
			"to the newest": func(t *rapid.T) {
				page := messagingtest.PageOf(w.all, messaging.Cursor{}, 5, 0)
				w.reset()
				w.take(page, page.Start, true)
			},
			"let the oldest go": func(t *rapid.T) { w.trimStart(rapid.IntRange(1, 30).Draw(t, "n")) },
			"let the newest go": func(t *rapid.T) { w.trimEnd(rapid.IntRange(1, 30).Draw(t, "n")) },
			"mark": func(t *rapid.T) {
				places := []messaging.Cursor{{}}
				for _, m := range w.all {
					places = append(places, m.Cursor)
				}
				w.markNew(rapid.SampledFrom(places).Draw(t, "from"))
			},
			"": w.check,
		})
	})
}

func (w *windowModel) check(t *rapid.T) {
	if len(w.byID) != len(w.entries) {
		t.Fatalf("%d entries, %d by id", len(w.entries), len(w.byID))
	}
	if len(w.entries) > 0 {
		from := slices.IndexFunc(w.all, func(m messaging.Message) bool { return m.ID == w.entries[0].ID })
		if from < 0 || from+len(w.entries) > len(w.all) {
			t.Fatalf("the thread begins at message %d of %d and holds %d", from, len(w.all), len(w.entries))
		}
		run := w.all[from : from+len(w.entries)]
		if w.start && from > 0 {
			t.Fatalf("%d messages before the start", from)
		}
		if w.end && from+len(w.entries) < len(w.all) {
			t.Fatalf("%d messages behind the end", len(w.all)-from-len(w.entries))
		}
		for i, e := range w.entries {
			if !reflect.DeepEqual(run[i], e.Message) { // far quicker than cmp, which is asked for what differs
				if diff := cmp.Diff(run[i], e.Message, cmpopts.EquateEmpty()); diff != "" {
					t.Fatalf("message %d of the run: %s", i, diff)
				}
			}
			if w.byID[e.ID] != e || w.index(e) != i {
				t.Fatalf("message %d has index %d", i, w.index(e))
			}
		}
	}
	if want := w.rowsOf(0, len(w.entries)); !slices.Equal(w.rows, want) {
		t.Fatalf("rows %v, want %v", w.rows, want)
	}
	for i, r := range w.rows {
		if w.rowIndex(r) != i {
			t.Fatalf("row %d is found at %d", i, w.rowIndex(r))
		}
		w.checkRow(t, i)
	}
}

// checkRow compares a row with how its message stands among its neighbours, and its layout with it.
func (w *windowModel) checkRow(t *rapid.T, at int) {
	r := w.rows[at]
	switch r.kind {
	case startRow:
		if at != 0 || !w.start {
			t.Fatal("a start that is none")
		}
	case dayRow:
		if i := w.index(r.e); i > 0 && w.entries[i-1].day == r.e.day {
			t.Fatal("a day begins twice")
		}
	case newRow:
		if r.e != w.newEntry || r.e.Own {
			t.Fatal("the line stands over the wrong message")
		}
	case messageRow:
		p := w.position(w.index(r.e))
		if len(r.e.layouts) == 1 && r.e.layouts[0] != nil && r.e.layouts[0].position != p {
			t.Fatalf("laid out as %+v, stands as %+v", r.e.layouts[0].position, p)
		}
		r.e.layouts = []*rowLayout{{position: p}}
	}
}

// kinds names the rows of a thread.
func kinds(t *thread) []string {
	var out []string
	for _, r := range t.rows {
		name := [...]string{"start", "day", "new", "message"}[r.kind]
		if r.kind == messageRow {
			p := t.position(t.index(r.e))
			name = string(r.e.ID)
			if p.head {
				name += " head"
			}
			if p.time {
				name += " time"
			}
		}
		out = append(out, name)
	}
	return out
}

func TestRows(t *testing.T) {
	minutes := func(own bool, author string, at ...int) []messaging.Message {
		var out []messaging.Message
		for _, m := range at {
			when := noon.Add(time.Duration(m)*time.Minute + time.Second)
			out = append(out, messaging.Message{
				ID: messaging.MessageID(fmt.Sprint(m)), Cursor: messaging.Cursor{Time: int64(m + 10000)}, Time: when,
				AuthorJID: author, Own: own, Content: messaging.Text{Body: "x"},
			})
		}
		return out
	}
	var th thread
	th.merge(minutes(false, "a", 0, 1, 6, 12))
	th.merge(minutes(false, "b", 13))
	th.merge(minutes(true, "me", 14))
	th.merge(minutes(false, "b", 15, 24*60))
	th.setStart(true)
	th.markNew(messaging.Cursor{Time: 10014})
	want := []string{
		"start", "day",
		"0 head time",
		"1 time",       // within five minutes
		"6 time",       // five minutes after that
		"12 head time", // six minutes after that
		"13 head time", // another author
		"14 head time", // own
		"new", "15 head time",
		"day", "1440 head time",
	}
	if diff := cmp.Diff(want, kinds(&th)); diff != "" {
		t.Error(diff)
	}
	if th.newCount != 2 {
		t.Errorf("%d new messages, want 2: an own one is not new", th.newCount)
	}
}

func TestANoticePartsTwoGroups(t *testing.T) {
	var th thread
	for i, c := range []messaging.Content{messaging.Text{Body: "a"}, messaging.Notice{Kind: messaging.Left, Who: "b"}, messaging.Text{Body: "c"}} {
		th.merge([]messaging.Message{{ID: messaging.MessageID(fmt.Sprint(i)), Cursor: messaging.Cursor{Time: int64(i + 1)}, Time: noon, AuthorJID: "a", Content: c}})
	}
	if diff := cmp.Diff([]string{"day", "0 head time", "1 head time", "2 head time"}, kinds(&th)); diff != "" {
		t.Error(diff)
	}
}

func TestOneMinuteOfAGroupShowsItsTimeOnce(t *testing.T) {
	var th thread
	for i, second := range []int{1, 20, 40, 70} {
		th.merge([]messaging.Message{{ID: messaging.MessageID(fmt.Sprint(i)), Cursor: messaging.Cursor{Time: int64(second)}, Time: noon.Add(time.Duration(second) * time.Second), AuthorJID: "a"}})
	}
	for i, want := range []bool{false, false, true, true} {
		if got := th.position(i).time; got != want {
			t.Errorf("message %d shows its time: %v, want %v", i, got, want)
		}
	}
}
