package conversation

import (
	"image/color"

	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// moreButton is the part of a header that the Tab key reaches: it opens the list of members.
type moreButton struct {
	widget.BaseWidget

	h    *header
	icon *canvas.Image
	ring *canvas.Rectangle
}

var (
	_ fyne.Focusable = (*moreButton)(nil)
	_ fyne.Tappable  = (*moreButton)(nil)
)

func newMore(h *header) *moreButton {
	b := &moreButton{h: h, icon: canvas.NewImageFromResource(look.IconGroup), ring: canvas.NewRectangle(color.Transparent)}
	b.icon.FillMode = canvas.ImageFillContain
	b.ring.CornerRadius, b.ring.StrokeWidth = look.Radius, 2
	b.ring.Hide()
	b.ExtendBaseWidget(b)
	return b
}

// Tapped implements [fyne.Tappable].
func (b *moreButton) Tapped(e *fyne.PointEvent) { b.h.Tapped(e) }

// FocusGained implements [fyne.Focusable].
func (b *moreButton) FocusGained() { b.ring.Show() }

// FocusLost implements [fyne.Focusable].
func (b *moreButton) FocusLost() { b.ring.Hide() }

// TypedRune implements [fyne.Focusable].
func (b *moreButton) TypedRune(rune) {}

// TypedKey implements [fyne.Focusable].
func (b *moreButton) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		b.h.Tapped(nil)
	}
}

// CreateRenderer implements [fyne.Widget].
func (b *moreButton) CreateRenderer() fyne.WidgetRenderer {
	r := moreRenderer{b}
	r.Refresh()
	return r
}

type moreRenderer struct{ b *moreButton }

func (r moreRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.b.icon, r.b.ring} }
func (r moreRenderer) MinSize() fyne.Size           { return fyne.NewSquareSize(boxLeast) }
func (r moreRenderer) Destroy()                     {}

func (r moreRenderer) Layout(size fyne.Size) {
	r.b.ring.Resize(size)
	r.b.icon.Resize(fyne.NewSquareSize(20))
	r.b.icon.Move(fyne.NewPos((size.Width-20)/2, (size.Height-20)/2))
}

func (r moreRenderer) Refresh() {
	r.b.ring.StrokeColor = look.Colour(look.ColorAccent)
	r.b.icon.Refresh()
}
