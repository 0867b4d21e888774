package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"math"

	"golang.org/x/image/draw"
)

// Avatar is what a group is shown by, in a disc: a colour under the initials of its name, or a picture.
type Avatar struct {
	Colour color.NRGBA // one of [AvatarColours]; zero: none was chosen
	Image  image.Image // round, AvatarSide pixels wide; nil: there is none
}

// The limits of an avatar that somebody else publishes, far below those of a picture in a message: nobody has asked for it.
const (
	AvatarSide   = 96       // pixels of one that is kept: a disc of 48 on a dense screen
	AvatarBytes  = 64 << 10 // as it is published
	avatarPixels = 4_000_000
)

// AvatarColours are the colours that a group can be given. White is readable on each (4.5:1). The pictures that are published are known by
// them: a colour may come, none may change.
func AvatarColours() []color.NRGBA {
	return []color.NRGBA{
		{0xb4, 0x2b, 0x33, 0xff}, // red
		{0x96, 0x58, 0x00, 0xff}, // amber
		{0x3d, 0x75, 0x2b, 0xff}, // green
		{0x00, 0x75, 0x70, 0xff}, // teal
		{0x1f, 0x66, 0xb8, 0xff}, // blue
		{0x7a, 0x48, 0xb5, 0xff}, // violet
		{0x5e, 0x64, 0x6e, 0xff}, // grey
	}
}

// colourKey is the keyword of the PNG's text chunk (tEXt) that holds the colour of a picture that this program made.
const colourKey = "Discussions colour"

// EncodeAvatar makes a PNG of a picture of initials on a colour, and notes the colour in it: who reads it with [Decoder.ReadAvatar] draws
// the initials anew.
func EncodeAvatar(m image.Image, c color.NRGBA) ([]byte, error) {
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, m); err != nil {
		return nil, fmt.Errorf("picture: encode an avatar: %w", err)
	}
	text := []byte("tEXt" + colourKey + "\x00" + hexOf(c))
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(text)-4))
	chunk = binary.BigEndian.AppendUint32(append(chunk, text...), crc32.ChecksumIEEE(text))
	whole := b.Bytes()
	return bytes.Join([][]byte{whole[:pngHead], chunk, whole[pngHead:]}, nil), nil
}

// pngHead is the length of a PNG's signature and its first chunk (IHDR).
const pngHead = 8 + 4 + 4 + 13 + 4

func hexOf(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// notedColour is the colour that [EncodeAvatar] noted in a PNG, right behind its head; false for any other picture.
func notedColour(data []byte) (color.NRGBA, bool) {
	for _, c := range AvatarColours() {
		if len(data) > pngHead+8 && bytes.HasPrefix(data[pngHead+4:], []byte("tEXt"+colourKey+"\x00"+hexOf(c))) {
			return c, true
		}
	}
	return color.NRGBA{}, false
}

// ReadAvatar reads a picture that somebody published. The note of a colour counts only where the corner of the picture has that colour.
// [ErrTooLarge], [ErrUnknown], [ErrDamaged]: it is not to be shown.
func (d *Decoder) ReadAvatar(ctx context.Context, data []byte) (*Avatar, error) {
	c, square, err := d.avatar(ctx, data)
	switch {
	case err != nil:
		return nil, err
	case square == nil:
		return &Avatar{Colour: c}, nil
	}
	return &Avatar{Image: rounded(square)}, nil
}

// SmallAvatar gives what is to be kept of a picture that somebody published, for ReadAvatar: of one that notes its colour a pixel, of another
// one its middle as a JPEG. Errors are those of ReadAvatar.
func (d *Decoder) SmallAvatar(ctx context.Context, data []byte) ([]byte, error) {
	c, square, err := d.avatar(ctx, data)
	switch {
	case err != nil:
		return nil, err
	case square == nil:
		return EncodeAvatar(image.NewPaletted(image.Rect(0, 0, 1, 1), color.Palette{c}), c)
	}
	return encode(square, quality), nil
}

// avatar decodes a picture: its colour, or the square in its middle.
func (d *Decoder) avatar(ctx context.Context, data []byte) (c color.NRGBA, square *image.RGBA, err error) {
	info, err := Inspect(data)
	switch {
	case err != nil:
		return c, nil, err
	case len(data) > AvatarBytes, info.Width*info.Height > avatarPixels:
		return c, nil, ErrTooLarge
	}
	m, err := d.Decode(ctx, data, 4*AvatarSide) // the middle of a long one still has pixels
	if err != nil {
		return c, nil, err
	}
	if c, noted := notedColour(data); noted && color.NRGBAModel.Convert(m.At(0, 0)) == color.Color(c) {
		return c, nil, nil
	}
	square = image.NewRGBA(image.Rect(0, 0, AvatarSide, AvatarSide))
	if m.Rect == square.Rect {
		return c, m, nil
	}
	draw.ApproxBiLinear.Scale(square, square.Rect, m, middle(m.Rect), draw.Src, nil)
	return c, square, nil
}

// middle is the square in the middle of a picture.
func middle(r image.Rectangle) image.Rectangle {
	side := min(r.Dx(), r.Dy())
	return image.Rect(0, 0, side, side).Add(r.Min).Add(image.Pt((r.Dx()-side)/2, (r.Dy()-side)/2))
}

// rounded gives the disc in a square, with a smooth edge.
func rounded(m *image.RGBA) *image.RGBA {
	out := image.NewRGBA(m.Rect)
	side := m.Rect.Dx()
	radius := float64(side) / 2
	for y := range side {
		half := math.Sqrt(radius*radius - math.Pow(float64(y)+0.5-radius, 2)) // of the disc's width in this row
		for x := range side {
			from := math.Abs(float64(x) + 0.5 - radius)
			at := m.PixOffset(x, y)
			switch covered := half + 0.5 - from; {
			case covered >= 1:
				copy(out.Pix[at:at+4], m.Pix[at:at+4])
			case covered > 0:
				for i := range 4 {
					out.Pix[at+i] = uint8(float64(m.Pix[at+i]) * covered)
				}
			}
		}
	}
	return out
}
