package conversation

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"discussions/messaging"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"
)

func primary(at fyne.Position) *desktop.MouseEvent {
	return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}, Button: desktop.MouseButtonPrimary}
}

func (s *stage) key(name fyne.KeyName) { s.composer.input.TypedKey(&fyne.KeyEvent{Name: name}) }

// advance lets time pass in a synctest bubble, and does what came of it.
func (s *stage) advance(d time.Duration) {
	time.Sleep(d)
	for {
		synctest.Wait()
		select {
		case f := <-s.todo:
			f()
		default:
			return
		}
	}
}

func TestEnterSendsAndShiftEnterBreaksTheLine(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	b := s.composer.input
	s.Focus()
	test.Type(b, "Bonjour")
	b.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	s.key(fyne.KeyReturn)
	b.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	test.Type(b, "Claire")
	s.key(fyne.KeyReturn)
	s.finish()
	if b.Text != "" {
		t.Errorf("%q stays in the box", b.Text)
	}
	if got := s.bodies(); got[len(got)-1] != "Bonjour\nClaire" {
		t.Errorf("the last message is %q", got[len(got)-1])
	}
	if diff := cmp.Diff([]string{"typing true", "typing false", "send Bonjour\nClaire", "draft "}, slices.Compact(s.client.Calls())); diff != "" {
		t.Error(diff)
	}
}

func TestShiftIsForgottenWithTheFocus(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	b := s.composer.input
	s.Focus()
	b.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftRight})
	s.window.Canvas().Unfocus()
	s.Focus()
	test.Type(b, "ok")
	s.key(fyne.KeyEnter)
	s.finish()
	if b.Text != "" {
		t.Errorf("%q was not sent", b.Text)
	}
}

func TestTabLeavesTheBox(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	if s.composer.input.AcceptsTab() {
		t.Fatal("the box takes the Tab key")
	}
	s.Focus()
	s.window.Canvas().FocusNext()
	if _, ok := s.window.Canvas().Focused().(*input); ok {
		t.Error("the focus stays in the box")
	}
}

func TestWhatCouldNotBeKeptStaysInTheBox(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{errors.New("disk full"), "n’a pas pu être enregistré"},
		{messaging.ErrTooLong, "trop long"},
	} {
		s := newStage(t, person(3), 560, 640).open()
		s.client.Fail("Send", c.err)
		test.Type(s.composer.input, "Important")
		s.key(fyne.KeyReturn)
		s.finish()
		if s.composer.input.Text != "Important" || !strings.Contains(s.words(), c.want) {
			t.Errorf("box %q, in view:\n%s", s.composer.input.Text, s.words())
		}
		s.client.Fail("Send", nil)
		s.key(fyne.KeyReturn)
		s.finish()
		if s.composer.input.Text != "" || strings.Contains(s.words(), c.want) {
			t.Errorf("after trying again: box %q, in view:\n%s", s.composer.input.Text, s.words())
		}
	}
}

func TestTheBoxKeepsTheTextUntilTheOutboxHasIt(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	release := s.client.Hold("Send")
	test.Type(s.composer.input, "un")
	s.key(fyne.KeyReturn)
	if s.composer.input.Text != "un" {
		t.Fatalf("box %q before the outbox has it", s.composer.input.Text)
	}
	test.Type(s.composer.input, "deux")
	s.key(fyne.KeyReturn)
	release()
	s.runUntil(func() bool { return s.composer.input.Text == "" })
	s.finish()
	var sent []string
	for _, call := range s.client.Calls() {
		if strings.HasPrefix(call, "send") {
			sent = append(sent, call)
		}
	}
	if diff := cmp.Diff([]string{"send un", "send deux"}, sent); diff != "" {
		t.Error(diff)
	}
}

func TestNothingIsNotSent(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	if !s.composer.button.Disabled() {
		t.Error("the button offers to send nothing")
	}
	test.Type(s.composer.input, "  ")
	s.key(fyne.KeyReturn)
	s.finish()
	for _, call := range s.client.Calls() {
		if strings.HasPrefix(call, "send") {
			t.Error(call)
		}
	}
}

