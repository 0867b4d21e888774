package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Field is a one-line text field with an icon. Up, Down, Escape and Enter go to
// OnKey, and shortcuts that are not about text to the window.
type Field struct {
	widget.Entry
	OnKey func(name fyne.KeyName)
}

// NewField makes a field; hint is shown while it is empty.
func NewField(icon Icon, hint string) *Field {
	f := &Field{}
	f.ExtendBaseWidget(f)
	f.PlaceHolder = hint
	f.Icon = icon
	return f
}

// TypedKey implements [fyne.Focusable].
func (f *Field) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyUp, fyne.KeyDown, fyne.KeyEscape, fyne.KeyReturn, fyne.KeyEnter:
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
	f.Entry.TypedShortcut(s)
}
