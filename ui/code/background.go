package code

import (
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// background is behind the keypad and all around it. A click on it, which takes the keyboard from the keypad, gives it back.
type background struct {
	widget.BaseWidget
	keypad *keypad
}

var _ fyne.Tappable = (*background)(nil)

func newBackground(p *keypad) *background {
	b := &background{keypad: p}
	b.ExtendBaseWidget(b)
	return b
}

// Tapped implements [fyne.Tappable].
func (b *background) Tapped(*fyne.PointEvent) { b.keypad.grabFocus() }

func (b *background) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(look.Blank(0, 0))
}
