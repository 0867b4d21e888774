package look

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"

	"discussions/internal/picture"

	"fyne.io/fyne/v2/theme"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// pictureSide is the width of a published picture, in pixels. Programs cut a disc out of it.
const pictureSide = 128

// GroupPicture draws what other programs show of a group that has a colour: a PNG with the initials of its name. It takes milliseconds, so it
// is not for Fyne's goroutine.
func GroupPicture(name string, c color.NRGBA) ([]byte, error) {
	m := image.NewPaletted(image.Rect(0, 0, pictureSide, pictureSide), shades(c))
	draw.Draw(m, m.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	parsed, err := opentype.Parse(theme.DefaultTextBoldFont().Content())
	if err != nil {
		return nil, fmt.Errorf("read the font: %w", err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: pictureSide * 0.36, DPI: 72})
	if err != nil {
		return nil, fmt.Errorf("read the font: %w", err)
	}
	initials := Initials(name)
	for _, r := range initials {
		if _, has := face.GlyphAdvance(r); !has { // a box says nothing
			initials = ""
		}
	}
	d := font.Drawer{Dst: m, Src: image.White, Face: face}
	bounds, _ := d.BoundString(initials)
	middle := fixed.I(pictureSide / 2)
	d.Dot = fixed.Point26_6{X: middle - (bounds.Min.X+bounds.Max.X)/2, Y: middle - (bounds.Min.Y+bounds.Max.Y)/2}
	d.DrawString(initials)
	return picture.EncodeAvatar(m, c)
}

// shades are the colours between one and white: few of them make a small file.
func shades(c color.NRGBA) color.Palette {
	const n = 16
	palette := make(color.Palette, n)
	for i := range n {
		towards := func(v uint8) uint8 { return uint8((int(v)*(n-1-i) + 0xff*i) / (n - 1)) }
		palette[i] = color.NRGBA{towards(c.R), towards(c.G), towards(c.B), 0xff}
	}
	return palette
}
