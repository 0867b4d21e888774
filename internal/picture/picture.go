// Package picture decodes, turns, scales and encodes pictures that others made, within limits of time and memory.
package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net/http"
	"runtime/debug"

	"golang.org/x/image/bmp"
	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// Errors for errors.Is.
var (
	ErrUnknown  = errors.New("picture: not a picture that is known")
	ErrTooLarge = errors.New("picture: too many pixels")
	ErrDamaged  = errors.New("picture: cannot be decoded")
)

// The limits, checked before anything is decoded.
const (
	MaxSide        = 16_384
	maxPixels      = 50_000_000 // a photograph of a good camera; decoding takes about 8 bytes a pixel
	maxProgressive = 24_000_000 // a progressive JPEG takes twice as much
	MaxBytes       = 60 << 20   // of a picture that is read to be decoded
	large          = 8_000_000  // pixels after which the memory is given back at once
)

// Info is what is known of a picture before it is decoded.
type Info struct {
	MediaType     string
	Width, Height int // upright

	turn int // EXIF's orientation, 1 to 8
}

// Inspect reads the head of a picture: JPEG, PNG, GIF, WebP or BMP, whatever its name says. [ErrTooLarge]: it would not be decoded.
func Inspect(data []byte) (Info, error) {
	info := Info{MediaType: http.DetectContentType(data), turn: 1}
	read, known := map[string]func([]byte) (image.Config, error){
		"image/jpeg": func(b []byte) (image.Config, error) { return jpeg.DecodeConfig(bytes.NewReader(b)) },
		"image/png":  func(b []byte) (image.Config, error) { return png.DecodeConfig(bytes.NewReader(b)) },
		"image/gif":  func(b []byte) (image.Config, error) { return gif.DecodeConfig(bytes.NewReader(b)) },
		"image/webp": func(b []byte) (image.Config, error) { return webp.DecodeConfig(bytes.NewReader(b)) },
		"image/bmp":  func(b []byte) (image.Config, error) { return bmp.DecodeConfig(bytes.NewReader(b)) },
	}[info.MediaType]
	if !known {
		return Info{}, ErrUnknown
	}
	c, err := read(data)
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return Info{}, fmt.Errorf("%w: %s", ErrDamaged, info.MediaType)
	}
	info.Width, info.Height = c.Width, c.Height
	most := maxPixels
	if info.MediaType == "image/jpeg" {
		var progressive bool
		if info.turn, progressive = scanJPEG(data); progressive {
			most = maxProgressive
		}
		if info.turn >= 5 {
			info.Width, info.Height = c.Height, c.Width
		}
	}
	if c.Width > MaxSide || c.Height > MaxSide || c.Width*c.Height > most {
		return info, ErrTooLarge
	}
	return info, nil
}

// Decoder decodes one picture at a time, so that many do not fill the memory. Make one for the program with [NewDecoder].
type Decoder struct{ turn chan struct{} }

// NewDecoder makes a Decoder.
func NewDecoder() *Decoder { return &Decoder{turn: make(chan struct{}, 1)} }

// Decode decodes a picture, upright and scaled down so that no side is longer than maxSide. Of one that moves it gives the first image.
func (d *Decoder) Decode(ctx context.Context, data []byte, maxSide int) (*image.RGBA, error) {
	info, err := Inspect(data)
	if err != nil {
		return nil, err
	}
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	whole, err := decode(info.MediaType, data)
	if err != nil {
		return nil, err
	}
	if b := whole.Bounds(); b.Dx()*b.Dy() > large {
		defer debug.FreeOSMemory()
	}
	if b := whole.Bounds(); b.Dx() <= 0 || b.Dy() <= 0 {
		return nil, ErrDamaged
	}
	return upright(scale(whole, maxSide), info.turn), nil
}

func decode(mediaType string, data []byte) (m image.Image, err error) {
	defer func() {
		if r := recover(); r != nil { // a decoder's mistake must not end the program
			m, err = nil, fmt.Errorf("%w: %s", ErrDamaged, mediaType)
		}
	}()
	r := bytes.NewReader(data)
	switch mediaType {
	case "image/jpeg":
		m, err = jpeg.Decode(r)
	case "image/png":
		m, err = png.Decode(r)
	case "image/gif":
		m, err = gif.Decode(r)
	case "image/bmp":
		m, err = bmp.Decode(r)
	default:
		m, err = webp.Decode(r)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrDamaged, mediaType)
	}
	return m, nil
}

