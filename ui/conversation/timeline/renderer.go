package timeline

import (
	"image/color"

	"discussions/ui/look"

	"fyne.io/fyne/v2"
)

// CreateRenderer implements [fyne.Widget].
func (t *Timeline) CreateRenderer() fyne.WidgetRenderer {
	r := renderer{t}
	r.colours()
	return r
}

type renderer struct{ t *Timeline }

func (r renderer) Objects() []fyne.CanvasObject { return r.t.objects }

func (r renderer) MinSize() fyne.Size { return fyne.NewSize(120, 60) }

func (r renderer) Layout(size fyne.Size) {
	r.t.bar.Move(fyne.NewPos(size.Width-barWidth, 0))
	r.t.bar.Resize(fyne.NewSize(barWidth, size.Height))
	r.t.ring.Resize(size)
}

func (r renderer) Refresh() {
	r.colours()
	r.t.bar.Refresh()
}

func (r renderer) colours() {
	r.t.ring.FillColor = color.Transparent
	r.t.ring.StrokeColor = look.Colour(look.ColorAccent)
}

func (r renderer) Destroy() {}
