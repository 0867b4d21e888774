package conversation

import (
	"errors"
	"strings"

	"discussions/internal/clipboard"
	"discussions/messaging"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// input is the field that a message is written in: Enter sends, Shift+Enter breaks the line, Tab leaves the field, PageUp and
// PageDown scroll the conversation, Up in an empty field corrects the last message, F10 and the menu key open the menu of the window.
type input struct {
	widget.Entry

	onEnter    func()
	onPage     func(*fyne.KeyEvent)
	onShortcut func(fyne.Shortcut)
	onLeave    func()
	onKey      func()            // any key
	onTooLong  func()            // a paste was refused
	onNoPaste  func(err error)   // the clipboard was not read
	onPaste    func(text string) // there may be more than a text in the clipboard; nil: nothing else can be read
	onEscape   func()
	onUp       func() // in an empty field
	onMenu     func()
	mention    *mentionBox
	shift      bool
	board      look.Board
	paste      look.Paste
}

// newInput makes a field. Set all of its callbacks, and mention.
func newInput() *input {
	i := &input{}
	i.MultiLine = true
	i.Wrapping = fyne.TextWrapWord
	i.ExtendBaseWidget(i)
	i.SetMinRowsVisible(1)
	return i
}

// AcceptsTab implements [fyne.Tabbable].
func (i *input) AcceptsTab() bool { return i.mention.Visible() }

// TypedRune implements [fyne.Focusable].
func (i *input) TypedRune(r rune) {
	if i.paste.Holds(func() { i.TypedRune(r) }) {
		return
	}
	i.Entry.TypedRune(r)
	i.mention.follow()
}

// beforeCursor is the text up to the cursor.
func (i *input) beforeCursor() string {
	left := i.CursorTextOffset()
	for at := range i.Text {
		if left == 0 {
			return i.Text[:at]
		}
		left--
	}
	return i.Text
}

// replaceBefore puts a text in the place of so many characters before the cursor.
func (i *input) replaceBefore(characters int, text string) {
	for range characters {
		i.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	}
	for _, r := range text {
		i.Entry.TypedRune(r)
	}
}

// KeyDown implements [desktop.Keyable].
func (i *input) KeyDown(e *fyne.KeyEvent) {
	i.onKey()
	i.shift = i.shift || shiftKey(e)
	i.Entry.KeyDown(e)
}

// KeyUp implements [desktop.Keyable].
func (i *input) KeyUp(e *fyne.KeyEvent) {
	i.shift = i.shift && !shiftKey(e)
	i.Entry.KeyUp(e)
}

// FocusLost implements [fyne.Focusable]. The release of a key that is held now goes elsewhere.
func (i *input) FocusLost() {
	i.shift = false
	i.Entry.FocusLost()
	i.mention.leave()
	i.onLeave()
}

// TypedKey implements [fyne.Focusable].
func (i *input) TypedKey(e *fyne.KeyEvent) {
	if shift := i.shift; i.paste.Holds(func() { i.typedKey(e, shift) }) {
		return
	}
	i.typedKey(e, i.shift)
}

func (i *input) typedKey(e *fyne.KeyEvent, shift bool) {
	if !shift && i.mention.key(e.Name) {
		return
	}
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if !shift {
			i.onEnter()
			return
		}
	case fyne.KeyPageUp, fyne.KeyPageDown:
		i.onPage(e)
		return
	case fyne.KeyEscape:
		i.onEscape()
		return
	case fyne.KeyF10, desktop.KeyMenu:
		i.onMenu()
		return
	case fyne.KeyUp:
		if i.Text == "" {
			i.onUp()
			return
		}
	}
	i.Entry.TypedKey(e)
	i.mention.follow()
}

// TypedShortcut implements [fyne.Shortcutable]. Fyne gives shortcuts only to the widget with the focus, so those of the window are
// passed on. A paste that is too long to be sent is refused before the entry lays it out.
func (i *input) TypedShortcut(s fyne.Shortcut) {
	if i.paste.Holds(func() { i.TypedShortcut(s) }) {
		return
	}
	if paste, ok := s.(*fyne.ShortcutPaste); ok {
		i.paste.Read(i.board, paste.Clipboard, messaging.MaxBody, i.pasted)
		return
	}
	marked := i.SelectedText()
	i.Entry.TypedShortcut(s)
	switch s.(type) {
	case *desktop.CustomShortcut:
		i.onShortcut(s)
	case *fyne.ShortcutCopy, *fyne.ShortcutCut:
		if marked != "" {
			i.board.Copied(marked)
		}
	}
}

// pasted is called with what was read of the clipboard, and reports whether that is pasted.
func (i *input) pasted(text string, err error) bool {
	switch {
	case errors.Is(err, clipboard.ErrTooLarge), !i.takes(text):
		i.onTooLong()
		return false
	case err != nil && !errors.Is(err, clipboard.ErrEmpty):
		i.onNoPaste(err)
		return false
	case (text == "" || mayBeFiles(text)) && i.onPaste != nil:
		i.onPaste(text)
	default:
		i.pasteText(text)
	}
	return true
}

// pasteText puts a text in the place of the selection.
func (i *input) pasteText(text string) {
	i.Entry.TypedShortcut(&fyne.ShortcutPaste{Clipboard: look.Pasted(text)})
}

// maxLines is the most lines of the input: the work of Fyne's entry grows with the square of their number.
const maxLines = 2000

// takes reports whether a text may be pasted over the selection.
func (i *input) takes(text string) bool {
	size := len(i.Text) - len(i.SelectedText()) + len(text)
	return size <= messaging.MaxBody && strings.Count(i.Text, "\n")+strings.Count(text, "\n") < maxLines
}

func shiftKey(e *fyne.KeyEvent) bool {
	return e.Name == desktop.KeyShiftLeft || e.Name == desktop.KeyShiftRight
}
