package conversation

import (
	"image/color"

	"discussions/internal/i18n"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// sendButton sends what is in the input. With nothing to send it is grey.
type sendButton struct{ look.Pressable }

func newSendButton(tapped func()) *sendButton {
	b := &sendButton{}
	b.OnTapped, b.Label = tapped, i18n.T("conversation.send")
	b.ExtendBaseWidget(b)
	b.Disable()
	return b
}

func (b *sendButton) enable(on bool) {
	if on {
		b.Enable()
	} else {
		b.Disable()
	}
}

// CreateRenderer implements [fyne.Widget].
func (b *sendButton) CreateRenderer() fyne.WidgetRenderer {
	r := &sendRenderer{b: b, background: canvas.NewRectangle(nil), icon: look.Picture(look.IconSend, 20)}
	r.background.CornerRadius = look.Radius
	r.paint()
	return r
}

type sendRenderer struct {
	b          *sendButton
	background *canvas.Rectangle
	icon       *canvas.Image
}

func (r *sendRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.background, r.icon}
}

func (r *sendRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(inputMin) }

func (r *sendRenderer) Layout(size fyne.Size) {
	r.background.Resize(size)
	icon := r.icon.MinSize()
	r.icon.Resize(icon)
	r.icon.Move(fyne.NewPos((size.Width-icon.Width)/2, (size.Height-icon.Height)/2))
}

func (r *sendRenderer) Refresh() {
	r.paint()
	r.background.Refresh()
	r.icon.Refresh()
}

func (r *sendRenderer) paint() {
	r.background.StrokeColor, r.background.StrokeWidth = color.Transparent, 0
	if r.b.Disabled() {
		r.background.FillColor, r.icon.Resource = look.Colour(look.ColorBackground), look.IconSend
		return
	}
	r.background.FillColor, r.icon.Resource = look.Colour(look.ColorAccent), look.IconSend.In(look.ColorOnAccent)
	if r.b.Focused() || r.b.Hovered() {
		r.background.StrokeColor, r.background.StrokeWidth = look.Colour(look.ColorText), 2
	}
}

func (r *sendRenderer) Destroy() {}
