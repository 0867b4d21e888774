package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Dot is a small disc beside an avatar that says by colour and form whether somebody can be reached. Words say the same nearby.
type Dot struct {
	widget.BaseWidget
	colour fyne.ThemeColorName
	hollow bool
}

// dotSize is its diameter, with the ring that parts it from what lies below.
const dotSize = 14

// NewDot makes an invisible one.
func NewDot() *Dot {
	d := &Dot{}
	d.ExtendBaseWidget(d)
	d.Hide()
	return d
}

// Set changes it; without a colour it is invisible.
func (d *Dot) Set(colour fyne.ThemeColorName, hollow bool) {
	d.colour, d.hollow, d.Hidden = colour, hollow, colour == ""
	d.Refresh()
}

// MinSize implements [fyne.Widget].
func (d *Dot) MinSize() fyne.Size { return fyne.NewSquareSize(dotSize) }

// CreateRenderer implements [fyne.Widget].
func (d *Dot) CreateRenderer() fyne.WidgetRenderer {
	r := &dotRenderer{d: d, ring: canvas.NewCircle(nil), disc: canvas.NewCircle(nil), hole: canvas.NewCircle(nil)}
	r.Refresh()
	return r
}

type dotRenderer struct {
	d                *Dot
	ring, disc, hole *canvas.Circle
}

func (r *dotRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(dotSize) }

func (r *dotRenderer) Layout(fyne.Size) {
	for i, c := range []*canvas.Circle{r.ring, r.disc, r.hole} {
		inset := []float32{0, 2, 4.5}[i]
		c.Move(fyne.NewPos(inset, inset))
		c.Resize(fyne.NewSquareSize(dotSize - 2*inset))
	}
}

func (r *dotRenderer) Refresh() {
	r.ring.FillColor, r.hole.FillColor, r.hole.Hidden = Colour(ColorSurface), Colour(ColorSurface), !r.d.hollow
	if r.d.colour != "" {
		r.disc.FillColor = Colour(r.d.colour)
	}
	canvas.Refresh(r.d)
}

func (r *dotRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ring, r.disc, r.hole}
}

func (r *dotRenderer) Destroy() {}

// WithDot puts a dot at the lower right of an avatar.
func WithDot(avatar fyne.CanvasObject, d *Dot) *fyne.Container {
	return container.New(dotLayout{}, avatar, d)
}

type dotLayout struct{}

func (dotLayout) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

func (dotLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(size)
	least := objects[0].MinSize()
	side := fyne.Min(least.Width, least.Height) // the avatar is a disc in the middle
	on := side / 2 * 0.72                       // the edge of the disc, half way between right and down
	objects[1].Move(fyne.NewPos(size.Width/2+on-dotSize/2, size.Height/2+on-dotSize/2))
	objects[1].Resize(fyne.NewSquareSize(dotSize))
}
