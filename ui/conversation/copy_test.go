package conversation

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestWhatLeavesTheConversationByTheClipboardIsTold(t *testing.T) {
	s := newStage(t, troubled(), 560, 640).open()
	s.finish()
	var told []string
	s.o.Board.Copied = func(text string) {
		if got := fyne.CurrentApp().Clipboard().Content(); got != text {
			t.Errorf("told %q, and the clipboard holds %q", text, got)
		}
		told = append(told, text)
	}

	s.timeline.TypedShortcut(&fyne.ShortcutCopy{}) // nothing is marked
	row := s.row("Peux-tu prévenir la pharmacie ?")
	s.mark(row.row.e, 0, len("Peux-tu"))
	s.timeline.TypedShortcut(&fyne.ShortcutCopy{})
	s.mark(nil, 0, 0)
	row = s.row("Peux-tu prévenir la pharmacie ?")
	row.TappedSecondary(&fyne.PointEvent{AbsolutePosition: fyne.NewPos(50, 50)})
	test.TapCanvas(s.window.Canvas(), fyne.NewPos(70, 107)) // the first of its items

	b, clipboard := s.composer.input, fyne.CurrentApp().Clipboard()
	b.SetText("")
	b.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clipboard})
	test.Type(b, "brouillon")
	b.TypedShortcut(&fyne.ShortcutSelectAll{})
	b.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clipboard})
	b.TypedShortcut(&fyne.ShortcutCut{Clipboard: clipboard})
	b.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})

	want := []string{"Peux-tu", "Peux-tu prévenir la pharmacie ?", "brouillon", "brouillon"}
	if !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}