func TestTheBoxGrowsToSixLines(t *testing.T) {
	s := newStage(t, person(30), 560, 640).open()
	s.finish()
	one := s.composer.Size().Height
	last := one
	for lines := 2; lines <= 9; lines++ {
		s.composer.input.SetText(strings.Repeat("ligne\n", lines-1) + "ligne")
		height := s.composer.Size().Height
		if grows := height > last+10; grows != (lines <= inputRows) {
			t.Errorf("%d lines: from %v to %v", lines, last, height)
		}
		if !s.timeline.Stuck() {
			t.Fatalf("%d lines: the newest is out of view", lines)
		}
		last = height
	}
	s.composer.input.SetText(strings.Repeat("mot ", 40))
	if got := s.composer.rows; got < 2 || got > 4 {
		t.Errorf("a wrapped text shows %d lines", got)
	}
	s.composer.input.SetText("")
	if got := s.composer.Size().Height; got != one {
		t.Errorf("empty again it is %v high, not %v", got, one)
	}
}

// TestALowWindowKeepsTheWholeBox, which the messages make room for, and a text of many lines scrolls earlier: the window needs no more room for it.
func TestALowWindowKeepsTheWholeBox(t *testing.T) {
	const height = 228 // of one of twenty windows side by side
	s := newStage(t, person(30), 318, height).open()
	for _, text := range []string{"", strings.Repeat("mot ", countedBytes), strings.Repeat("ligne\n", 9)} {
		s.composer.input.SetText(text)
		s.finish()
		name := fmt.Sprint(len(text), " bytes")
		if foot := s.composer.Position().Y + s.composer.Size().Height; foot > height {
			t.Errorf("%s: the box ends at %v", name, foot)
		}
		if least := s.Content().MinSize().Height; least > height {
			t.Errorf("%s: the window has to be %v high", name, least)
		}
		if messages := s.timeline.Size().Height; messages < leastMessages {
			t.Errorf("%s: %v are left for the messages", name, messages)
		}
	}
	if s.composer.rows < 2 {
		t.Error("the box does not grow although there is room")
	}
	s.window.Resize(fyne.NewSize(318, 640))
	if s.composer.rows != inputRows {
		t.Errorf("a higher window shows %d lines", s.composer.rows)
	}
}

// TestAnEmptyConversationInALowWindow says its words whole, without the icon.
func TestAnEmptyConversationInALowWindow(t *testing.T) {
	s := newStage(t, person(0), 318, 228).open()
	s.finish()
	for height, icon := range map[float32]bool{228: false, 640: true} {
		s.window.Resize(fyne.NewSize(318, height))
		if s.empty.Hidden || s.empty.icon.Visible() != icon {
			t.Errorf("%v high: hidden %v, with its icon %v", height, s.empty.Hidden, s.empty.icon.Visible())
		}
		if foot := s.empty.Position().Y + s.empty.Size().Height; foot > s.composer.Position().Y {
			t.Errorf("%v high: the words end at %v", height, foot)
		}
	}
}

func TestASlowHistorySaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := person(20)
		release := c.Hold("History")
		s := newStage(t, c, 560, 640)
		s.advance(slowAfter - time.Millisecond)
		if s.banner.Visible() {
			t.Error("the banner shows at once")
		}
		s.advance(2 * time.Millisecond)
		if !strings.Contains(s.words(), "Chargement de l’historique…") {
			t.Errorf("in view:\n%s", s.words())
		}
		release()
		s.advance(0)
		if s.banner.Visible() || !s.history.opened {
			t.Errorf("banner %v, opened %v", s.banner.Visible(), s.history.opened)
		}
		s.Close()
	})
}

