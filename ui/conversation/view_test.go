package conversation

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"discussions/messaging"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"
)

// words are all texts on the screen, from top to bottom as the widgets hold them.
func (s *stage) words() string {
	var out []string
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if !o.Visible() {
			return
		}
		switch o := o.(type) {
		case *canvas.Text:
			out = append(out, o.Text)
		case *fyne.Container:
			for _, c := range o.Objects {
				walk(c)
			}
		case fyne.Widget:
			for _, c := range test.WidgetRenderer(o).Objects() {
				walk(c)
			}
		}
	}
	walk(s.Content())
	return strings.Join(out, "\n")
}

// row finds the drawn row of a message.
func (s *stage) row(body string) *messageRow {
	s.t.Helper()
	for _, o := range test.WidgetRenderer(s.timeline).Objects() {
		if r, ok := o.(*messageRow); ok && r.e.Body == body {
			return r
		}
	}
	s.t.Fatalf("%q is not on the screen", body)
	return nil
}

// where maps the messages on the screen to the lower edge of each, in the window.
func (s *stage) where() map[string]float32 {
	out := map[string]float32{}
	for _, o := range test.WidgetRenderer(s.timeline).Objects() {
		if r, ok := o.(*messageRow); ok {
			out[r.e.ID] = s.timeline.Position().Y + r.Position().Y + r.Size().Height
		}
	}
	return out
}

