package conversation

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"discussions/messaging"

	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"
)

func TestItOpensAtTheNewest(t *testing.T) {
	s := newStage(t, person(100), 560, 640).open()
	s.finish()
	if first, last := s.timeline.InView(); last != len(s.thread.rows)-1 || last-first > 25 || !s.timeline.Stuck() {
		t.Errorf("rows %d to %d of %d", first, last, len(s.thread.entries))
	}
	if words := s.words(); !strings.Contains(words, "Infirmière coordinatrice · Dr Claire Martin") {
		t.Errorf("the header is missing in:\n%s", words)
	}
}

func TestItOpensAtTheFirstNewMessageWhereTheyDoNotFit(t *testing.T) {
	c := person(100)
	c.setUnread(30, 62)
	s := newStage(t, c, 560, 640).open()
	s.InFront(true)
	s.finish()
	if first := s.bodies()[0]; s.timeline.Stuck() || first != bodyOf(c.messages()[62]) {
		t.Fatalf("the first message in view is %q", first)
	}
	if words := s.words(); strings.Count(words, "nouveaux messages") != 2 { // the line and the button
		t.Errorf("in view:\n%s", words)
	}
	if calls := c.Calls(); slices.Contains(calls, "read") {
		t.Error("marked as read before the newest was seen")
	}
	test.Tap(s.jump)
	s.finish()
	if calls := c.Calls(); !slices.Contains(calls, "read") {
		t.Errorf("not marked as read at the newest: %q", calls)
	}
	if s.jump.Visible() {
		t.Error("the button stays at the newest")
	}
}

func TestOnlyAWindowInFrontReads(t *testing.T) {
	s := newStage(t, person(5), 560, 640).open()
	s.client.receive("Bonjour")
	s.finish()
	if calls := s.client.Calls(); len(calls) > 0 {
		t.Fatalf("called %q behind other windows", calls)
	}
	s.InFront(true)
	s.finish()
	s.client.receive("Encore")
	s.finish()
	if diff := cmp.Diff([]string{"read", "read"}, s.client.Calls()); diff != "" {
		t.Error(diff)
	}
	if words := s.words(); !strings.Contains(words, "1 nouveau message") {
		t.Errorf("the line for what came behind other windows is missing:\n%s", words)
	}
}

func TestOlderPagesComeWithoutAJump(t *testing.T) {
	s := newStage(t, person(300), 560, 640).open()
	s.finish()
	for page := range 4 {
		s.timeline.ToRow(2, 7)
		before := s.where()
		n := len(s.thread.entries)
		s.runUntil(func() bool { return len(s.thread.entries) > n })
		s.staysAt(before)
		if got := len(s.thread.entries); got != n+50 {
			t.Fatalf("page %d: %d messages after %d", page, got, n)
		}
	}
	s.timeline.ToRow(0, 0)
	s.runUntil(func() bool { return s.thread.start })
	s.timeline.ToRow(0, 0)
	if words := s.words(); !strings.Contains(words, "Début de la conversation") {
		t.Errorf("the start does not say so:\n%s", words)
	}
}

func TestTheRowsOfALongSessionAreLetGo(t *testing.T) {
	s := newStage(t, person(50), 560, 640).open()
	s.finish()
	for i := range keepMax {
		s.client.receive(fmt.Sprint("message ", i))
	}
	s.finish()
	if n := len(s.thread.entries); n != keepAtNewest {
		t.Fatalf("%d messages are kept", n)
	}
	s.timeline.ToRow(0, 0)
	s.runUntil(func() bool { return len(s.thread.entries) > keepAtNewest })
	if got := s.thread.entries[50].text; got != "message 300" {
		t.Errorf("behind the page that came back stands %q", got)
	}
}

func TestHistoryThatFails(t *testing.T) {
	c := person(80)
	c.Fail("History", messaging.ErrOffline)
	c.SetConnection(messaging.Connection{State: messaging.Offline})
	s := newStage(t, c, 560, 640).open()
	s.finish()
	if words := s.words(); !strings.Contains(words, "dès le retour du réseau") {
		t.Fatalf("nothing says why it is empty:\n%s", words)
	}
	c.Fail("History", errors.New("disk"))
	c.SetConnection(messaging.Connection{State: messaging.Online})
	s.finish()
	if words := s.words(); !strings.Contains(words, "n’a pas pu être chargé") {
		t.Fatalf("nothing says that it failed:\n%s", words)
	}
	c.Fail("History", nil)
	s.press("Réessayer")
	s.finish()
	if !s.history.opened || s.banner.Visible() || s.empty.Visible() {
		t.Errorf("opened %v, in view:\n%s", s.history.opened, s.words())
	}
}

func TestAPageDoesNotUndoWhatCameMeanwhile(t *testing.T) {
	c := person(3)
	release := c.Hold("History")
	s := newStage(t, c, 560, 640)
	m := c.messages()[1]
	m.State = messaging.Failed
	c.Tell(messaging.MessageChanged{Message: m})
	c.Tell(messaging.MessageRemoved{Conversation: sophie, ID: c.messages()[0].ID})
	s.runUntil(func() bool { return len(s.history.meanwhile) == 2 })
	release()
	s.open()
	if len(s.thread.entries) != 2 || s.thread.byID[m.ID].State != messaging.Failed {
		t.Errorf("%d messages, state %s", len(s.thread.entries), s.thread.byID[m.ID].State)
	}
}