// The banner goes when the page is there. That makes the view higher, which has the next page read: from the end of this one.
func TestASlowPageIsReadOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := person(180)
		s := newStage(t, c, 560, 640)
		s.advance(0)
		release := c.Hold("History")
		s.timeline.ToRow(0, 0)
		s.advance(2 * slowAfter)
		if !strings.Contains(s.words(), "Chargement de l’historique…") {
			t.Fatalf("in view:\n%s", s.words())
		}
		release()
		s.advance(0)
		for range 4 {
			s.timeline.ToRow(0, 0)
			s.advance(0)
		}
		if len(s.thread.entries) != 180 || !s.thread.start || s.history.failed != nil {
			t.Errorf("%d messages, the first %v, failed %v", len(s.thread.entries), s.thread.start, s.history.failed)
		}
		s.Close()
	})
}

func TestClosingDoesNotWaitForTheHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := person(20)
		defer c.Hold("History")()
		s := newStage(t, c, 560, 640)
		s.advance(0)
		s.Close()
		s.advance(time.Minute)
		if c.Subscribers() > 0 || s.history.opened {
			t.Error("the view lives on")
		}
	})
}

func TestAPasteThatCannotBeSentIsRefusedBeforeItIsLaidOut(t *testing.T) {
	for _, c := range []struct {
		name, before, marked, paste string
		takes                       bool
	}{
		{"a megabyte", "Bonjour", "", strings.Repeat("x", 1<<20), false},
		{"a megabyte of lines", "", "", strings.Repeat("x\n", 1<<19), false},
		{"too many lines", "", "", strings.Repeat("\n", maxLines), false},
		{"a byte too much with what is written", "Bonjour", "", strings.Repeat("é", (messaging.MaxBody-6)/2), false},
		{"as long as can be sent", "Bonjour", "", strings.Repeat("é ", (messaging.MaxBody-8)/3), true},
		{"in the place of what is marked", "Bonjour", "Bonjour", strings.Repeat("mot ", messaging.MaxBody/4), true},
		{"ordinary", "Bonjour", "", ", ça va ?", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t, person(3), 560, 640).open()
			b := s.composer.input
			test.Type(b, c.before)
			if c.marked != "" {
				b.TypedShortcut(&fyne.ShortcutSelectAll{})
			}
			clipboard := fyne.CurrentApp().Clipboard()
			clipboard.SetContent(c.paste)
			b.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
			want := c.before
			if c.takes {
				want = strings.TrimSuffix(c.before, c.marked) + c.paste
			}
			if b.Text != want {
				t.Errorf("%d bytes in the box, want %d", len(b.Text), len(want))
			}
			if told := strings.Contains(s.words(), "n’a pas été collé"); told == c.takes {
				t.Errorf("told: %v", told)
			}
		})
	}
}

func TestTypingAnywhereWritesIntoTheBox(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	s.timeline.TakeFocus()
	test.Type(s.timeline, "ok")
	if got := s.composer.input.Text; got != "ok" {
		t.Errorf("box %q", got)
	}
}

func TestThePageKeysInTheBoxTurnTheMessages(t *testing.T) {
	s := newStage(t, person(100), 560, 640).open()
	s.finish()
	s.key(fyne.KeyPageUp)
	if s.timeline.Stuck() {
		t.Error("PageUp did nothing")
	}
	s.key(fyne.KeyPageDown)
	if !s.timeline.Stuck() {
		t.Error("PageDown did nothing")
	}
}

// listening is a window whose canvas handles shortcuts, as those of the real driver do.
type listening struct {
	fyne.Window
	heard int
}

type listeningCanvas struct {
	fyne.Canvas
	w *listening
}

func (w *listening) Canvas() fyne.Canvas { return listeningCanvas{w.Window.Canvas(), w} }

func (c listeningCanvas) TypedShortcut(s fyne.Shortcut) { c.w.heard++ }

func TestTheWindowGetsItsShortcuts(t *testing.T) {
	s := newStage(t, person(3), 560, 640).open()
	w := &listening{Window: s.window}
	s.o.Window = w
	closing := &desktop.CustomShortcut{KeyName: fyne.KeyW, Modifier: fyne.KeyModifierControl}
	s.composer.input.TypedShortcut(closing)
	s.timeline.TypedShortcut(closing)
	s.composer.input.TypedShortcut(&fyne.ShortcutSelectAll{})
	if w.heard != 2 {
		t.Errorf("the window heard %d shortcuts, not 2", w.heard)
	}
}
