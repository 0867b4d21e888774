// Package picturetest draws pictures for tests and for the sandbox.
package picturetest

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
)

// Wound is a drawing that stands for a photograph: skin, a wound, and a ruler below it.
func Wound(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			dx, dy := float64(x-w/2)/float64(w), float64(y-h/2)/float64(h)
			r := dx*dx*6 + dy*dy*9
			c := color.RGBA{225, 178, 150, 255}
			switch {
			case y > h*9/10 && x/(w/20)%2 == 0:
				c = color.RGBA{250, 250, 250, 255}
			case r < 0.3:
				c = color.RGBA{uint8(150 + r*200), 60, 55, 255}
			case r < 0.45:
				c = color.RGBA{205, 130, 115, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

// JPEG encodes a picture.
func JPEG(m image.Image) []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, m, &jpeg.Options{Quality: 80}) // a buffer never fails
	return b.Bytes()
}
