package conversation

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"discussions/messaging"
	"discussions/messaging/messagingtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// numbered is a conversation of messages that say their number.
func numbered(n int) *fakeClient {
	c := person(n)
	c.edit(func(v *messagingtest.Conversation) {
		for i := range v.Messages {
			v.Messages[i].Content = messaging.Text{Body: fmt.Sprint("message ", i)}
		}
	})
	return c
}

// shownAt opens a conversation and shows one of its messages.
func shownAt(t *testing.T, c *fakeClient, i int) *stage {
	t.Helper()
	s := newStage(t, c, 560, 640).open()
	s.finish()
	s.Show(c.messages()[i].Cursor)
	s.finish()
	return s
}

func TestShowOpensThePlaceOfAMessage(t *testing.T) {
	s := shownAt(t, numbered(400), 100)
	if !slices.Contains(s.bodies(), "message 100") {
		t.Fatalf("in view: %q", s.bodies())
	}
	if s.thread.start || s.thread.end || s.timeline.Stuck() || !s.jump.Visible() {
		t.Errorf("start %v, end %v, stuck %v, button %v", s.thread.start, s.thread.end, s.timeline.Stuck(), s.jump.Visible())
	}
	if s.highlighted == nil || s.highlighted.text != "message 100" {
		t.Error("the message is not highlighted")
	}
}

func TestShowOfWhatIsLoadedReadsNothing(t *testing.T) {
	c := numbered(100)
	s := newStage(t, c, 560, 640).open()
	s.finish()
	turn := s.history.turn
	s.Show(c.messages()[80].Cursor)
	if s.history.turn != turn || !slices.Contains(s.bodies(), "message 80") {
		t.Errorf("read %d times, in view %q", s.history.turn-turn, s.bodies())
	}
}

func TestShowBeforeTheFirstPageOpensThere(t *testing.T) {
	c := numbered(400)
	c.setUnread(2, 398)
	s := newStage(t, c, 560, 640)
	s.InFront(true)
	s.Show(c.messages()[10].Cursor)
	s.open()
	s.finish()
	if !slices.Contains(s.bodies(), "message 10") {
		t.Errorf("in view: %q", s.bodies())
	}
	if calls := c.Calls(); slices.Contains(calls, "read") {
		t.Error("marked as read far from the newest")
	}
}

func TestTheHighlightFades(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := numbered(400)
		s := newStage(t, c, 560, 640)
		s.advance(0)
		s.Show(c.messages()[100].Cursor)
		s.advance(0)
		if s.highlighted == nil {
			t.Fatal("not highlighted")
		}
		s.advance(highlightFor)
		if s.highlighted != nil {
			t.Error("highlighted for ever")
		}
		s.Close()
	})
}

func TestNewerPagesComeWithoutAJump(t *testing.T) {
	s := shownAt(t, numbered(400), 100)
	for page := 0; !s.thread.end; page++ {
		if page > 10 {
			t.Fatal("the end does not come")
		}
		s.timeline.ToRow(len(s.thread.rows)-18, 0)
		before := s.where()
		newest := s.thread.newest()
		s.runUntil(func() bool { return s.thread.newest() != newest || s.thread.end })
		s.staysAt(before)
		if s.timeline.Stuck() {
			t.Fatal("the view follows rows that are not the newest")
		}
	}
	s.finish()
	s.timeline.ToEnd()
	s.finish()
	if got := s.bodies(); got[len(got)-1] != "message 399" || !s.timeline.Stuck() || s.jump.Visible() {
		t.Errorf("stuck %v, in view %q", s.timeline.Stuck(), got)
	}
}

func TestTheLastLoadedRowIsNotTheNewest(t *testing.T) {
	c := numbered(400)
	s := shownAt(t, c, 100)
	s.InFront(true)
	defer c.Hold("History")() // no further page comes
	s.client.receive("Un autre")
	s.finish()
	s.timeline.ToEnd()
	s.finish()
	if _, last := s.timeline.InView(); last != len(s.thread.rows)-1 || s.timeline.Stuck() || !s.jump.Visible() {
		t.Errorf("row %d of %d, stuck %v, button %v", last, len(s.thread.rows), s.timeline.Stuck(), s.jump.Visible())
	}
	if calls := c.Calls(); slices.Contains(calls, "read") {
		t.Error("marked as read")
	}
}

func TestLiveMessagesFarFromTheNewest(t *testing.T) {
	c := numbered(400)
	s := shownAt(t, c, 100)
	s.InFront(true)
	before := s.where()
	s.client.receive("Un")
	s.client.receive("Deux")
	s.finish()
	s.staysAt(before)
	if s.thread.byID[c.messages()[400].ID] != nil {
		t.Error("a live message was put behind a page that does not reach it")
	}
	if words := s.words(); !strings.Contains(words, "2 nouveaux messages") {
		t.Errorf("in view:\n%s", words)
	}
	if calls := c.Calls(); slices.Contains(calls, "read") {
		t.Error("marked as read before it was seen")
	}

	s.jump.Tapped(nil)
	s.finish()
	if got := s.bodies(); got[len(got)-1] != "Deux" || !s.timeline.Stuck() || s.jump.Visible() {
		t.Fatalf("the button leads to %q", got)
	}
	if words := s.words(); !strings.Contains(words, "2 nouveaux messages") {
		t.Errorf("the line of the new messages is missing:\n%s", words)
	}
	if calls := c.Calls(); !slices.Contains(calls, "read") {
		t.Errorf("not marked as read at the newest: %q", calls)
	}
}

