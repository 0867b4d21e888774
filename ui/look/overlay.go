package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// How much the window below an overlay is darkened.
const (
	menuShade     = 0x20
	questionShade = 0x66
)

// Place gives the position and size of an overlay's box.
type Place func(window, box fyne.Size) (fyne.Position, fyne.Size)

// Overlay is a box over a window's content, such as a question or a menu. A tap outside the box dismisses it.
type Overlay struct {
	widget.BaseWidget
	canvas    fyne.Canvas
	box       fyne.CanvasObject
	place     Place
	dismissed func()
	shade     uint8
}

var _ fyne.Tappable = (*Overlay)(nil)

// newOverlay shows a box. dismissed, which may be nil, is called by Dismiss.
func newOverlay(c fyne.Canvas, shade uint8, box fyne.CanvasObject, place Place, dismissed func()) *Overlay {
	card := container.NewStack(NewBlock(ColorSurface, ColorLine, Radius), box)
	o := &Overlay{canvas: c, box: card, place: place, dismissed: dismissed, shade: shade}
	o.ExtendBaseWidget(o)
	c.Overlays().Add(o)
	o.Resize(c.Size())
	return o
}

// Popover shows a box over a window, as a menu does. dismissed, which may be nil, is called if it is dismissed without a choice.
func Popover(c fyne.Canvas, box fyne.CanvasObject, place Place, dismissed func()) *Overlay {
	return newOverlay(c, menuShade, box, place, dismissed)
}

// Close closes it after a choice.
func (o *Overlay) Close() { o.close() }

// Tapped implements [fyne.Tappable] for taps outside the box.
func (o *Overlay) Tapped(*fyne.PointEvent) { o.Dismiss() }

// Dismiss closes it without a choice.
func (o *Overlay) Dismiss() {
	o.canvas.Overlays().Remove(o)
	if o.dismissed != nil {
		o.dismissed()
		o.dismissed = nil
	}
}

// close closes it after a choice.
func (o *Overlay) close() {
	o.dismissed = nil
	o.Dismiss()
}

// CreateRenderer implements [fyne.Widget].
func (o *Overlay) CreateRenderer() fyne.WidgetRenderer {
	shade := canvas.NewRectangle(color.NRGBA{A: o.shade})
	return &overlayRenderer{o: o, shade: shade, shield: newShield(o.box)}
}

type overlayRenderer struct {
	o      *Overlay
	shade  *canvas.Rectangle
	shield *shield
}

func (r *overlayRenderer) MinSize() fyne.Size { return r.o.box.MinSize() }

func (r *overlayRenderer) Layout(size fyne.Size) {
	r.shade.Resize(size)
	// Twice: wrapped text has its height only after it got its width.
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

// shield takes the taps on the box, which must not dismiss the overlay.
type shield struct {
	widget.BaseWidget
	inner fyne.CanvasObject
}

func newShield(inner fyne.CanvasObject) *shield {
	s := &shield{inner: inner}
	s.ExtendBaseWidget(s)
	return s
}

// Tapped implements [fyne.Tappable].
func (s *shield) Tapped(*fyne.PointEvent) {}

// CreateRenderer implements [fyne.Widget].
func (s *shield) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(s.inner) }
