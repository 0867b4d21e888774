package conversation

import (
	"slices"
	"strings"
	"testing"
	"time"

	"discussions/messaging"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"
)

func TestStatesFollow(t *testing.T) {
	c := onCall()
	s := newStage(t, c, 560, 640).open()
	s.finish()
	m := c.messages()[4]
	shows := func(state messaging.State) {
		t.Helper()
		s.finish()
		if got := s.row(bodyOf(m)).icons.all[0].image.Resource; got != stateIcon(state) {
			t.Errorf("%s shows %s", state, got.Name())
		}
	}
	shows(messaging.Queued)
	c.Acknowledge()
	shows(messaging.Sent)
	c.Refuse(m.ID, "forbidden")
	s.finish()
	if words := s.words(); !strings.Contains(words, "Vous n’avez pas le droit") {
		t.Errorf("the reason is missing:\n%s", words)
	}
	test.Tap(s.row(bodyOf(m)).links.all[0])
	shows(messaging.Queued)
	for _, state := range []messaging.State{messaging.Delivered, messaging.Read} {
		c.Progress(m.ID, state)
		shows(state)
	}
}

func TestARefusedMessageIsGivenUp(t *testing.T) {
	c := onCall()
	s := newStage(t, c, 560, 640).open()
	m := c.messages()[4]
	c.Refuse(m.ID, "forbidden")
	s.finish()
	s.row(bodyOf(m)).links.all[1].TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	s.finish()
	if diff := cmp.Diff([]string{"discard e"}, c.Calls()); diff != "" {
		t.Error(diff)
	}
	if slices.Contains(s.bodies(), bodyOf(m)) {
		t.Error("a discarded message stays")
	}
}

func TestSelectingAndCopying(t *testing.T) {
	s := newStage(t, onCall(), 560, 640).open()
	s.finish()
	row := s.row("Contrôle dans dix jours.")
	at := func(offset float32) fyne.Position {
		return fyne.NewPos(row.l.bubble.x+bubblePadX+offset, row.l.bubble.y+bubblePadY+4)
	}
	width := s.metrics.textRuler.Width("Contrôle ")
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
	if got := s.selection.text(); got != row.row.e.text {
		t.Errorf("three clicks mark %q", got)
	}
	s.timeline.TypedShortcut(&fyne.ShortcutCopy{})
	if got := fyne.CurrentApp().Clipboard().Content(); got != row.row.e.text {
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
	s.finish()
	row := s.row("Peux-tu prévenir la pharmacie ?")
	row.TappedSecondary(&fyne.PointEvent{AbsolutePosition: fyne.NewPos(50, 50)})
	menu := s.window.Canvas().Overlays().Top()
	if menu == nil {
		t.Fatal("no menu")
	}
	test.TapCanvas(s.window.Canvas(), fyne.NewPos(70, 107)) // the second of its items
	if got := fyne.CurrentApp().Clipboard().Content(); got != row.row.e.text {
		t.Errorf("copied %q", got)
	}
}

func TestALongTextIsFolded(t *testing.T) {
	c := person(0)
	c.setMessages(said(strings.Repeat("une ligne\n", 400)))
	s := newStage(t, c, 560, 640).open()
	s.finish()
	row := s.row(bodyOf(c.messages()[0]))
	if n := s.lines(); n != foldAfter {
		t.Fatalf("%d lines are shown", n)
	}
	test.Tap(row.links.all[0])
	if n := s.lines(); n < 400 {
		t.Errorf("%d lines are shown after asking for all", n)
	}
}

func TestTheDayChangesUnderAnOpenWindow(t *testing.T) {
	c := person(0)
	c.setMessages(said("Bonsoir"))
	s := newStage(t, c, 560, 640).open()
	s.finish()
	if words := s.words(); !strings.Contains(words, "aujourd’hui") {
		t.Fatalf("in view:\n%s", words)
	}
	s.clock = noon.AddDate(0, 0, 1)
	c.Tell(messaging.ConversationChanged{ID: sophie})
	s.finish()
	if words := s.words(); !strings.Contains(words, "hier") {
		t.Errorf("in view:\n%s", words)
	}
}

// lines is the number of lines that all loaded texts take.
func (s *stage) lines() int {
	n := 0
	for _, r := range s.thread.rows {
		if r.kind == messageRow {
			if text, _ := (rows{s.View}).layout(r, 560).text(); text != nil {
				n += len(text.lines)
			}
		}
	}
	return n
}

func stateIcon(state messaging.State) fyne.Resource {
	icon, _ := wording.StateIcon(state)
	return icon
}

// bodyOf is the text of a message.
func bodyOf(m messaging.Message) string { return markable(m.Content) }

func click(r *messageView, at fyne.Position) { r.MouseDown(primary(at)) }

func TestTheFocusDoesNotStayOnALinkThatIsGone(t *testing.T) {
	c := troubled()
	s := newStage(t, c, 560, 640).open()
	s.finish()
	row := s.row("Peux-tu prévenir la pharmacie ?")
	s.window.Canvas().Focus(row.links.all[0])
	if err := c.Resend(c.messages()[4].ID); err != nil {
		t.Fatal(err)
	}
	s.finish()
	if got := s.window.Canvas().Focused(); got != fyne.Focusable(s.timeline) {
		t.Errorf("the focus is on %T", got)
	}
}
