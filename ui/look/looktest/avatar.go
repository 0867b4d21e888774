package looktest

import (
	"context"

	"discussions/internal/picture"
	"discussions/internal/picture/picturetest"
	"discussions/ui/look"

	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

// Photograph is a group's picture as another program publishes it.
func Photograph() *picture.Avatar {
	a, err := picture.NewDecoder().ReadAvatar(context.Background(), picturetest.JPEG(picturetest.Wound(160, 120)))
	if err != nil {
		panic(err)
	}
	return a
}

// ShowsPicture reports whether a disc shows a picture, not initials.
func ShowsPicture(a *look.Avatar) bool {
	for _, o := range test.WidgetRenderer(a).Objects() {
		if image, ok := o.(*canvas.Image); ok && image.Visible() && image.Image != nil {
			return true
		}
	}
	return false
}