// scale gives a copy with no side longer than most.
func scale(m image.Image, most int) *image.RGBA {
	b := m.Bounds()
	w, h := Fit(b.Dx(), b.Dy(), most)
	for b.Dx() >= 2*w && b.Dy() >= 2*h { // a filter for any reduction at once takes ten times the memory of the picture
		m = halved(m)
		b = m.Bounds()
	}
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	if w == b.Dx() && h == b.Dy() {
		draw.Draw(to, to.Bounds(), m, b.Min, draw.Src)
	} else { // every pixel still counts
		draw.ApproxBiLinear.Scale(to, to.Bounds(), m, b, draw.Src, nil)
	}
	return to
}

// halved gives a picture of half the width and height: each pixel is the mean of four.
func halved(m image.Image) *image.RGBA {
	b := m.Bounds()
	to := image.NewRGBA(image.Rect(0, 0, max(1, b.Dx()/2), max(1, b.Dy()/2)))
	lines := image.NewRGBA(image.Rect(0, 0, b.Dx(), 2))
	for y := range to.Rect.Dy() {
		draw.Draw(lines, lines.Rect, m, image.Pt(b.Min.X, b.Min.Y+2*y), draw.Src)
		upper, lower, out := lines.Pix[:lines.Stride], lines.Pix[lines.Stride:], to.Pix[y*to.Stride:][:to.Stride]
		for i := range out {
			at := i/4*8 + i%4
			out[i] = uint8((uint(upper[at]) + uint(upper[at+4]) + uint(lower[at]) + uint(lower[at+4]) + 2) / 4)
		}
	}
	return to
}

// Fit is the size of a picture with no side longer than most, in its proportions.
func Fit(w, h, most int) (int, int) {
	switch {
	case w <= most && h <= most:
		return w, h
	case w >= h:
		return most, max(1, h*most/w)
	}
	return max(1, w*most/h), most
}

// Prepared is a picture as it is sent: upright, scaled, and without metadata such as the place.
type Prepared struct {
	Data          []byte
	MediaType     string
	Width, Height int
	Thumbnail     []byte // a tiny JPEG
}

// The measures of a sent picture.
const (
	SentSide      = 2048 // pixels of the longer side
	thumbnailSide = 40
	quality       = 82
	maxPNG        = 1 << 20 // bytes; a larger drawing becomes a photograph
)

// Prepare decodes a picture and encodes it anew for sending.
func (d *Decoder) Prepare(ctx context.Context, data []byte) (Prepared, error) {
	m, err := d.Decode(ctx, data, SentSide)
	if err != nil {
		return Prepared{}, err
	}
	p := Prepared{Width: m.Bounds().Dx(), Height: m.Bounds().Dy(), Thumbnail: Thumbnail(m)}
	if t := http.DetectContentType(data); t == "image/png" || t == "image/gif" || t == "image/bmp" { // sharp edges, and transparency
		var b bytes.Buffer
		if err := png.Encode(&b, m); err == nil && b.Len() <= maxPNG {
			p.Data, p.MediaType = b.Bytes(), "image/png"
			return p, nil
		}
	}
	p.Data, p.MediaType = encode(m, quality), "image/jpeg"
	return p, nil
}

// Small decodes a picture and makes a JPEG of it, with no side longer than side.
func (d *Decoder) Small(ctx context.Context, data []byte, side int) ([]byte, error) {
	m, err := d.Decode(ctx, data, side)
	if err != nil {
		return nil, err
	}
	return encode(m, quality), nil
}

// Thumbnail makes a tiny JPEG of a picture, to be shown, blurred, until the picture itself is there.
func Thumbnail(m image.Image) []byte { return encode(scale(m, thumbnailSide), 50) }

func encode(m *image.RGBA, quality int) []byte {
	opaque := image.NewRGBA(m.Bounds())
	draw.Draw(opaque, opaque.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(opaque, opaque.Bounds(), m, m.Bounds().Min, draw.Over)
	var b bytes.Buffer
	_ = jpeg.Encode(&b, opaque, &jpeg.Options{Quality: quality}) // a buffer never fails, and the size is within JPEG's
	return b.Bytes()
}
