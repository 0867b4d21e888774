package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// avatar is a person's initials on their colour.
type avatar struct {
	widget.BaseWidget
	name string
	size float32
}

// Avatar is a disc for the person or group of that name.
func Avatar(name string, size float32) fyne.CanvasObject {
	a := &avatar{name: name, size: size}
	a.ExtendBaseWidget(a)
	return a
}

func (a *avatar) CreateRenderer() fyne.WidgetRenderer {
	disc := canvas.NewCircle(PersonColour(a.name))
	text := canvas.NewText(Initials(a.name), color.White)
	text.TextStyle.Bold = true
	text.TextSize = a.size * 0.36
	text.Alignment = fyne.TextAlignCenter
	return &avatarRenderer{a, disc, text}
}

type avatarRenderer struct {
	a    *avatar
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
	r.disc.Refresh()
	r.text.Refresh()
}

func (r *avatarRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.disc, r.text}
}

func (r *avatarRenderer) Destroy() {}
