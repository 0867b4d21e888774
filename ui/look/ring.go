package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// ring is the outline of the focused object.
type ring struct{ *canvas.Rectangle }

func newRing() ring {
	r := canvas.NewRectangle(color.Transparent)
	r.StrokeWidth = 2
	r.Hide()
	return ring{r}
}

// around puts the ring outside (gap > 0) or inside (gap < 0) a box.
func (r ring) around(size fyne.Size, radius, gap float32) {
	r.CornerRadius = radius + gap
	r.Move(fyne.NewPos(-gap, -gap))
	r.Resize(size.AddWidthHeight(2*gap, 2*gap))
}

func (r ring) show(on bool) {
	r.StrokeColor = Colour(ColorAccent)
	if on {
		r.Show()
	} else {
		r.Hide()
	}
	r.Refresh()
}
