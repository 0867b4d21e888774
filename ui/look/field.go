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
	OnKey func(name fyne.KeyName)
	board Board
	paste Paste
}

// NewField makes a field; hint is shown while it is empty.
func NewField(icon Icon, hint string, board Board) *Field {
	f := &Field{board: board}
	f.ExtendBaseWidget(f)
	f.PlaceHolder = hint
	f.Icon = icon
	return f
}

// TypedKey implements [fyne.Focusable].
func (f *Field) TypedKey(e *fyne.KeyEvent) {
	if f.paste.Holds(func() { f.TypedKey(e) }) {
		return
	}
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
	if f.paste.Holds(func() { f.TypedShortcut(s) }) {
		return
	}
	if custom, ok := s.(*desktop.CustomShortcut); ok && len(custom.KeyName) == 1 { // a letter: Ctrl+arrows are about text
		canvas := fyne.CurrentApp().Driver().CanvasForObject(f)
		if c, ok := canvas.(fyne.Shortcutable); ok {
			c.TypedShortcut(s)
			return
		}
	}
	marked := f.SelectedText()
	if paste, ok := s.(*fyne.ShortcutPaste); ok {
		f.paste.Read(f.board, paste.Clipboard, fieldBytes, func(text string, err error) bool { f.insert(text); return err == nil })
		return
	}
	f.Entry.TypedShortcut(s)
	switch s.(type) {
	case *fyne.ShortcutCopy, *fyne.ShortcutCut:
		if marked != "" && f.board.Copied != nil {
			f.board.Copied(marked)
		}
	}
}

// insert puts the beginning of a text, as one line, in the place of what is marked.
func (f *Field) insert(text string) {
	if most := max(0, fieldBytes-len(f.Text)+len(f.SelectedText())); len(text) > most {
		text = strings.ToValidUTF8(text[:most], "")
	}
	text = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ").Replace(text)
	f.Entry.TypedShortcut(&fyne.ShortcutPaste{Clipboard: Pasted(text)})
}

// TypedRune implements [fyne.Focusable].
func (f *Field) TypedRune(r rune) {
	if f.paste.Holds(func() { f.TypedRune(r) }) {
		return
	}
	if len(f.Text)-len(f.SelectedText())+utf8.RuneLen(r) <= fieldBytes {
		f.Entry.TypedRune(r)
	}
}

// fieldBytes is the most that a field takes. Fyne would lay out and draw all of a pasted book.
const fieldBytes = 256
