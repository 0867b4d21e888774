package look

import (
	"image/color"

	"discussions/internal/picture"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Avatar is a disc for a person or group: the initials of the name on its colour, or on the colour that was chosen for a group; or a group's
// picture.
type Avatar struct {
	widget.BaseWidget
	name    string
	picture picture.Avatar
	size    float32
}

// NewAvatar makes the disc of that name.
func NewAvatar(name string, size float32) *Avatar { return NewGroupAvatar(name, nil, size) }

// NewGroupAvatar makes the disc of a group that may have a picture.
func NewGroupAvatar(name string, p *picture.Avatar, size float32) *Avatar {
	a := &Avatar{size: size}
	a.ExtendBaseWidget(a)
	a.Set(name, p)
	return a
}

// SetName shows another person.
func (a *Avatar) SetName(name string) { a.Set(name, nil) }

// Set shows another person or group; p is the picture of a group, nil for none.
func (a *Avatar) Set(name string, p *picture.Avatar) {
	if p == nil {
		p = &picture.Avatar{}
	}
	if a.name != name || a.picture != *p {
		a.name, a.picture = name, *p
		a.Refresh()
	}
}

// colour is the colour under the initials.
func (a *Avatar) colour() color.Color {
	if a.picture.Colour != (color.NRGBA{}) {
		return a.picture.Colour
	}
	return PersonColour(a.name)
}

// CreateRenderer implements [fyne.Widget].
func (a *Avatar) CreateRenderer() fyne.WidgetRenderer {
	r := &avatarRenderer{a: a, disc: canvas.NewCircle(nil), text: canvas.NewText("", color.White), image: &canvas.Image{FillMode: canvas.ImageFillContain}}
	r.text.TextStyle.Bold = true
	r.text.TextSize = a.size * 0.36
	r.text.Alignment = fyne.TextAlignCenter
	r.show()
	return r
}

type avatarRenderer struct {
	a     *Avatar
	disc  *canvas.Circle
	text  *canvas.Text
	image *canvas.Image
}

func (r *avatarRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(r.a.size) }

func (r *avatarRenderer) Layout(size fyne.Size) {
	d := fyne.NewSquareSize(r.a.size)
	at := fyne.NewPos((size.Width-d.Width)/2, (size.Height-d.Height)/2)
	for _, o := range []fyne.CanvasObject{r.disc, r.image} {
		o.Resize(d)
		o.Move(at)
	}
	h := r.text.MinSize().Height
	r.text.Resize(fyne.NewSize(d.Width, h))
	r.text.Move(at.AddXY(0, (d.Height-h)/2))
}

// show sets what is drawn.
func (r *avatarRenderer) show() {
	r.disc.FillColor = r.a.colour()
	r.text.Text = Initials(r.a.name)
	r.image.Image = r.a.picture.Image
	r.image.Hidden = r.image.Image == nil
	r.disc.Hidden, r.text.Hidden = !r.image.Hidden, !r.image.Hidden
}

func (r *avatarRenderer) Refresh() {
	r.show()
	for _, o := range r.Objects() {
		o.Refresh()
	}
}

func (r *avatarRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.disc, r.text, r.image}
}

func (r *avatarRenderer) Destroy() {}
