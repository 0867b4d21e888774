package look

import (
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Field is a one-line text field with an icon. Up, Down, Escape, Enter and the keys for a menu go to
// OnKey, and shortcuts that are not about text to the window.
type Field struct {
	widget.Entry
	OnKey  func(name fyne.KeyName)
	copied func(text string)
}

// NewField makes a field; hint is shown while it is empty. copied is called with a text that was copied from it, so that the clipboard can be
// cleared when the account is hidden; nil for fields without personal content.
func NewField(icon Icon, hint string, copied func(text string)) *Field {
	f := &Field{copied: copied}
	f.ExtendBaseWidget(f)
	f.PlaceHolder = hint
	f.Icon = icon
	return f
}

// TypedKey implements [fyne.Focusable].
func (f *Field) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyUp, fyne.KeyDown, fyne.KeyEscape, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyF10, desktop.KeyMenu:
		if f.OnKey != nil {
			f.OnKey(e.Name)
		}
		return
	}
	f.Entry.TypedKey(e)
}

// TypedShortcut passes shortcuts that are not about text to the window: Fyne gives
// shortcuts to the focused widget only.
func (f *Field) TypedShortcut(s fyne.Shortcut) {
	if custom, ok := s.(*desktop.CustomShortcut); ok && len(custom.KeyName) == 1 { // a letter: Ctrl+arrows are about text
		canvas := fyne.CurrentApp().Driver().CanvasForObject(f)
		if c, ok := canvas.(fyne.Shortcutable); ok {
			c.TypedShortcut(s)
			return
		}
	}
	marked := f.SelectedText()
	if paste, ok := s.(*fyne.ShortcutPaste); ok {
		s = &fyne.ShortcutPaste{Clipboard: beginning{paste.Clipboard, fieldBytes - len(f.Text) + len(marked)}}
	}
	f.Entry.TypedShortcut(s)
	switch s.(type) {
	case *fyne.ShortcutCopy, *fyne.ShortcutCut:
		if marked != "" && f.copied != nil {
			f.copied(marked)
		}
	}
}

// TypedRune implements [fyne.Focusable].
func (f *Field) TypedRune(r rune) {
	if len(f.Text)-len(f.SelectedText())+utf8.RuneLen(r) <= fieldBytes {
		f.Entry.TypedRune(r)
	}
}

// fieldBytes is the most that a field takes. Fyne would lay out and draw all of a pasted book.
const fieldBytes = 256

// beginning is a clipboard of which only the first bytes are seen, and no line break.
type beginning struct {
	fyne.Clipboard
	most int
}

func (b beginning) Content() string {
	text := b.Clipboard.Content()
	if len(text) > max(0, b.most) {
		text = strings.ToValidUTF8(text[:max(0, b.most)], "")
	}
	return strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ").Replace(text)
}
