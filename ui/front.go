package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// front knows whether a window has the keyboard. Fyne tells it to no one but
// the widget that has the focus in that window: so a window that is not in
// front gives its focus to this invisible widget, which hands it back to its
// owner when the window comes to the front.
type front struct {
	widget.BaseWidget
	win    fyne.Window
	gained func()

	waiting bool           // the window is not in front
	arming  bool           // the focus comes from us, not from the desktop
	before  fyne.Focusable // what had the focus
}

var (
	_ fyne.Focusable   = (*front)(nil)
	_ fyne.Disableable = (*front)(nil)
)

func newFront(win fyne.Window, gained func()) *front {
	f := &front{win: win, gained: gained}
	f.ExtendBaseWidget(f)
	return f
}

// lost takes the focus of a window that is not, or no longer, in front.
func (f *front) lost() {
	if f.waiting {
		return
	}
	f.before = f.win.Canvas().Focused()
	f.waiting, f.arming = true, true
	f.win.Canvas().Focus(f)
	f.arming = false
}

// FocusGained implements [fyne.Focusable]: the desktop gave the window the
// keyboard.
func (f *front) FocusGained() {
	if f.arming || !f.waiting {
		return
	}
	f.waiting = false
	before := f.before
	f.before = nil
	if before != nil {
		f.win.Canvas().Focus(before)
	} else {
		f.win.Canvas().Unfocus()
	}
	f.gained()
}

// FocusLost implements [fyne.Focusable].
func (f *front) FocusLost() {}

// TypedRune implements [fyne.Focusable].
func (f *front) TypedRune(rune) {}

// TypedKey implements [fyne.Focusable].
func (f *front) TypedKey(*fyne.KeyEvent) {}

// Disabled keeps Tab away from it while the window is in front.
func (f *front) Disabled() bool { return !f.waiting }

// Enable implements [fyne.Disableable]; it follows the window alone.
func (f *front) Enable() {}

// Disable implements [fyne.Disableable]; it follows the window alone.
func (f *front) Disable() {}

// CreateRenderer implements [fyne.Widget].
func (f *front) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(color.Transparent))
}
