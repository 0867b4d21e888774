package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// IconButton is a button of 36 by 36 pixels with an icon. label is for assistive
// technology.
func IconButton(icon Icon, label string, tapped func()) *Pressable {
	p := NewPressable(container.NewCenter(Picture(icon, 20)), label, tapped)
	p.Content = container.NewGridWrap(fyne.NewSquareSize(36), p.Content)
	p.Radius = 8
	return p
}

// Picture is an icon of side by side pixels.
func Picture(icon fyne.Resource, side float32) *canvas.Image {
	image := canvas.NewImageFromResource(icon)
	image.FillMode = canvas.ImageFillContain
	image.SetMinSize(fyne.NewSquareSize(side))
	return image
}