func TestTheEndKeyGoesToTheNewest(t *testing.T) {
	s := shownAt(t, numbered(400), 100)
	s.timeline.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	s.finish()
	if got := s.bodies(); got[len(got)-1] != "message 399" || !s.timeline.Stuck() {
		t.Errorf("in view %q", got)
	}
}

func TestSendingGoesToTheNewest(t *testing.T) {
	s := shownAt(t, numbered(400), 100)
	test.Type(s.composer.input, "Bien reçu")
	s.key(fyne.KeyReturn)
	s.finish()
	if got := s.bodies(); got[len(got)-1] != "Bien reçu" || !s.timeline.Stuck() {
		t.Errorf("in view %q", got)
	}
}

func TestAPlaceThatCannotBeReadSaysSo(t *testing.T) {
	c := numbered(400)
	s := newStage(t, c, 560, 640).open()
	s.finish()
	c.Fail("History", errors.New("disk"))
	s.Show(c.messages()[100].Cursor)
	s.finish()
	if words := s.words(); !strings.Contains(words, "n’a pas pu être chargé") || !strings.Contains(words, "message 399") {
		t.Fatalf("in view:\n%s", words)
	}
	c.Fail("History", nil)
	s.press("Réessayer")
	s.finish()
	if !slices.Contains(s.bodies(), "message 100") {
		t.Errorf("in view: %q", s.bodies())
	}
}

func TestAReadingThatIsOvertakenChangesNothing(t *testing.T) {
	c := numbered(400)
	s := newStage(t, c, 560, 640).open()
	s.finish()
	release := c.Hold("History")
	s.Show(c.messages()[100].Cursor)
	s.Show(c.messages()[300].Cursor)
	release()
	s.runUntil(func() bool { return !s.history.loading })
	s.finish()
	if !slices.Contains(s.bodies(), "message 300") {
		t.Errorf("in view: %q", s.bodies())
	}
}

func TestWhatIsFarFromTheViewIsLetGo(t *testing.T) {
	s := newStage(t, numbered(1500), 560, 640).open()
	s.finish()
	for range 14 {
		s.timeline.ToRow(0, 0)
		s.finish()
		if n := len(s.thread.entries); n > keepMax {
			t.Fatalf("%d messages are kept", n)
		}
	}
	if s.thread.end || s.timeline.Stuck() {
		t.Error("what was let go is taken for loaded")
	}
	oldest := s.bodies()[0]
	for range 14 {
		s.timeline.ToRow(len(s.thread.rows)-18, 0)
		s.finish()
		if n := len(s.thread.entries); n > keepMax {
			t.Fatalf("%d messages are kept", n)
		}
	}
	if s.bodies()[0] == oldest {
		t.Error("the view did not go back")
	}
	s.jump.Tapped(nil)
	s.finish()
	if got := s.bodies(); got[len(got)-1] != "message 1499" {
		t.Errorf("in view %q", got)
	}
}

func TestAQuoteLeadsToItsMessage(t *testing.T) {
	c := numbered(400)
	c.edit(func(v *messagingtest.Conversation) {
		old := v.Messages[7]
		v.Messages[399].ReplyTo = &messaging.Quote{ID: old.ID, Cursor: old.Cursor, Author: "Sophie Bernard", Text: "message 7"}
	})
	s := newStage(t, c, 560, 640).open()
	s.finish()
	s.press("Sophie Bernard")
	s.finish()
	if !slices.Contains(s.bodies(), "message 7") {
		t.Errorf("in view: %q", s.bodies())
	}
}

// TestAnEmptyPageIsNotAskedForAgain: a page that the client cannot give must not be requested at every scroll.
func TestAnEmptyPageIsNotAskedForAgain(t *testing.T) {
	c := numbered(400)
	s := newStage(t, c, 560, 640).open()
	s.finish()
	c.edit(func(v *messagingtest.Conversation) { v.Withheld = 350 })
	s.timeline.ToRow(0, 0)
	s.finish()
	turn := s.history.turn
	for range 5 {
		s.timeline.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -1)})
		s.finish()
	}
	if s.history.turn != turn {
		t.Errorf("asked %d times", s.history.turn-turn)
	}
	c.Tell(messaging.ConversationChanged{ID: sophie})
	s.finish()
	if s.history.turn == turn {
		t.Error("not asked again when the conversation changed")
	}
}
