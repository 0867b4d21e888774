package conversation

import (
	"discussions/internal/i18n"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// jumpButton floats over the foot of the messages when the newest is out of view: it goes there, and says how many are new.
type jumpButton struct {
	look.Pressable
	words string // "" shows the arrow alone
}

const jumpHeight = 36

func newJumpButton(tapped func()) *jumpButton {
	b := &jumpButton{}
	b.OnTapped, b.Label = tapped, i18n.T("conversation.newest")
	b.ExtendBaseWidget(b)
	b.Hide()
	return b
}

// set shows or hides the button, with words or without.
func (b *jumpButton) set(visible bool, words string) {
	if b.Hidden == !visible && b.words == words {
		return
	}
	b.Hidden, b.words = !visible, words
	b.Refresh()
}

// CreateRenderer implements [fyne.Widget].
func (b *jumpButton) CreateRenderer() fyne.WidgetRenderer {
	r := &jumpRenderer{b: b, background: canvas.NewRectangle(nil), text: canvas.NewText("", nil), icon: look.Picture(look.IconDown, 18)}
	r.text.TextStyle.Bold = true
	r.background.CornerRadius = jumpHeight / 2
	r.paint()
	return r
}

type jumpRenderer struct {
	b          *jumpButton
	background *canvas.Rectangle
	text       *canvas.Text
	icon       *canvas.Image
}

func (r *jumpRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.background, r.text, r.icon}
}

func (r *jumpRenderer) MinSize() fyne.Size {
	if r.b.words == "" {
		return fyne.NewSquareSize(jumpHeight)
	}
	return fyne.NewSize(ceil(r.text.MinSize().Width)+48, jumpHeight)
}

func (r *jumpRenderer) Layout(size fyne.Size) {
	r.background.Resize(size)
	icon := r.icon.MinSize()
	r.icon.Resize(icon)
	if r.b.words == "" {
		r.icon.Move(fyne.NewPos((size.Width-icon.Width)/2, (size.Height-icon.Height)/2))
		return
	}
	words := r.text.MinSize()
	r.text.Move(fyne.NewPos(16, (size.Height-words.Height)/2))
	r.text.Resize(words)
	r.icon.Move(fyne.NewPos(size.Width-12-icon.Width, (size.Height-icon.Height)/2))
}

// Refresh keeps the button in the middle of where it was: its width follows the words.
func (r *jumpRenderer) Refresh() {
	r.paint()
	size := r.MinSize()
	if r.b.Size() != size {
		centre := r.b.Position().X + r.b.Size().Width/2
		r.b.Resize(size)
		r.b.Move(fyne.NewPos(round(centre-size.Width/2), r.b.Position().Y))
	}
	r.Layout(size)
	r.icon.Refresh()
	canvas.Refresh(r.b)
}

func (r *jumpRenderer) paint() {
	r.text.Text, r.text.TextSize = r.b.words, theme.Size(look.SizeSmall)
	r.text.Color = look.Colour(look.ColorOnAccent)
	fill, stroke, icon := look.ColorAccent, look.ColorAccent, look.IconDown.In(look.ColorOnAccent)
	if r.b.words == "" {
		fill, stroke, icon = look.ColorSurface, look.ColorControl, look.IconDown
	}
	r.background.FillColor, r.background.StrokeColor, r.background.StrokeWidth = look.Colour(fill), look.Colour(stroke), 1
	r.icon.Resource = icon
	if r.b.Focused() {
		r.background.StrokeColor, r.background.StrokeWidth = look.Colour(look.ColorText), 2
	}
}

func (r *jumpRenderer) Destroy() {}
