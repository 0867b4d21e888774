package look

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"strconv"
	"sync"

	"discussions/assets"

	"fyne.io/fyne/v2/theme"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	scaling "golang.org/x/image/draw"
)

// traySizes are what desktops ask for: panels of 22 to 24 pixels, and what is drawn larger.
var traySizes = []int{24, 64}

// TrayIcon draws the program's icon for the notification area.
type TrayIcon struct {
	bold  *sfnt.Font
	drawn map[trayState][]image.Image
}

// trayState is what is drawn: there are few, and a flood of messages changes it often.
type trayState struct {
	number string
	locked bool
}

// NewTrayIcon reads the font, and begins to read the icon, for which the first window need not wait.
func NewTrayIcon() (*TrayIcon, error) {
	bold, err := opentype.Parse(theme.DefaultTextBoldFont().Content())
	if err != nil {
		return nil, err
	}
	go trayBases()
	return &TrayIcon{bold, map[trayState][]image.Image{}}, nil
}

// trayBases are the program's icon in each size. Nobody draws on them.
var trayBases = sync.OnceValue(func() map[int]*image.NRGBA {
	icon, err := png.Decode(bytes.NewReader(assets.AppIcon))
	if err != nil {
		icon = image.NewNRGBA(image.Rect(0, 0, 1, 1)) // the number still says that something came
	}
	bases := map[int]*image.NRGBA{}
	for _, size := range traySizes {
		bases[size] = image.NewNRGBA(image.Rect(0, 0, size, size))
		scaling.CatmullRom.Scale(bases[size], bases[size].Bounds(), icon, icon.Bounds(), draw.Src, nil)
	}
	return bases
})

// Draw draws the icon in each size, with the number of unread messages, and grey with a padlock where no account is open. What looks
// the same is the same pictures.
func (t *TrayIcon) Draw(unread int, locked bool) []image.Image {
	state := trayState{numberText(unread), locked}
	if t.drawn[state] == nil {
		for _, size := range traySizes {
			t.drawn[state] = append(t.drawn[state], t.draw(size, unread, locked))
		}
	}
	return t.drawn[state]
}

// numberText is what fits into the disc; "" for none.
func numberText(unread int) string {
	switch {
	case unread <= 0:
		return ""
	case unread > 9:
		return "9+"
	}
	return strconv.Itoa(unread)
}

// Badge draws the disc with the number alone.
func (t *TrayIcon) Badge(size, unread int) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, size, size))
	t.number(m, float64(size)/2, float64(size)/2, float64(size)/2, unread)
	return m
}

func (t *TrayIcon) draw(size, unread int, locked bool) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, size, size))
	copy(m.Pix, trayBases()[size].Pix)
	if locked {
		for i := 0; i < len(m.Pix); i += 4 {
			grey := color.GrayModel.Convert(color.NRGBA{m.Pix[i], m.Pix[i+1], m.Pix[i+2], 0xff}).(color.Gray).Y
			m.Pix[i], m.Pix[i+1], m.Pix[i+2] = grey, grey, grey
		}
		padlock(m)
	}
	if unread > 0 {
		radius := 0.34 * float64(size)
		t.number(m, float64(size)-radius, float64(size)-radius, radius, unread)
	}
	return m
}

// number draws a red disc with a number in it.
func (t *TrayIcon) number(m *image.NRGBA, x, y, radius float64, n int) {
	fill(m, light[ColorDanger], func(px, py float64) float64 { return radius - math.Hypot(px-x, py-y) })
	text, height := numberText(n), 1.45*radius
	if len(text) > 1 {
		height = 1.15 * radius
	}
	face, err := opentype.NewFace(t.bold, &opentype.FaceOptions{Size: height, DPI: 72})
	if err != nil {
		return // without the number it still says that something came
	}
	defer face.Close()
	d := font.Drawer{Dst: m, Src: image.White, Face: face}
	bounds, _ := d.BoundString(text)
	center := fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(y * 64)}
	d.Dot = center.Sub(fixed.Point26_6{X: (bounds.Min.X + bounds.Max.X) / 2, Y: (bounds.Min.Y + bounds.Max.Y) / 2})
	d.DrawString(text)
}

// padlock draws a closed padlock over the lower left.
func padlock(m *image.NRGBA) {
	size := float64(m.Rect.Dx())
	width, left, bottom := 0.42*size, 0.04*size, 0.96*size
	middle, top, arc := left+width/2, bottom-0.3*size, bottom-0.4*size
	rim := max(1, size/32)
	ring, thick := 0.125*size, 0.04*size
	distance := func(x, y, grow float64) float64 {
		body := min(min(x-left, left+width-x), min(y-top, bottom-y)) + grow
		shackle := -1.0
		if y < top+1 {
			legs := max(0, y-arc) // below the arc the shackle is straight
			shackle = thick + grow - math.Abs(math.Hypot(x-middle, y-legs-arc)-ring)
		}
		return max(body, shackle)
	}
	fill(m, light[ColorSurface], func(x, y float64) float64 { return distance(x, y, rim) })
	fill(m, light[ColorText], func(x, y float64) float64 { return distance(x, y, 0) })
}

// fill paints where the distance to the edge is positive; at the edge it blends.
func fill(m *image.NRGBA, c color.NRGBA, distance func(x, y float64) float64) {
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			cover := min(1, max(0, distance(float64(x)+0.5, float64(y)+0.5)+0.5))
			if cover > 0 {
				over := image.NewUniform(color.NRGBA{c.R, c.G, c.B, uint8(cover*255 + 0.5)})
				draw.Draw(m, image.Rect(x, y, x+1, y+1), over, image.Point{}, draw.Over)
			}
		}
	}
}
