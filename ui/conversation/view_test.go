package conversation

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"discussions/messaging"
	"discussions/messaging/messagingtest"
	"discussions/ui/look/looktest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"
)

// words are all texts on the screen, from top to bottom as the widgets hold them.
func (s *stage) words() string { return wordsIn(s.Content()) }

// wordsIn are the texts in an object, one a line.
func wordsIn(o fyne.CanvasObject) string {
	var out []string
	looktest.Each(o, func(o fyne.CanvasObject) {
		if text, ok := o.(*canvas.Text); ok {
			out = append(out, text.Text)
		}
	})
	return strings.Join(out, "\n")
}

// button finds what is pressed by that label, nil where there is none in view.
func (s *stage) button(label string) fyne.Tappable { return buttonIn(s.Content(), label) }

// buttonIn finds it in an object.
func buttonIn(o fyne.CanvasObject, label string) fyne.Tappable {
	var found fyne.Tappable
	looktest.Each(o, func(o fyne.CanvasObject) {
		if a, ok := o.(fyne.Accessible); ok && a.AccessibilityLabel() == label {
			found, _ = o.(fyne.Tappable)
		}
	})
	return found
}

// press presses what has that label.
func (s *stage) press(label string) {
	s.t.Helper()
	b := s.button(label)
	if b == nil {
		s.t.Fatalf("nothing is called %q in:\n%s", label, s.words())
	}
	b.Tapped(&fyne.PointEvent{})
}

// row finds the drawn row of a message.
func (s *stage) row(body string) *messageView {
	s.t.Helper()
	for _, o := range test.WidgetRenderer(s.timeline).Objects() {
		if r, ok := o.(*messageView); ok && r.row.e.text == body {
			return r
		}
	}
	s.t.Fatalf("%q is not on the screen", body)
	return nil
}

// where maps the messages on the screen to the lower edge of each, in the window.
func (s *stage) where() map[messaging.MessageID]float32 {
	out := map[messaging.MessageID]float32{}
	for _, o := range test.WidgetRenderer(s.timeline).Objects() {
		if r, ok := o.(*messageView); ok {
			out[r.row.e.ID] = s.timeline.Position().Y + r.Position().Y + r.Size().Height
		}
	}
	return out
}

func (s *stage) staysAt(before map[messaging.MessageID]float32) {
	s.t.Helper()
	seen := 0
	for id, y := range s.where() {
		if was, ok := before[id]; ok {
			seen++
			if d := was - y; d > 0.1 || d < -0.1 {
				s.t.Errorf("message %s jumped from %v to %v", id, was, y)
			}
		}
	}
	if seen == 0 {
		s.t.Error("nothing of what was in view is in view")
	}
}

func TestAReaderIsNotDisturbed(t *testing.T) {
	s := newStage(t, person(100), 560, 640).open()
	s.finish()
	s.timeline.ToRow(20, 0)
	s.finish()
	before := s.where()
	s.client.receive("Un")
	s.client.receive("Deux")
	s.client.Types(sophie, "Sophie Bernard")
	s.finish()
	s.staysAt(before)
	s.client.SetConnection(messaging.Connection{State: messaging.Offline})
	s.finish()
	s.staysAt(before)
	if words := s.words(); !strings.Contains(words, "2 nouveaux messages") || !strings.Contains(words, "Sophie Bernard écrit…") || !strings.Contains(words, "Hors ligne") {
		t.Errorf("in view:\n%s", words)
	}
	s.client.SetConnection(messaging.Connection{State: messaging.Online})
	s.finish()
	s.staysAt(before)
}

func TestManyEventsTakeOneTurn(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	s.finish()
	for i := range 200 {
		s.client.receive(fmt.Sprint("message ", i))
	}
	if n := len(s.todo); n != 1 {
		t.Fatalf("%d turns of Fyne's goroutine for 200 events", n)
	}
	s.finish()
	if got := s.bodies(); got[len(got)-1] != "message 199" {
		t.Errorf("the last in view is %q", got[len(got)-1])
	}
}

func TestOthersEventsAreNotForUs(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	s.finish()
	s.client.Tell(messaging.MessageAdded{Message: messaging.Message{ID: "x", Conversation: "paul@example.org"}})
	s.client.Tell(messaging.TypingChanged{ID: "paul@example.org", Names: []string{"Paul"}})
	s.client.Tell(messaging.CountChanged{Unread: 3})
	if len(s.todo) != 0 {
		t.Error("another conversation's event woke this one")
	}
}

