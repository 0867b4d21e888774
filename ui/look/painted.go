package look

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// Painted reports when a window has been painted. Fyne has no event for that, but asks for the pixels of a raster in each frame:
// this is an invisible raster of one pixel. It belongs to Fyne's goroutine.
type Painted struct {
	Pixel fyne.CanvasObject // the last object of the window

	do      func(func())
	raster  *canvas.Raster
	waiting []func()
}

// NewPainted makes one; do is fyne.Do.
func NewPainted(do func(func())) *Painted {
	p := &Painted{do: do}
	clear := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	p.raster = canvas.NewRaster(func(int, int) image.Image {
		p.paint()
		return clear
	})
	p.raster.Resize(fyne.NewSquareSize(1))
	p.Pixel = container.NewWithoutLayout(p.raster)
	return p
}

// Then runs f after the next frame of the window. It never runs if the window is never painted.
func (p *Painted) Then(f func()) {
	p.waiting = append(p.waiting, f)
	p.raster.Refresh()
}

// paint is called during a frame; what it gives to do runs after the frame.
func (p *Painted) paint() {
	for _, f := range p.waiting {
		p.do(f)
	}
	p.waiting = nil
}
