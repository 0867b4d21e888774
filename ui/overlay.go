package ui

import (
	"image/color"

	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// How dark what lies below an overlay becomes.
const (
	menuShade     = 0x20
	questionShade = 0x66
)

// overlay lies over a window's content until it is dismissed: a question in the
// middle, or a menu at its place. Escape and a tap beside it dismiss it.
type overlay struct {
	widget.BaseWidget
	canvas fyne.Canvas
	box    fyne.CanvasObject
	place  func(window, box fyne.Size) (fyne.Position, fyne.Size)
	gone   func()
	shade  uint8 // how dark what lies below becomes
}

var _ fyne.Tappable = (*overlay)(nil)

// lay shows a box over the canvas.
func lay(c fyne.Canvas, shade uint8, box fyne.CanvasObject, place func(window, box fyne.Size) (fyne.Position, fyne.Size), gone func()) *overlay {
	card := container.NewStack(look.NewBlock(look.ColorSurface, look.ColorLine, look.Radius), box)
	o := &overlay{canvas: c, box: card, place: place, gone: gone, shade: shade}
	o.ExtendBaseWidget(o)
	c.Overlays().Add(o)
	o.Resize(c.Size())
	return o
}

// Tapped dismisses it: the box itself takes the taps that are meant for it.
func (o *overlay) Tapped(*fyne.PointEvent) { o.dismiss() }

func (o *overlay) dismiss() {
	o.canvas.Overlays().Remove(o)
	if o.gone != nil {
		o.gone()
		o.gone = nil
	}
}

// close removes it without calling gone.
func (o *overlay) close() {
	o.gone = nil
	o.dismiss()
}

func (o *overlay) CreateRenderer() fyne.WidgetRenderer {
	shade := canvas.NewRectangle(color.NRGBA{A: o.shade})
	return &overlayRenderer{o: o, shade: shade, shield: newShield(o.box)}
}

type overlayRenderer struct {
	o      *overlay
	shade  *canvas.Rectangle
	shield *shield
}

func (r *overlayRenderer) MinSize() fyne.Size { return r.o.box.MinSize() }

func (r *overlayRenderer) Layout(size fyne.Size) {
	r.shade.Resize(size)
	// Twice: what wraps knows its height only after it got its width.
	for range 2 {
		at, box := r.o.place(size, r.o.box.MinSize())
		r.shield.Move(at)
		r.shield.Resize(box)
	}
}

func (r *overlayRenderer) Refresh() {
	r.Layout(r.o.Size())
	r.shield.Refresh()
}

func (r *overlayRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.shade, r.shield}
}

func (r *overlayRenderer) Destroy() {}

// shield keeps taps on the box from dismissing it.
type shield struct {
	widget.BaseWidget
	inner fyne.CanvasObject
}

func newShield(inner fyne.CanvasObject) *shield {
	s := &shield{inner: inner}
	s.ExtendBaseWidget(s)
	return s
}

func (s *shield) Tapped(*fyne.PointEvent) {}

func (s *shield) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(s.inner) }

// inTheMiddle is the place of a question.
func inTheMiddle(window, box fyne.Size) (fyne.Position, fyne.Size) {
	size := fyne.NewSize(fyne.Min(340, window.Width-32), box.Height)
	return fyne.NewPos((window.Width-size.Width)/2, fyne.Max(16, (window.Height-size.Height)/2)), size
}
