package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// focusTracker reports when a window gains the keyboard focus. Fyne tells only the
// focused widget of that window. So while the window is in the background, this
// invisible widget holds its focus, and gives it back when the window is focused.
type focusTracker struct {
	widget.BaseWidget
	win    fyne.Window
	gained func()

	waiting bool           // the window is in the background
	arming  bool           // the focus was set by lost, not by the desktop
	before  fyne.Focusable // the widget that had the focus
}

var (
	_ fyne.Focusable   = (*focusTracker)(nil)
	_ fyne.Disableable = (*focusTracker)(nil)
)

func newFocusTracker(win fyne.Window, gained func()) *focusTracker {
	f := &focusTracker{win: win, gained: gained}
	f.ExtendBaseWidget(f)
	return f
}

// lost takes over the focus of a window that went to the background.
func (f *focusTracker) lost() {
	if f.waiting {
		return
	}
	f.before = f.win.Canvas().Focused()
	f.waiting, f.arming = true, true
	f.win.Canvas().Focus(f)
	f.arming = false
}

// FocusGained implements [fyne.Focusable]: the desktop focused the window.
func (f *focusTracker) FocusGained() {
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
func (f *focusTracker) FocusLost() {}

// TypedRune implements [fyne.Focusable].
func (f *focusTracker) TypedRune(rune) {}

// TypedKey implements [fyne.Focusable].
func (f *focusTracker) TypedKey(*fyne.KeyEvent) {}

// Disabled makes Tab skip it while the window is focused.
func (f *focusTracker) Disabled() bool { return !f.waiting }

// Enable implements [fyne.Disableable] and does nothing.
func (f *focusTracker) Enable() {}

// Disable implements [fyne.Disableable] and does nothing.
func (f *focusTracker) Disable() {}

// CreateRenderer implements [fyne.Widget].
func (f *focusTracker) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(color.Transparent))
}
