package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Avatar is a disc for a person or group: the initials of the name on its colour.
type Avatar struct {
	widget.BaseWidget
	name string
	size float32
}

// NewAvatar makes the disc of that name.
func NewAvatar(name string, size float32) *Avatar {
	a := &Avatar{name: name, size: size}
	a.ExtendBaseWidget(a)
	return a
}

// SetName shows another person or group.
func (a *Avatar) SetName(name string) {
	if a.name != name {
		a.name = name
		a.Refresh()
	}
}

// CreateRenderer implements [fyne.Widget].
func (a *Avatar) CreateRenderer() fyne.WidgetRenderer {
	disc := canvas.NewCircle(PersonColour(a.name))
	text := canvas.NewText(Initials(a.name), color.White)
	text.TextStyle.Bold = true
	text.TextSize = a.size * 0.36
	text.Alignment = fyne.TextAlignCenter
	return &avatarRenderer{a, disc, text}
}

type avatarRenderer struct {
	a    *Avatar
	disc *canvas.Circle
	text *canvas.Text
}

func (r *avatarRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(r.a.size) }

func (r *avatarRenderer) Layout(size fyne.Size) {
	d := fyne.NewSquareSize(r.a.size)
	at := fyne.NewPos((size.Width-d.Width)/2, (size.Height-d.Height)/2)
	r.disc.Resize(d)
	r.disc.Move(at)
	h := r.text.MinSize().Height
	r.text.Resize(fyne.NewSize(d.Width, h))
	r.text.Move(at.AddXY(0, (d.Height-h)/2))
}

func (r *avatarRenderer) Refresh() {
	r.disc.FillColor = PersonColour(r.a.name)
	r.disc.Refresh()
	r.text.Text = Initials(r.a.name)
	r.text.Refresh()
}

func (r *avatarRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.disc, r.text}
}

func (r *avatarRenderer) Destroy() {}
