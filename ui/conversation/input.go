package conversation

import (
	"strings"

	"discussions/messaging"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// box is the field that a message is written in: Enter sends, Shift+Enter breaks the line, Tab leaves, and the keys that turn
// pages turn those of the conversation.
type input struct {
	widget.Entry

	onEnter    func()
	onPage     func(*fyne.KeyEvent)
	onShortcut func(fyne.Shortcut)
	onLeave    func()
	onKey      func()            // whatever was pressed
	onCopied   func(text string) // cut also
	onTooLong  func()            // a paste was refused
	shift      bool
}

// newInput makes a field. All of its callbacks are to be set.
func newInput() *input {
	b := &input{}
	b.MultiLine = true
	b.Wrapping = fyne.TextWrapWord
	b.ExtendBaseWidget(b)
	b.SetMinRowsVisible(1)
	return b
}

// AcceptsTab implements [fyne.Tabbable].
func (b *input) AcceptsTab() bool { return false }

// KeyDown implements [desktop.Keyable].
func (b *input) KeyDown(e *fyne.KeyEvent) {
	b.onKey()
	b.shift = b.shift || shiftKey(e)
	b.Entry.KeyDown(e)
}

// KeyUp implements [desktop.Keyable].
func (b *input) KeyUp(e *fyne.KeyEvent) {
	b.shift = b.shift && !shiftKey(e)
	b.Entry.KeyUp(e)
}

// FocusLost implements [fyne.Focusable]. The release of a key does not come here any more.
func (b *input) FocusLost() {
	b.shift = false
	b.Entry.FocusLost()
	b.onLeave()
}

// TypedKey implements [fyne.Focusable].
func (b *input) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if !b.shift {
			b.onEnter()
			return
		}
	case fyne.KeyPageUp, fyne.KeyPageDown:
		b.onPage(e)
		return
	}
	b.Entry.TypedKey(e)
}

// TypedShortcut implements [fyne.Shortcutable]. Fyne gives shortcuts to the widget with the focus only: those of the window are
// handed on. A paste that could not be sent is refused here: the entry would lay it all out.
func (b *input) TypedShortcut(s fyne.Shortcut) {
	if paste, ok := s.(*fyne.ShortcutPaste); ok && !b.takes(paste.Clipboard.Content()) {
		b.onTooLong()
		return
	}
	marked := b.SelectedText()
	b.Entry.TypedShortcut(s)
	switch s.(type) {
	case *desktop.CustomShortcut:
		b.onShortcut(s)
	case *fyne.ShortcutCopy, *fyne.ShortcutCut:
		if marked != "" {
			b.onCopied(marked)
		}
	}
}

// linesMost is the most lines of the input. The entry's own work grows with their square.
const linesMost = 2000

// takes says whether a text still fits into the input, instead of what is marked.
func (b *input) takes(text string) bool {
	size := len(b.Text) - len(b.SelectedText()) + len(text)
	return size <= messaging.MaxBody && strings.Count(b.Text, "\n")+strings.Count(text, "\n") < linesMost
}

func shiftKey(e *fyne.KeyEvent) bool {
	return e.Name == desktop.KeyShiftLeft || e.Name == desktop.KeyShiftRight
}
