package look

import (
	"errors"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// slowBoard is a clipboard whose texts come when the test gives them.
type slowBoard struct {
	waiting []func(text string, err error)
}

func (s *slowBoard) board() Board {
	return Board{Read: func(_ int, then func(string, error)) { s.waiting = append(s.waiting, then) }}
}

func (s *slowBoard) give(text string, err error) {
	then := s.waiting[0]
	s.waiting = s.waiting[1:]
	then(text, err)
}

func TestWhatIsTypedWaitsForThePaste(t *testing.T) {
	a := test.NewTempApp(t)
	for name, c := range map[string]struct {
		text string
		err  error
		want string
	}{
		"given":         {"Moussa\nKeïta", nil, "Dr Moussa Keïta, Sophie!"},
		"too much":      {strings.Repeat("x", 5000), errors.New("too much"), "Dr " + strings.Repeat("x", fieldBytes-len("Dr "))},
		"not given":     {"", errors.New("a hung owner"), "Dr , Sophie!"},
		"there is none": {"", nil, "Dr , Sophie!"},
	} {
		t.Run(name, func(t *testing.T) {
			var slow slowBoard
			f := NewField(IconSearch, "", slow.board())
			w := test.NewWindow(f)
			defer w.Close()
			entered := ""
			f.OnKey = func(fyne.KeyName) { entered = f.Text }
			paste := &fyne.ShortcutPaste{Clipboard: a.Clipboard()}
			test.Type(f, "Dr ")
			f.TypedShortcut(paste)
			test.Type(f, ", ")
			f.TypedShortcut(paste)
			test.Type(f, "!")
			f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
			if f.Text != "Dr " || entered != "" {
				t.Fatalf("before the paste it holds %q, entered: %q", f.Text, entered)
			}
			slow.give(c.text, c.err)
			slow.give("Sophie", nil)
			if f.Text != c.want || entered != c.want {
				t.Errorf("it holds %q, entered: %q; want %q", f.Text, entered, c.want)
			}
		})
	}
}
