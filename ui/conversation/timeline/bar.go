package timeline

import (
	"image/color"

	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

const (
	barWidth = 12
	thumbMin = 32
)

// bar is the scroll bar of a timeline. It counts rows, not pixels: rows out of view have no height yet.
type bar struct {
	widget.BaseWidget

	t        *Timeline
	thumb    *canvas.Rectangle
	from, to float32
	hovered  bool
	held     float32 // where in the thumb it is dragged, negative while it is not
}

var (
	_ fyne.Draggable    = (*bar)(nil)
	_ fyne.Tappable     = (*bar)(nil)
	_ desktop.Hoverable = (*bar)(nil)
)

func newBar(t *Timeline) *bar {
	b := &bar{t: t, thumb: canvas.NewRectangle(color.Transparent), held: -1}
	b.ExtendBaseWidget(b)
	return b
}

// show says which share of the rows is in view.
func (b *bar) show(from, to float32) {
	b.from, b.to = from, to
	b.arrange()
}

// Tapped implements [fyne.Tappable]: beside the thumb it turns a page.
func (b *bar) Tapped(e *fyne.PointEvent) {
	top, height := b.thumbPlace()
	switch {
	case e.Position.Y < top:
		b.t.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageUp})
	case e.Position.Y > top+height:
		b.t.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
	}
}

// Dragged implements [fyne.Draggable].
func (b *bar) Dragged(e *fyne.DragEvent) {
	top, height := b.thumbPlace()
	if b.held < 0 {
		b.held = max(0, min(e.Position.Y-e.Dragged.DY-top, height))
	}
	if room := b.Size().Height - height; room > 0 {
		b.t.move(func() { b.t.geometry.ToShare((e.Position.Y - b.held) / room) })
	}
}

// DragEnd implements [fyne.Draggable].
func (b *bar) DragEnd() {
	b.held = -1
	b.arrange()
}

// MouseIn implements [desktop.Hoverable].
func (b *bar) MouseIn(*desktop.MouseEvent) {
	b.hovered = true
	b.arrange()
}

// MouseMoved implements [desktop.Hoverable].
func (b *bar) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements [desktop.Hoverable].
func (b *bar) MouseOut() {
	b.hovered = false
	b.arrange()
}

// thumbPlace gives the thumb's top and height.
func (b *bar) thumbPlace() (top, height float32) {
	track, share := b.Size().Height, b.to-b.from
	height = min(track, max(thumbMin, track*share))
	if share < 1 {
		top = (track - height) * min(1, b.from/(1-share))
	}
	return top, height
}

func (b *bar) arrange() {
	if b.to-b.from >= 0.999 {
		b.thumb.Hide()
		return
	}
	b.thumb.Show()
	top, height := b.thumbPlace()
	width, colour := float32(4), color.NRGBAModel.Convert(look.Colour(look.ColorControl)).(color.NRGBA)
	colour.A = 0x80
	if b.hovered || b.held >= 0 {
		width, colour.A = 8, 0xff
	}
	b.thumb.FillColor = colour
	b.thumb.CornerRadius = width / 2
	b.thumb.Move(fyne.NewPos((barWidth-width)/2, top+2))
	b.thumb.Resize(fyne.NewSize(width, height-4))
}

// CreateRenderer implements [fyne.Widget].
func (b *bar) CreateRenderer() fyne.WidgetRenderer {
	return barRenderer{widget.NewSimpleRenderer(b.thumb), b}
}

type barRenderer struct {
	fyne.WidgetRenderer
	b *bar
}

func (r barRenderer) Layout(fyne.Size) { r.b.arrange() }

func (r barRenderer) MinSize() fyne.Size { return fyne.NewSize(barWidth, thumbMin) }

func (r barRenderer) Refresh() {
	r.b.arrange()
	canvas.Refresh(r.b)
}
