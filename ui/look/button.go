package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// Kind is the kind of a button.
type Kind int

// The kinds of buttons, the most prominent first.
const (
	Primary  Kind = iota // the main action
	Danger               // the main action, which cannot be undone
	Outlined             // another action
	Link                 // a minor action
	Warn                 // a minor action that removes something
	Quiet                // cancel
)

// Button is a button with a text and an optional icon.
type Button struct {
	Pressable
	kind  Kind
	label *Label
	icon  *canvas.Image
	from  Icon
}

var _ fyne.Widget = (*Button)(nil)

// NewButton makes a button that calls tapped.
func NewButton(kind Kind, text string, tapped func()) *Button {
	b := &Button{kind: kind}
	b.Label, b.OnTapped, b.Radius = text, tapped, Radius
	b.label = NewLabel(text, Style{Bold: true, Align: fyne.TextAlignCenter})
	b.ExtendBaseWidget(b)
	return b
}

// NewIconTextButton is [NewButton] with an icon before the text.
func NewIconTextButton(kind Kind, icon Icon, text string, tapped func()) *Button {
	b := NewButton(kind, text, tapped)
	b.from = icon
	b.icon = canvas.NewImageFromResource(icon)
	b.icon.FillMode = canvas.ImageFillContain
	return b
}

// SetText changes the text.
func (b *Button) SetText(text string) {
	b.Label = text
	b.label.SetText(text)
	b.Refresh()
}

// CreateRenderer implements [fyne.Widget].
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	r := &buttonRenderer{b: b, back: canvas.NewRectangle(color.Transparent), ring: newRing()}
	r.paint()
	return r
}

// colours returns the colours of text, background and border; "" for none.
func (b *Button) colours() (text, fill, line fyne.ThemeColorName) {
	switch b.kind {
	case Primary:
		text, fill = ColorOnAccent, ColorAccent
	case Danger:
		text, fill = ColorSurface, ColorDanger
	case Outlined:
		text, line = ColorAccent, ColorAccent
	case Link:
		text = ColorAccent
	case Warn:
		text = ColorDanger
	default:
		text = ColorSoft
	}
	if b.disabled {
		text = ColorSoft
		if fill != "" {
			fill = ColorLine
		}
		if line != "" {
			line = ColorLine
		}
	}
	return text, fill, line
}

type buttonRenderer struct {
	b    *Button
	back *canvas.Rectangle
	ring ring
}

func (r *buttonRenderer) MinSize() fyne.Size {
	size := r.b.label.MinSize()
	if r.b.icon != nil {
		size.Width += theme.Size(theme.SizeNameInlineIcon) + 2*Gap
	}
	high := float32(24)
	if r.b.kind > Outlined { // no border: less high
		high = 16
	}
	return size.AddWidthHeight(32, high)
}

func (r *buttonRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	r.ring.around(size, Radius, 3)
	text := r.b.label.MinSize()
	x := (size.Width - text.Width) / 2
	if r.b.icon != nil {
		side := theme.Size(theme.SizeNameInlineIcon)
		x -= (side + 2*Gap) / 2
		r.b.icon.Move(fyne.NewPos(x, (size.Height-side)/2))
		r.b.icon.Resize(fyne.NewSquareSize(side))
		x += side + 2*Gap
	}
	r.b.label.Move(fyne.NewPos(x, (size.Height-text.Height)/2))
	r.b.label.Resize(text)
}

func (r *buttonRenderer) Refresh() {
	r.paint()
	r.Layout(r.b.Size())
	canvas.Refresh(r.b)
}

func (r *buttonRenderer) paint() {
	text, fill, line := r.b.colours()
	style := r.b.label.Style
	style.Colour = text
	r.b.label.Style = style
	r.b.label.Refresh()
	if r.b.icon != nil {
		r.b.icon.Resource = r.b.from.In(text)
		r.b.icon.Refresh()
	}
	r.back.CornerRadius = Radius
	r.back.FillColor, r.back.StrokeColor, r.back.StrokeWidth = color.Transparent, color.Transparent, 0
	if line != "" {
		r.back.StrokeColor, r.back.StrokeWidth = Colour(line), 1.5
	}
	switch {
	case fill != "":
		r.back.FillColor = Colour(fill)
		if r.b.Hovered() {
			r.back.FillColor = blend(Colour(fill), Colour(ColorText), 0.12)
		}
	case r.b.Hovered():
		r.back.FillColor = Colour(ColorHover)
	}
	r.back.Refresh()
	r.ring.show(r.b.focused)
}

func (r *buttonRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.back, r.b.label, r.ring.Rectangle}
	if r.b.icon != nil {
		objects = append(objects, r.b.icon)
	}
	return objects
}

func (r *buttonRenderer) Destroy() {}

// blend mixes a share (0 to 1) of b into a.
func blend(a, b color.Color, part float64) color.Color {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	mix := func(x, y uint32) uint8 { return uint8((float64(x)*(1-part) + float64(y)*part) / 257) }
	return color.NRGBA{R: mix(ar, br), G: mix(ag, bg), B: mix(ab, bb), A: 0xff}
}
