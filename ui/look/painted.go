package look

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// Painted tells when a window has been painted: Fyne says it to no one but the maker of a picture that it needs for the frame,
// so this is an invisible pixel. It belongs to Fyne's goroutine.
type Painted struct {
	Pixel fyne.CanvasObject // goes into the window, as the last of its objects

	do      func(func())
	raster  *canvas.Raster
	waiting []func()
}

// NewPainted makes one; do runs a function on Fyne's goroutine, later: fyne.Do.
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

// Then runs f once what the window shows now is on the screen, not before its next frame. In a window that is never painted
// it never runs.
func (p *Painted) Then(f func()) {
	p.waiting = append(p.waiting, f)
	p.raster.Refresh()
}

// paint is called in the middle of a frame; what is done after it, is done when the frame is on the screen.
func (p *Painted) paint() {
	for _, f := range p.waiting {
		p.do(f)
	}
	p.waiting = nil
}
