package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// How dark the window becomes below an overlay.
const (
	menuShade     = 0x20
	questionShade = 0x66
)

// Place says where an overlay's box stands in a window, and how large it is.
type Place func(window, box fyne.Size) (fyne.Position, fyne.Size)

// Overlay is a box over a window's content: a question in the middle, or a menu at its place. A tap beside it dismisses it.
type Overlay struct {
	widget.BaseWidget
	canvas    fyne.Canvas
	box       fyne.CanvasObject
	place     Place
	dismissed func()
	shade     uint8
}

var _ fyne.Tappable = (*Overlay)(nil)

// newOverlay shows a box over the canvas; dismissed, which may be nil, is called when the user sends it away.
func newOverlay(c fyne.Canvas, shade uint8, box fyne.CanvasObject, place Place, dismissed func()) *Overlay {
	card := container.NewStack(NewBlock(ColorSurface, ColorLine, Radius), box)
	o := &Overlay{canvas: c, box: card, place: place, dismissed: dismissed, shade: shade}
	o.ExtendBaseWidget(o)
	c.Overlays().Add(o)
	o.Resize(c.Size())
	return o
}

// Tapped dismisses it: the box takes the taps that are meant for it.
func (o *Overlay) Tapped(*fyne.PointEvent) { o.Dismiss() }

// Dismiss removes it without a choice.
func (o *Overlay) Dismiss() {
	o.canvas.Overlays().Remove(o)
	if o.dismissed != nil {
		o.dismissed()
		o.dismissed = nil
	}
}

// close removes it after a choice.
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

// shield keeps taps on the box from dismissing the overlay.
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