func TestTroubleOffersToTryAgainWhereItHelps(t *testing.T) {
	c := person(1)
	c.SetConnection(messaging.Connection{State: messaging.Offline})
	s := newStage(t, c, 560, 640).open()
	s.press("Réessayer")
	s.finish()
	if diff := cmp.Diff([]string{"retry"}, c.Calls()); diff != "" {
		t.Error(diff)
	}
	c.SetConnection(messaging.Connection{Problem: messaging.LoginNeeded})
	s.finish()
	if s.button("Réessayer") != nil {
		t.Error("trying again is offered where only a login helps")
	}
}

func TestTheNextAttemptIsCountedDown(t *testing.T) {
	c := person(1)
	c.SetConnection(messaging.Connection{Problem: messaging.Unreachable, Next: time.Now().Add(time.Hour)})
	s := newStage(t, c, 560, 640).open()
	s.finish()
	if words := s.words(); !strings.Contains(words, "Hors ligne") || !strings.Contains(words, "Reconnexion dans 60 min.") {
		t.Errorf("words: %s", words)
	}
	s.press("Maintenant")
	s.finish()
	if diff := cmp.Diff([]string{"retry"}, c.Calls()); diff != "" {
		t.Error(diff)
	}
}

func TestMembersOpenAndCloseByKeys(t *testing.T) {
	s := newStage(t, onCall(), 560, 640).open()
	s.finish()
	test.Tap(s.header)
	s.runUntil(func() bool { return s.window.Canvas().Overlays().Top() != nil })
	list, ok := s.window.Canvas().Focused().(*memberList)
	if !ok {
		t.Fatalf("the focus is on %T", s.window.Canvas().Focused())
	}
	list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if top := s.window.Canvas().Overlays().Top(); top != nil {
		t.Errorf("%T stays open", top)
	}
}

func TestSendingDoesNotUndoTheEventThatCameFirst(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	s.finish()
	var id messaging.MessageID
	s.client.Subscribe(func(e messaging.Event) {
		if e, ok := e.(messaging.MessageAdded); ok { // Send has not returned yet
			id = e.Message.ID
			s.client.Progress(id, messaging.Delivered)
		}
	})
	test.Type(s.composer.input, "Vite")
	s.key(fyne.KeyReturn)
	s.finish()
	if got := s.thread.byID[id].State; got != messaging.Delivered {
		t.Errorf("the message went back to %s", got)
	}
}

// TestAGroupOfThousandsOpensItsMembers: only the people in view are drawn.
func TestAGroupOfThousandsOpensItsMembers(t *testing.T) {
	s := newStage(t, onCall(), 560, 640).open()
	s.finish()
	members := make([]messaging.Member, 5000)
	for i := range members {
		members[i] = messaging.Member{Name: fmt.Sprint("Personne ", i), Job: strings.Repeat("Cardiologue ", 100)}
	}
	s.popMembers(members)
	list := s.window.Canvas().Focused().(*memberList)
	if n := len(list.drawn); n == 0 || n > 20 {
		t.Errorf("%d people are drawn", n)
	}
	list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	if list.at != 4999 || list.drawn[4999] == nil {
		t.Errorf("the End key goes to %d", list.at)
	}
}

func TestAGroupWithoutKnownMembersSaysSo(t *testing.T) {
	s := newStage(t, onCall(), 560, 640).open()
	s.finish()
	s.popMembers(nil)
	list := s.window.Canvas().Focused().(*memberList)
	list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if top := s.window.Canvas().Overlays().Top(); top != nil {
		t.Errorf("%T stays open", top)
	}
}

func TestAGroupThatDoesNotLetUsInSaysWhy(t *testing.T) {
	c := person(1)
	s := newStage(t, c, 560, 640).open()
	if s.banner.Visible() {
		t.Error("a banner without a reason")
	}
	refuse := func(why messaging.Refusal) {
		c.edit(func(v *messagingtest.Conversation) { v.Refused = why })
		c.Tell(messaging.ConversationChanged{ID: s.o.ID})
		s.finish()
	}
	refuse(messaging.MembersOnly)
	if !s.banner.Visible() || !strings.Contains(s.words(), "réservé à ses membres") {
		t.Error("the reason is not shown")
	}
	refuse(messaging.NotRefused)
	if s.banner.Visible() {
		t.Error("the reason stays")
	}
}
