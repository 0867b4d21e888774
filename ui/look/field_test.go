package look

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestAFieldTakesTheBeginningOfALongPaste(t *testing.T) {
	a := test.NewApp()
	defer a.Quit()
	for _, c := range []struct{ name, in, want string }{
		{"a name", "Moussa Keïta", "Moussa Keïta"},
		{"two lines are one", "Moussa\r\nKeïta\nSophie", "Moussa Keïta Sophie"},
		{"a book", strings.Repeat("é", 5<<20), strings.Repeat("é", fieldBytes/2)},
		{"cut inside a character", "a" + strings.Repeat("é", 5<<20), "a" + strings.Repeat("é", (fieldBytes-1)/2)},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := NewField(IconSearch, "", Board{})
			w := test.NewWindow(f)
			defer w.Close()
			a.Clipboard().SetContent(c.in)
			f.TypedShortcut(&fyne.ShortcutPaste{Clipboard: a.Clipboard()})
			if f.Text != c.want {
				t.Errorf("%d bytes, %.40q, want %d", len(f.Text), f.Text, len(c.want))
			}
			f.TypedShortcut(&fyne.ShortcutPaste{Clipboard: a.Clipboard()})
			test.Type(f, "xyz")
			if len(f.Text) > fieldBytes {
				t.Errorf("it holds %d bytes", len(f.Text))
			}
		})
	}
}

func TestAPasteReplacesWhatIsMarked(t *testing.T) {
	a := test.NewApp()
	defer a.Quit()
	f := NewField(IconSearch, "", Board{})
	w := test.NewWindow(f)
	defer w.Close()
	f.SetText(strings.Repeat("a", fieldBytes))
	f.TypedShortcut(&fyne.ShortcutSelectAll{})
	a.Clipboard().SetContent("Sophie")
	f.TypedShortcut(&fyne.ShortcutPaste{Clipboard: a.Clipboard()})
	if f.Text != "Sophie" {
		t.Errorf("it holds %.40q", f.Text)
	}
}