func (s *stage) stays(before map[string]float32) {
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

func TestItOpensAtTheNewest(t *testing.T) {
	s := newStage(t, person(100), 560, 640).open()
	s.rest()
	if first, last := s.timeline.InView(); last != len(s.thread.entries)-1 || last-first > 20 || !s.timeline.Stuck() {
		t.Errorf("rows %d to %d of %d", first, last, len(s.thread.entries))
	}
	if words := s.words(); !strings.Contains(words, "Infirmière coordinatrice · Dr Claire Martin") {
		t.Errorf("the header is missing in:\n%s", words)
	}
}

func TestItOpensAtTheFirstNewMessageWhereTheyDoNotFit(t *testing.T) {
	c := person(100)
	c.conversation.Unread, c.conversation.FirstUnread = 30, c.messages[62].Cursor
	s := newStage(t, c, 560, 640).open()
	s.InFront(true)
	s.rest()
	if first := s.bodies()[0]; s.timeline.Stuck() || first != c.messages[62].Body {
		t.Fatalf("the first message in view is %q", first)
	}
	if words := s.words(); strings.Count(words, "nouveaux messages") != 2 { // the line and the pill
		t.Errorf("in view:\n%s", words)
	}
	if calls := c.called(); slices.Contains(calls, "read") {
		t.Error("marked as read before the newest was seen")
	}
	test.Tap(s.pill)
	s.rest()
	if calls := c.called(); !slices.Contains(calls, "read") {
		t.Errorf("not marked as read at the newest: %q", calls)
	}
	if s.pill.Visible() {
		t.Error("the pill stays at the newest")
	}
}

func TestOnlyAWindowInFrontReads(t *testing.T) {
	s := newStage(t, person(5), 560, 640).open()
	s.client.receive("Bonjour")
	s.rest()
	if calls := s.client.called(); len(calls) > 0 {
		t.Fatalf("called %q behind other windows", calls)
	}
	s.InFront(true)
	s.rest()
	s.client.receive("Encore")
	s.rest()
	if diff := cmp.Diff([]string{"read", "read"}, s.client.called()); diff != "" {
		t.Error(diff)
	}
	if words := s.words(); !strings.Contains(words, "1 nouveau message") {
		t.Errorf("the line for what came behind other windows is missing:\n%s", words)
	}
}

func TestOlderPagesComeWithoutAJump(t *testing.T) {
	s := newStage(t, person(300), 560, 640).open()
	s.rest()
	for page := range 4 {
		s.timeline.ToRow(2, 7)
		before := s.where()
		n := len(s.thread.entries)
		s.settle(func() bool { return len(s.thread.entries) > n })
		s.stays(before)
		if got := len(s.thread.entries); got != n+50 {
			t.Fatalf("page %d: %d messages after %d", page, got, n)
		}
	}
	s.timeline.ToRow(0, 0)
	s.settle(func() bool { return s.thread.start })
	s.timeline.ToRow(0, 0)
	if words := s.words(); !strings.Contains(words, "Début de la conversation") {
		t.Errorf("the start does not say so:\n%s", words)
	}
}

func TestAReaderIsNotDisturbed(t *testing.T) {
	s := newStage(t, person(100), 560, 640).open()
	s.rest()
	s.timeline.ToRow(20, 0)
	s.rest()
	before := s.where()
	s.client.receive("Un")
	s.client.receive("Deux")
	s.client.subscriber(messaging.TypingChanged{ID: sophie, Names: []string{"Sophie Bernard"}})
	s.rest()
	s.stays(before)
	s.client.subscriber(messaging.ConnectionChanged{Connection: messaging.Connection{State: messaging.Offline}})
	s.rest()
	s.stays(before)
	if words := s.words(); !strings.Contains(words, "2 nouveaux messages") || !strings.Contains(words, "Sophie Bernard écrit…") || !strings.Contains(words, "Hors ligne") {
		t.Errorf("in view:\n%s", words)
	}
	s.client.subscriber(messaging.ConnectionChanged{Connection: messaging.Connection{State: messaging.Online}})
	s.rest()
	s.stays(before)
}

func TestManyEventsTakeOneTurn(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	s.rest()
	for i := range 200 {
		s.client.receive(fmt.Sprint("message ", i))
	}
	if n := len(s.todo); n != 1 {
		t.Fatalf("%d turns of Fyne's goroutine for 200 events", n)
	}
	s.rest()
	if got := s.bodies(); got[len(got)-1] != "message 199" {
		t.Errorf("the last in view is %q", got[len(got)-1])
	}
}

func TestTheRowsOfALongSessionAreLetGo(t *testing.T) {
	s := newStage(t, person(50), 560, 640).open()
	s.rest()
	for i := range keepMost {
		s.client.receive(fmt.Sprint("message ", i))
	}
	s.rest()
	if n := len(s.thread.entries); n != keepThen {
		t.Fatalf("%d messages are kept", n)
	}
	s.timeline.ToRow(0, 0)
	s.settle(func() bool { return len(s.thread.entries) > keepThen })
	if got := s.thread.entries[50].Body; got != "message 300" {
		t.Errorf("behind the page that came back stands %q", got)
	}
}

func TestStatesFollow(t *testing.T) {
	c := onCall()
	s := newStage(t, c, 560, 640).open()
	s.rest()
	m := c.messages[4]
	for _, state := range []messaging.State{messaging.Sent, messaging.Delivered, messaging.Read} {
		m.State = state
		c.subscriber(messaging.MessageChanged{Message: m})
		s.rest()
		if got := s.row(m.Body).state.Resource; got != stateIcon(state) {
			t.Errorf("%s shows %s", state, got.Name())
		}
	}
	m.State, m.Failure = messaging.Failed, "forbidden"
	c.subscriber(messaging.MessageChanged{Message: m})
	s.rest()
	if words := s.words(); !strings.Contains(words, "Vous n’avez pas le droit") {
		t.Errorf("the reason is missing:\n%s", words)
	}
	row := s.row(m.Body)
	test.Tap(row.links[0])
	row.links[1].TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	s.rest()
	if diff := cmp.Diff([]string{"resend e", "discard e"}, c.called()); diff != "" {
		t.Error(diff)
	}
	c.subscriber(messaging.MessageRemoved{Conversation: group, ID: m.ID})
	s.rest()
	if slices.Contains(s.bodies(), m.Body) {
		t.Error("a discarded message stays")
	}
}

func TestOthersEventsAreNotForUs(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	s.rest()
	s.client.subscriber(messaging.MessageAdded{Message: messaging.Message{ID: "x", Conversation: "paul@example.org"}})
	s.client.subscriber(messaging.TypingChanged{ID: "paul@example.org", Names: []string{"Paul"}})
	s.client.subscriber(messaging.CountChanged{Unread: 3})
	if len(s.todo) != 0 {
		t.Error("another conversation's event woke this one")
	}
}

func TestHistoryThatFails(t *testing.T) {
	c := person(80)
	c.historyErr = messaging.ErrOffline
	c.connection = messaging.Connection{State: messaging.Offline}
	s := newStage(t, c, 560, 640).open()
	s.rest()
	if words := s.words(); !strings.Contains(words, "dès le retour du réseau") {
		t.Fatalf("nothing says why it is empty:\n%s", words)
	}
	c.mu.Lock()
	c.historyErr = errors.New("disk")
	c.mu.Unlock()
	c.subscriber(messaging.ConnectionChanged{Connection: messaging.Connection{State: messaging.Online}})
	s.rest()
	if words := s.words(); !strings.Contains(words, "n’a pas pu être chargé") {
		t.Fatalf("nothing says that it failed:\n%s", words)
	}
	c.mu.Lock()
	c.historyErr = nil
	c.mu.Unlock()
	test.Tap(s.strip.link)
	s.rest()
	if !s.history.opened || s.strip.Visible() || s.empty.Visible() {
		t.Errorf("opened %v, strip %q, empty %q", s.history.opened, s.strip.words, s.empty.words)
	}
}

func TestTroubleOffersToTryAgainWhereItHelps(t *testing.T) {
	c := person(1)
	c.connection = messaging.Connection{State: messaging.Offline}
	s := newStage(t, c, 560, 640).open()
	test.Tap(s.strip.link)
	s.rest()
	if diff := cmp.Diff([]string{"retry"}, c.called()); diff != "" {
		t.Error(diff)
	}
	c.subscriber(messaging.ConnectionChanged{Connection: messaging.Connection{Problem: messaging.LoginNeeded}})
	s.rest()
	if s.strip.link.Visible() {
		t.Error("trying again is offered where only a login helps")
	}
}

func TestSelectingAndCopying(t *testing.T) {
	s := newStage(t, onCall(), 560, 640).open()
	s.rest()
	row := s.row("Contrôle dans dix jours.")
	at := func(offset float32) fyne.Position {
		return fyne.NewPos(row.l.bubble.x+bubblePadX+offset, row.l.bubble.y+bubblePadY+4)
	}
	width := s.metrics.measure("Contrôle ")
	click(row, at(0))
	row.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: at(width)}})
	if got := s.selection.text(); got != "Contrôle " {
		t.Errorf("dragging marks %q", got)
	}
	s.clock = s.clock.Add(time.Second)
	click(row, at(width+10))
	click(row, at(width+10))
	if got := s.selection.text(); got != "dans" {
		t.Errorf("two clicks mark %q", got)
	}
	click(row, at(width+10))
	if got := s.selection.text(); got != row.e.Body {
		t.Errorf("three clicks mark %q", got)
	}
	s.timeline.TypedShortcut(&fyne.ShortcutCopy{})
	if got := fyne.CurrentApp().Clipboard().Content(); got != row.e.Body {
		t.Errorf("copied %q", got)
	}
	s.clock = s.clock.Add(time.Second)
	click(row, fyne.NewPos(2, 2))
	if got := s.selection.text(); got != "" {
		t.Errorf("a click beside leaves %q", got)
	}
}

