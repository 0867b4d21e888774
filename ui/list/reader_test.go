package list

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"

	"discussions/messaging"
	"discussions/ui/screen"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// window runs what it is given when the test says so.
type window struct {
	screen.Window
	waiting []func()
}

func (w *window) Log() *slog.Logger { return slog.New(slog.DiscardHandler) }

func (w *window) Go(work func(context.Context) func()) {
	w.waiting = append(w.waiting, func() { // it reads now, and shows what it read later
		done := work(context.Background())
		w.waiting = append(w.waiting, done)
	})
}

// step runs the oldest.
func (w *window) step() {
	f := w.waiting[0]
	w.waiting = w.waiting[1:]
	f()
}

func (w *window) settle() {
	for len(w.waiting) > 0 {
		w.step()
	}
}

// client has conversations and counts how they are read.
type client struct {
	screen.Client
	all   map[messaging.ConversationID]messaging.Conversation
	whole int
	one   int
	err   error
}

func (c *client) Conversations() ([]messaging.Conversation, error) {
	c.whole++
	return slices.SortedFunc(maps.Values(c.all), messaging.CompareConversations), c.err
}

func (c *client) Conversation(id messaging.ConversationID) (messaging.Conversation, error) {
	c.one++
	return c.all[id], c.err
}

func (c *client) message(id messaging.ConversationID, at int64) {
	k := c.all[id]
	k.ID, k.Name = id, string(id)
	k.Last = &messaging.Message{Conversation: id, Cursor: messaging.Cursor{Time: at}}
	c.all[id] = k
}

func newTestReader(ids ...messaging.ConversationID) (*reader, *window, *client) {
	w, c := &window{}, &client{all: map[messaging.ConversationID]messaging.Conversation{}}
	for i, id := range ids {
		c.message(id, int64(i))
	}
	r := newReader(w, c, func([]messaging.Conversation) {})
	r.changedAll()
	r.read()
	w.settle()
	return r, w, c
}

func ids(all []messaging.Conversation) string {
	var s []string
	for _, c := range all {
		s = append(s, string(c.ID))
	}
	return strings.Join(s, " ")
}

func TestAMessageReadsItsConversationOnly(t *testing.T) {
	r, w, c := newTestReader("a", "b", "c")
	c.message("a", 10)
	r.changed("a") // the message
	r.changed("a") // the conversation
	r.read()
	w.settle()
	if c.whole != 1 || c.one != 1 || ids(r.all) != "a c b" {
		t.Errorf("read all %d times, one %d times; the list is %s", c.whole, c.one, ids(r.all))
	}
}

func TestWhatChangesWhileReadingIsReadOnceAfterwards(t *testing.T) {
	r, w, c := newTestReader("a", "b", "c")
	r.changed("b")
	r.read()
	for i := range 100 { // while it reads
		c.message("a", int64(10+i))
		r.changed("a")
		r.read()
	}
	w.settle()
	if c.whole != 1 || c.one != 2 || ids(r.all) != "a c b" {
		t.Errorf("read all %d times, one %d times; the list is %s", c.whole, c.one, ids(r.all))
	}
}

func TestAllIsReadWhereOneIsNotEnough(t *testing.T) {
	r, w, c := newTestReader("a", "b")
	c.message("new", 10)
	r.changed("new")
	r.read()
	w.settle()
	if c.whole != 2 || ids(r.all) != "new b a" {
		t.Errorf("a new conversation: read all %d times; the list is %s", c.whole, ids(r.all))
	}
	var many []messaging.ConversationID
	for i := range readOne + 1 {
		many = append(many, messaging.ConversationID(fmt.Sprint(i)))
	}
	r, w, c = newTestReader(many...)
	for _, id := range many {
		r.changed(id)
	}
	r.read()
	w.settle()
	if c.whole != 2 || c.one != 0 {
		t.Errorf("many: read all %d times, one %d times", c.whole, c.one)
	}
}

func TestAReadingThatFailsLeavesTheListAndTheNextOneRuns(t *testing.T) {
	r, w, c := newTestReader("a", "b")
	c.err = messaging.ErrLocked
	r.changed("a")
	r.read()
	w.settle()
	if ids(r.all) != "b a" {
		t.Errorf("the list is %s", ids(r.all))
	}
	c.err = nil
	c.message("a", 10)
	r.changed("a")
	r.read()
	w.settle()
	if ids(r.all) != "a b" {
		t.Errorf("the list is %s", ids(r.all))
	}
}

func TestTypingIsShownWithoutReading(t *testing.T) {
	r, w, c := newTestReader("a")
	k := c.all["a"]
	k.Typing = []string{"Paul"}
	c.all["a"] = k
	r.typing("a", k.Typing)
	r.read()
	w.settle()
	if c.one != 0 || len(r.all[0].Typing) != 1 {
		t.Errorf("read %d times; typing %v", c.one, r.all[0].Typing)
	}
	r.changed("a")
	r.read()
	w.step() // it was read with Paul typing
	k.Typing = nil
	c.all["a"] = k
	r.typing("a", nil)
	w.settle()
	if len(r.all[0].Typing) != 0 {
		t.Errorf("%v seems to type for ever", r.all[0].Typing)
	}
}

func TestAListThatWasLeftReadsNoMore(t *testing.T) {
	r, w, c := newTestReader("a")
	c.message("a", 10)
	r.changed("a")
	r.read()
	r.closed = true
	w.settle()
	r.changed("a")
	r.read()
	w.settle()
	if c.one != 1 || r.all[0].Last.Cursor.Time != 0 {
		t.Errorf("read %d times", c.one)
	}
}

// TestTheListIsWhatTheStoreHas changes conversations in any order, with readings that take any time.
func TestTheListIsWhatTheStoreHas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, w, c := newTestReader("a", "b", "c", "d")
		known := []messaging.ConversationID{"a", "b", "c", "d", "new", "newer"}
		for i := range rapid.IntRange(1, 40).Draw(t, "steps") {
			id := rapid.SampledFrom(known).Draw(t, "id")
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0: // a message, maybe an old one
				c.message(id, int64(rapid.IntRange(0, 50).Draw(t, "time")))
				r.changed(id)
			case 1: // a name
				k := c.all[id]
				k.ID, k.Name = id, rapid.SampledFrom([]string{"Zoé", "anne", "Élodie"}).Draw(t, "name")
				c.all[id] = k
				r.changed(id)
			case 2: // its last message was discarded
				k := c.all[id]
				k.ID, k.Last = id, nil
				c.all[id] = k
				r.changed(id)
			case 3:
				delete(c.all, id)
				r.changedAll()
			case 4:
				k := c.all[id]
				k.ID, k.Typing = id, []string{fmt.Sprint(i)}
				if _, ok := c.all[id]; !ok {
					continue
				}
				c.all[id] = k
				r.typing(id, k.Typing)
			case 5:
				if len(w.waiting) > 0 {
					w.step()
				}
			}
			r.read()
		}
		w.settle()
		want, _ := c.Conversations()
		if d := cmp.Diff(want, r.all); d != "" {
			t.Fatal(d)
		}
	})
}
