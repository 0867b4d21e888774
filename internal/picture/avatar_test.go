package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"golang.org/x/image/draw"
)

// coloured is a square of one colour.
func coloured(c color.Color, w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(m, m.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	return m
}

func TestAColourThatThisProgramPublishesIsReadAsOne(t *testing.T) {
	for _, c := range AvatarColours() {
		data, err := EncodeAvatar(coloured(c, 128, 128), c)
		if err != nil {
			t.Fatal(err)
		}
		if m, err := png.Decode(bytes.NewReader(data)); err != nil || m.Bounds().Dx() != 128 { // for other programs
			t.Fatalf("no PNG: %v", err)
		}
		keep, err := NewDecoder().SmallAvatar(t.Context(), data)
		if err != nil || len(keep) > 200 {
			t.Errorf("%v: %d bytes, %v", c, len(keep), err)
		}
		for what, data := range map[string][]byte{"published": data, "kept": keep} {
			if a, err := NewDecoder().ReadAvatar(t.Context(), data); err != nil || *a != (Avatar{Colour: c}) {
				t.Errorf("%v, %s: %+v, %v", c, what, a, err)
			}
		}
	}
}

func TestANoteOfAColourProvesNothing(t *testing.T) {
	red, green := AvatarColours()[0], AvatarColours()[2]
	other := color.NRGBA{0xff, 0xff, 0x80, 0xff} // white initials would not be readable on it
	for name, c := range map[string]struct {
		shows image.Image
		note  color.NRGBA
	}{
		"another colour in the picture": {coloured(green, 64, 64), red},
		"a colour that is no choice":    {coloured(other, 64, 64), other},
		"transparent":                   {image.NewRGBA(image.Rect(0, 0, 64, 64)), red},
	} {
		data, err := EncodeAvatar(c.shows, c.note)
		if err != nil {
			t.Fatal(err)
		}
		if a, err := NewDecoder().ReadAvatar(t.Context(), data); err != nil || a.Colour != (color.NRGBA{}) || a.Image == nil {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
	}
}

func TestThePictureOfAnotherProgramIsShownRound(t *testing.T) {
	red := color.NRGBA{0xe0, 0x10, 0x10, 0xff}
	wide := coloured(color.NRGBA{0x10, 0x10, 0xe0, 0xff}, 300, 100)
	draw.Draw(wide, image.Rect(100, 0, 200, 100), image.NewUniform(red), image.Point{}, draw.Src)
	var asPNG, asJPEG, asGIF bytes.Buffer
	for _, err := range []error{png.Encode(&asPNG, wide), jpeg.Encode(&asJPEG, wide, nil), gif.Encode(&asGIF, wide, nil)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	near := func(m image.Image, x, y int, want color.NRGBA) bool {
		got := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
		apart := func(a, b uint8) bool { return max(a, b)-min(a, b) > 24 }
		return !apart(got.R, want.R) && !apart(got.G, want.G) && !apart(got.B, want.B) && got.A == want.A
	}
	for name, data := range map[string][]byte{"PNG": asPNG.Bytes(), "JPEG": asJPEG.Bytes(), "GIF": asGIF.Bytes()} {
		a, err := NewDecoder().ReadAvatar(t.Context(), data)
		if err != nil {
			t.Fatal(err)
		}
		keep, err := NewDecoder().SmallAvatar(t.Context(), data)
		if err != nil {
			t.Fatal(err)
		}
		again, err := NewDecoder().ReadAvatar(t.Context(), keep)
		if err != nil || len(keep) > 8<<10 {
			t.Fatalf("%s: what is kept: %d bytes, %v", name, len(keep), err)
		}
		for _, a := range []*Avatar{a, again} {
			if a.Colour != (color.NRGBA{}) || a.Image.Bounds() != image.Rect(0, 0, AvatarSide, AvatarSide) {
				t.Fatalf("%s: %v, %v", name, a.Colour, a.Image.Bounds())
			}
			const last = AvatarSide - 1
			for _, at := range []image.Point{{last / 2, last / 2}, {2, last / 2}, {last - 2, last / 2}} { // its middle only
				if !near(a.Image, at.X, at.Y, red) {
					t.Errorf("%s: at %v: %v", name, at, a.Image.At(at.X, at.Y))
				}
			}
			if _, _, _, alpha := a.Image.At(2, 2).RGBA(); alpha != 0 {
				t.Errorf("%s: it is not round", name)
			}
		}
	}
}

func TestAnAvatarThatIsTooLargeOrNoneIsRefused(t *testing.T) {
	var vast bytes.Buffer // a bomb: few bytes, many pixels
	if err := png.Encode(&vast, image.NewPaletted(image.Rect(0, 0, 2500, 2500), color.Palette{color.White})); err != nil {
		t.Fatal(err)
	}
	sound, err := EncodeAvatar(coloured(AvatarColours()[0], 64, 64), AvatarColours()[0])
	if err != nil {
		t.Fatal(err)
	}
	claims := bytes.Clone(sound) // a head that claims more than there is
	binary.BigEndian.PutUint32(claims[16:], 1<<31-1)
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"many pixels": {vast.Bytes(), ErrTooLarge},
		"many bytes":  {append(bytes.Clone(sound), make([]byte, AvatarBytes)...), ErrTooLarge},
		"no picture":  {[]byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), ErrUnknown},
		"nothing":     {nil, ErrUnknown},
		"cut":         {sound[:len(sound)/2], ErrDamaged},
		"false head":  {claims, ErrDamaged},
	} {
		if a, err := NewDecoder().ReadAvatar(t.Context(), c.data); !errors.Is(err, c.want) || a != nil {
			t.Errorf("%s: %v", name, err)
		}
		if keep, err := NewDecoder().SmallAvatar(t.Context(), c.data); !errors.Is(err, c.want) || keep != nil {
			t.Errorf("%s, kept: %v", name, err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	d := NewDecoder()
	d.turn <- struct{}{}
	if _, err := d.ReadAvatar(ended, sound); !errors.Is(err, context.Canceled) {
		t.Errorf("another one is decoded for ever: %v", err)
	}
}

// FuzzAvatar: nothing that is published ends the program, and what is kept is readable.
func FuzzAvatar(f *testing.F) {
	for _, c := range AvatarColours() {
		data, err := EncodeAvatar(coloured(c, 16, 16), c)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	d := NewDecoder()
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := d.ReadAvatar(t.Context(), data)
		if err != nil {
			return
		}
		keep, err := d.SmallAvatar(t.Context(), data)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := d.ReadAvatar(t.Context(), keep); err != nil || again.Colour != a.Colour {
			t.Errorf("kept: %v", err)
		}
	})
}
