package conversation

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"discussions/messaging/messagingtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"
)

func TestDraftsAndTypingNotices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := person(3)
		s := newStage(t, c, 560, 640)
		s.advance(0)
		c.Calls()
		test.Type(s.composer.input, "Bon")
		s.advance(100 * time.Millisecond)
		if diff := cmp.Diff([]string{"typing true", "typing true", "typing true"}, c.Calls()); diff != "" {
			t.Error("each key tells it: the throttle is the client's\n", diff)
		}
		test.Type(s.composer.input, "jour")
		s.advance(draftDelay)
		if diff := cmp.Diff([]string{"typing true", "draft Bonjour"}, slices.Compact(c.Calls())); diff != "" {
			t.Error(diff)
		}
		s.window.Canvas().Focus(s.composer.input)
		s.window.Canvas().Unfocus()
		s.advance(0)
		if diff := cmp.Diff([]string{"typing false"}, c.Calls()); diff != "" {
			t.Error("leaving the box is a pause\n", diff)
		}
		test.Type(s.composer.input, " !")
		s.Close()()
		if diff := cmp.Diff([]string{"typing true", "draft Bonjour !", "typing false"}, slices.Compact(c.Calls())); diff != "" {
			t.Error(diff)
		}
	})
}

func TestADraftComesBackUnlessSomethingWasWritten(t *testing.T) {
	c := person(3)
	c.edit(func(v *messagingtest.Conversation) { v.Written = "À suivre" })
	s := newStage(t, c, 560, 640).open()
	if got := s.composer.input.Text; got != "À suivre" {
		t.Errorf("restored %q", got)
	}
	s.finish()
	if calls := c.Calls(); len(calls) > 0 {
		t.Errorf("restoring called %q", calls)
	}
	test.Type(s.composer.input, ".")
	if got := s.composer.input.Text; got != "À suivre." {
		t.Errorf("the cursor is not at the end: %q", got)
	}

	s = newStage(t, c, 560, 640)
	test.Type(s.composer.input, "X")
	s.open()
	if got := s.composer.input.Text; got != "X" {
		t.Errorf("the draft went over what was written: %q", got)
	}
}

// TestTheOtherPersonIsToldOfTyping: for the client, ten seconds without a key are a pause, so it must get each key.
func TestTheOtherPersonIsToldOfTyping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := person(3)
		s := newStage(t, c, 560, 640)
		s.advance(0)
		for range 30 {
			test.Type(s.composer.input, "x")
			s.advance(time.Second)
		}
		if diff := cmp.Diff([]string{"composing", "composing"}, c.Told(sophie)); diff != "" {
			t.Error("while the user typed\n", diff)
		}
		s.advance(10 * time.Second)
		if diff := cmp.Diff([]string{"composing", "composing", "paused"}, c.Told(sophie)); diff != "" {
			t.Error("after a pause\n", diff)
		}
		s.Close()()
	})
}

// TestClosingKeepsTheDraftWithoutWaitingForIt closes while the outbox is slow to take a message.
func TestClosingKeepsTheDraftWithoutWaitingForIt(t *testing.T) {
	for _, c := range []struct {
		name, then string
		fails      error
		draft      string
	}{
		{"what was sent is no draft", "", nil, "draft "},
		{"what was written behind it is one", " À suivre", nil, "draft  À suivre"},
		{"what could not be sent is one", " À suivre", errors.New("full"), "draft Bonjour À suivre"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := person(3)
				release := client.Hold("Send")
				client.Fail("Send", c.fails)
				s := newStage(t, client, 560, 640)
				s.advance(0)
				test.Type(s.composer.input, "Bonjour")
				s.advance(draftDelay)
				s.key(fyne.KeyReturn)
				test.Type(s.composer.input, c.then)
				kept := s.Close()
				done := false
				go func() { kept(); done = true }()
				synctest.Wait()
				if done {
					t.Fatal("kept before the disk has it")
				}
				release()
				synctest.Wait()
				drafts := slices.DeleteFunc(client.Calls(), func(call string) bool { return !strings.HasPrefix(call, "draft") })
				if diff := cmp.Diff([]string{"draft Bonjour", c.draft}, drafts); diff != "" || !done {
					t.Errorf("kept: %v\n%s", done, diff)
				}
			})
		})
	}
}

func TestTypingAndScrollingCountAsActivity(t *testing.T) {
	s := newStage(t, person(200), 560, 640).open()
	for name, do := range map[string]func(){
		"a key in the box":      func() { s.composer.input.KeyDown(&fyne.KeyEvent{Name: fyne.KeyA}) },
		"a page key in the box": func() { s.key(fyne.KeyPageUp) },
		"a key in the messages": func() { s.timeline.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome}) },
		"the wheel":             func() { s.timeline.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 40)}) },
	} {
		s.touch = 0
		do()
		if s.touch == 0 {
			t.Errorf("%s does not count", name)
		}
	}
	s.finish() // Home read older messages
	s.touch = 0
	s.client.receive("Un message arrive.")
	s.finish()
	if s.touch > 0 {
		t.Error("a message that comes counts as somebody")
	}
}
