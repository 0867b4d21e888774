package conversation

import (
	"strings"
	"testing"

	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

func TestEverythingIsDoneByKeyboard(t *testing.T) {
	s := two(t)
	up := &desktop.CustomShortcut{KeyName: fyne.KeyUp, Modifier: fyne.KeyModifierAlt}
	s.composer.input.TypedShortcut(up)
	if s.chosen != s.thread.entries[1] {
		t.Error("the newest is not chosen")
	}
	s.timeline.TypedShortcut(up)
	if s.chosen != s.thread.entries[0] {
		t.Error("the one before is not chosen")
	}
	s.timeline.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if words := wordsIn(s.window.Canvas().Overlays().Top()); !strings.Contains(words, "Répondre") || !strings.Contains(words, "Modifier") {
		t.Errorf("menu: %s", words)
	}
	s.window.Canvas().Overlays().Remove(s.window.Canvas().Overlays().Top())
	s.timeline.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	check(t, "nothing is chosen", s.chosen == nil && !s.bar.Visible(), true)
	check(t, "focus", s.window.Canvas().Focused() == fyne.Focusable(s.composer.input), true)
}

func TestTheMenuOfAChosenMessageOpensFromAnywhere(t *testing.T) {
	s := newStage(t, numbered(60), 560, 640).open()
	s.finish()
	s.choose(-1)
	chosen := s.chosen
	for range 3 {
		s.timeline.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageUp})
	}
	s.finish()
	seen := func() bool {
		_, seen := s.timeline.Top(s.thread.rowIndex(row{kind: messageRow, e: chosen}))
		return seen
	}
	check(t, "in view after three pages up", seen(), false)
	s.timeline.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	check(t, "in view again", seen(), true)
	check(t, "menu", s.window.Canvas().Overlays().Top() != nil, true)
}

// The suggested ones are the first of the picker.
func TestAReactionIsChosenByTheArrows(t *testing.T) {
	for _, c := range []struct {
		name string
		keys []fyne.KeyName
		want []string
	}{
		{"the first", []fyne.KeyName{fyne.KeyDown, fyne.KeyReturn}, []string{"react 👍 true"}},
		{"to the right and back", []fyne.KeyName{fyne.KeyDown, fyne.KeyRight, fyne.KeyRight, fyne.KeyLeft, fyne.KeySpace}, []string{"react ❤️ true"}},
		{"down and up again", []fyne.KeyName{fyne.KeyDown, fyne.KeyDown, fyne.KeyUp, fyne.KeyReturn}, []string{"react 👍 true"}},
		{"up into the field, where Enter takes the first", []fyne.KeyName{fyne.KeyDown, fyne.KeyRight, fyne.KeyUp, fyne.KeyReturn}, []string{"react 👍 true"}},
		{"left", []fyne.KeyName{fyne.KeyDown, fyne.KeyEscape}, []string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := two(t)
			s.do(1, "Réagir…")
			for _, key := range c.keys {
				s.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: key})
			}
			check(t, "did", s.did(), c.want)
			check(t, "closed", s.window.Canvas().Overlays().Top() == nil, true)
			check(t, "focus", s.window.Canvas().Focused() == fyne.Focusable(s.composer.input), true)
		})
	}
}

func TestTheMenuOfTheWindowOpensByKeys(t *testing.T) {
	s := two(t)
	opened := 0
	s.header.menu = func(look.Place) { opened++ }
	for _, key := range []fyne.KeyName{fyne.KeyF10, desktop.KeyMenu} {
		s.composer.input.TypedKey(&fyne.KeyEvent{Name: key})
		s.timeline.TypedKey(&fyne.KeyEvent{Name: key})
	}
	check(t, "opened", opened, 4)
	s.choose(-1)
	s.timeline.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF10}) // of the message
	check(t, "opened", opened, 4)
	check(t, "menu of the message", strings.Contains(wordsIn(s.window.Canvas().Overlays().Top()), "Répondre"), true)
}