func TestTheMenuOfAMessage(t *testing.T) {
	s := newStage(t, troubled(), 560, 640).open()
	s.rest()
	row := s.row("Peux-tu prévenir la pharmacie ?")
	row.TappedSecondary(&fyne.PointEvent{AbsolutePosition: fyne.NewPos(50, 50)})
	menu := s.window.Canvas().Overlays().Top()
	if menu == nil {
		t.Fatal("no menu")
	}
	test.TapCanvas(s.window.Canvas(), fyne.NewPos(70, 66)) // the first of its items
	if got := fyne.CurrentApp().Clipboard().Content(); got != row.e.Body {
		t.Errorf("copied %q", got)
	}
}

func TestMembersOpenAndCloseByKeys(t *testing.T) {
	s := newStage(t, onCall(), 560, 640).open()
	s.rest()
	test.Tap(s.header)
	s.settle(func() bool { return s.window.Canvas().Overlays().Top() != nil })
	list, ok := s.window.Canvas().Focused().(*memberList)
	if !ok {
		t.Fatalf("the focus is on %T", s.window.Canvas().Focused())
	}
	list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if top := s.window.Canvas().Overlays().Top(); top != nil {
		t.Errorf("%T stays open", top)
	}
}

func TestALongTextIsFolded(t *testing.T) {
	c := person(0)
	c.messages = []messaging.Message{c.next(strings.Repeat("une ligne\n", 400))}
	s := newStage(t, c, 560, 640).open()
	s.rest()
	row := s.row(c.messages[0].Body)
	if len(row.l.lines) != foldAfter {
		t.Fatalf("%d lines are shown", len(row.l.lines))
	}
	test.Tap(row.links[0])
	if row := s.row(c.messages[0].Body); len(row.l.lines) < 400 {
		t.Errorf("%d lines are shown after asking for all", len(row.l.lines))
	}
}

func TestTheDayChangesUnderAnOpenWindow(t *testing.T) {
	c := person(0)
	c.messages = []messaging.Message{c.next("Bonsoir")}
	s := newStage(t, c, 560, 640).open()
	s.rest()
	if words := s.words(); !strings.Contains(words, "aujourd’hui") {
		t.Fatalf("in view:\n%s", words)
	}
	s.clock = noon.AddDate(0, 0, 1)
	c.subscriber(messaging.ConversationChanged{ID: sophie})
	s.rest()
	if words := s.words(); !strings.Contains(words, "hier") {
		t.Errorf("in view:\n%s", words)
	}
}

func click(r *messageRow, at fyne.Position) { r.MouseDown(primary(at)) }
