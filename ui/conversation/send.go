package conversation

import (
	"image/color"

	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// sendButton sends what is in the box. With nothing to send it is grey and out of the way of the Tab key.
type sendButton struct {
	widget.DisableableWidget

	do      func()
	ground  *canvas.Rectangle
	icon    *canvas.Image
	focused bool
	hovered bool
}

var (
	_ fyne.Tappable     = (*sendButton)(nil)
	_ fyne.Focusable    = (*sendButton)(nil)
	_ fyne.Disableable  = (*sendButton)(nil)
	_ desktop.Hoverable = (*sendButton)(nil)
)

func newSendButton(do func()) *sendButton {
	b := &sendButton{do: do, ground: canvas.NewRectangle(nil), icon: canvas.NewImageFromResource(look.IconSend)}
	b.icon.FillMode = canvas.ImageFillContain
	b.ExtendBaseWidget(b)
	b.Disable()
	return b
}

func (b *sendButton) enable(on bool) {
	if on {
		b.Enable()
	} else {
		b.Disable()
	}
}

// Tapped implements [fyne.Tappable].
func (b *sendButton) Tapped(*fyne.PointEvent) {
	if !b.Disabled() {
		b.do()
	}
}

// FocusGained implements [fyne.Focusable].
func (b *sendButton) FocusGained() { b.focused = true; b.Refresh() }

// FocusLost implements [fyne.Focusable].
func (b *sendButton) FocusLost() { b.focused = false; b.Refresh() }

// TypedRune implements [fyne.Focusable].
func (b *sendButton) TypedRune(rune) {}

// TypedKey implements [fyne.Focusable].
func (b *sendButton) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		b.Tapped(nil)
	}
}

// MouseIn implements [desktop.Hoverable].
func (b *sendButton) MouseIn(*desktop.MouseEvent) { b.hovered = true; b.Refresh() }

// MouseMoved implements [desktop.Hoverable].
func (b *sendButton) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements [desktop.Hoverable].
func (b *sendButton) MouseOut() { b.hovered = false; b.Refresh() }

// CreateRenderer implements [fyne.Widget].
func (b *sendButton) CreateRenderer() fyne.WidgetRenderer {
	r := sendRenderer{b}
	r.colours()
	return r
}

type sendRenderer struct{ b *sendButton }

func (r sendRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.b.ground, r.b.icon}
}

func (r sendRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(boxLeast) }

func (r sendRenderer) Layout(size fyne.Size) {
	r.b.ground.Resize(size)
	icon := fyne.NewSquareSize(20)
	r.b.icon.Resize(icon)
	r.b.icon.Move(fyne.NewPos((size.Width-icon.Width)/2, (size.Height-icon.Height)/2))
}

func (r sendRenderer) Refresh() {
	r.colours()
	r.b.ground.Refresh()
	r.b.icon.Refresh()
}

func (r sendRenderer) colours() {
	b := r.b
	b.ground.CornerRadius = look.Radius
	b.ground.StrokeColor, b.ground.StrokeWidth = color.Transparent, 0
	if b.Disabled() {
		b.ground.FillColor, b.icon.Resource = look.Colour(look.ColorBackground), look.IconSend
		return
	}
	b.ground.FillColor, b.icon.Resource = look.Colour(look.ColorAccent), look.IconSend.In(look.ColorOnAccent)
	if b.focused || b.hovered {
		b.ground.StrokeColor, b.ground.StrokeWidth = look.Colour(look.ColorText), 2
	}
}

func (r sendRenderer) Destroy() {}
