package looktest

import (
	"context"

	"discussions/internal/picture"
	"discussions/internal/picture/picturetest"
)

// Photograph is a group's picture as another program publishes it.
func Photograph() *picture.Avatar {
	a, err := picture.NewDecoder().ReadAvatar(context.Background(), picturetest.JPEG(picturetest.Wound(160, 120)))
	if err != nil {
		panic(err)
	}
	return a
}
