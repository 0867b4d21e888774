package list

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"discussions/messaging"
	"discussions/messaging/messagingtest"
	"discussions/ui/screen"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
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

// client counts how its conversations are read.
type client struct {
	*messagingtest.Client
	whole, one int
}

func (c *client) Conversations() ([]messaging.Conversation, error) {
	c.whole++
	return c.Client.Conversations()
}

func (c *client) Conversation(id messaging.ConversationID) (messaging.Conversation, error) {
	c.one++
	return c.Client.Conversation(id)
}

// newTestReader has a list of these conversations, the first with the oldest message.
func newTestReader(ids ...messaging.ConversationID) (*reader, *window, *client) {
	now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	tick := func() time.Time { // no two messages of one moment
		now = now.Add(time.Second)
		return now
	}
	w, c := &window{}, &client{Client: messagingtest.Open(messaging.Config{JID: "own@example.org", Now: tick})}
	for _, id := range ids {
		c.ReceiveText(id, "Bonjour")
	}
	r := newReader(w, c, func([]messaging.Conversation) {})
	c.Subscribe(r.event)
	r.event(messaging.ConversationsChanged{})
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
	c.ReceiveText("a", "Oui")
	r.read()
	w.settle()
	if c.whole != 1 || c.one != 1 || ids(r.all) != "a c b" {
		t.Errorf("read all %d times, one %d times; the list is %s", c.whole, c.one, ids(r.all))
	}
}

func TestWhatChangesWhileReadingIsReadOnceAfterwards(t *testing.T) {
	r, w, c := newTestReader("a", "b", "c")
	c.ReceiveText("b", "Oui")
	r.read()
	for range 100 { // while it reads
		c.ReceiveText("a", "Oui")
		r.read()
	}
	w.settle()
	if c.whole != 1 || c.one != 2 || ids(r.all) != "a b c" {
		t.Errorf("read all %d times, one %d times; the list is %s", c.whole, c.one, ids(r.all))
	}
}

func TestAllIsReadWhereOneIsNotEnough(t *testing.T) {
	r, w, c := newTestReader("a", "b")
	c.ReceiveText("new", "Bonjour")
	r.read()
	w.settle()
	if c.whole != 2 || ids(r.all) != "new b a" {
		t.Errorf("a new conversation: read all %d times; the list is %s", c.whole, ids(r.all))
	}
	var many []messaging.ConversationID
	for i := range readOne + 1 {
		many = append(many, messaging.ConversationID(fmt.Sprintf("c%d", i)))
	}
	r, w, c = newTestReader(many...)
	for _, id := range many {
		c.ReceiveText(id, "Oui")
	}
	r.read()
	w.settle()
	if c.whole != 2 || c.one != 0 {
		t.Errorf("many: read all %d times, one %d times", c.whole, c.one)
	}
}

func TestAReadingThatFailsLeavesTheListAndTheNextOneRuns(t *testing.T) {
	r, w, c := newTestReader("a", "b")
	c.Fail("Conversation", messaging.ErrLocked)
	c.ReceiveText("a", "Oui")
	r.read()
	w.settle()
	if ids(r.all) != "b a" {
		t.Errorf("the list is %s", ids(r.all))
	}
	c.Fail("Conversation", nil)
	c.ReceiveText("a", "Non")
	r.read()
	w.settle()
	if ids(r.all) != "a b" {
		t.Errorf("the list is %s", ids(r.all))
	}
}

func TestTypingIsShownWithoutReading(t *testing.T) {
	r, w, c := newTestReader("a")
	c.Types("a", "Paul")
	r.read()
	w.settle()
	if c.one != 0 || len(r.all[0].Typing) != 1 {
		t.Errorf("read %d times; typing %v", c.one, r.all[0].Typing)
	}
	c.Tell(messaging.ConversationChanged{ID: "a"})
	r.read()
	w.step() // it was read with Paul typing
	c.Types("a")
	r.read()
	w.settle()
	if len(r.all[0].Typing) != 0 {
		t.Errorf("%v seems to type for ever", r.all[0].Typing)
	}
}

func TestAListThatWasLeftReadsNoMore(t *testing.T) {
	r, w, c := newTestReader("a", "b")
	c.ReceiveText("a", "Oui")
	r.read()
	r.closed = true
	w.settle()
	c.ReceiveText("a", "Non")
	r.read()
	w.settle()
	if c.one != 1 || ids(r.all) != "b a" {
		t.Errorf("read %d times; the list is %s", c.one, ids(r.all))
	}
}

// TestTheListIsWhatTheClientHas uses a client in any way, with readings that take any time: its events are enough to keep the list.
func TestTheListIsWhatTheClientHas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, w, c := newTestReader("a", "b", "c", "d")
		known := []messaging.ConversationID{"a", "b", "c", "d", "new", "newer"}
		var sent []messaging.MessageID
		for i := range rapid.IntRange(1, 40).Draw(t, "steps") {
			id := rapid.SampledFrom(known).Draw(t, "conversation")
			var message messaging.MessageID
			if len(sent) > 0 {
				message = rapid.SampledFrom(sent).Draw(t, "message")
			}
			switch rapid.IntRange(0, 12).Draw(t, "what") {
			case 0:
				c.ReceiveText(id, "Bonjour")
			case 1:
				if m, err := c.Send(id, messaging.Text{Body: "Oui"}); err == nil {
					sent = append(sent, m.ID)
				}
			case 2:
				c.Acknowledge()
			case 3:
				c.Progress(message, rapid.SampledFrom([]messaging.State{messaging.Delivered, messaging.Read}).Draw(t, "state"))
			case 4:
				c.Refuse(message, "item-not-found")
			case 5:
				_ = c.Discard(message)
			case 6:
				_ = c.Resend(message)
			case 7:
				_ = c.SetDraft(id, rapid.SampledFrom([]string{"", "Je"}).Draw(t, "draft"))
			case 8:
				_ = c.MarkRead(id)
			case 9: // somebody who is in the list
				c.Types(rapid.SampledFrom(known[:4]).Draw(t, "typist"), rapid.SampledFrom([][]string{nil, {fmt.Sprint(i)}}).Draw(t, "names")...)
			case 10: // it is renamed
				c.Edit(id, func(v *messagingtest.Conversation) { v.Name = fmt.Sprint("name ", i) })
				c.Tell(messaging.ConversationChanged{ID: id})
			case 11: // so many change that no event names them
				c.Edit(id, func(v *messagingtest.Conversation) { v.Name = fmt.Sprint("name ", i) })
				c.Tell(messaging.ConversationsChanged{})
			case 12:
				if len(w.waiting) > 0 {
					w.step()
				}
			}
			if rapid.Bool().Draw(t, "read") {
				r.read()
			}
		}
		r.read()
		w.settle()
		want, err := c.Client.Conversations()
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, r.all, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(messaging.Conversation{}, "FirstUnread")); d != "" {
			t.Fatal(d)
		}
	})
}
