package conversation

import (
	"discussions/ui/look"
	"discussions/ui/textlayout"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// foot is the line under the messages: who is writing, or why what one wrote could not be sent. It is always there, so that
// nothing moves when somebody begins to write.
type foot struct {
	widget.BaseWidget

	typers string
	wrong  string
	text   *canvas.Text
}

func newFoot() *foot {
	f := &foot{text: canvas.NewText("", nil)}
	f.ExtendBaseWidget(f)
	return f
}

// typing says who is writing.
func (f *foot) typing(words string) {
	if f.typers != words {
		f.typers = words
		f.Refresh()
	}
}

// trouble says what went wrong, until it is called with "".
func (f *foot) trouble(words string) {
	if f.wrong != words {
		f.wrong = words
		f.Refresh()
	}
}

// CreateRenderer implements [fyne.Widget].
func (f *foot) CreateRenderer() fyne.WidgetRenderer {
	r := footRenderer{f}
	r.Layout(f.Size())
	return r
}

type footRenderer struct{ f *foot }

func (r footRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.f.text} }

func (r footRenderer) MinSize() fyne.Size {
	return fyne.NewSize(120, round(theme.Size(look.SizeSmall)*1.4)+10)
}

func (r footRenderer) Layout(size fyne.Size) {
	f := r.f
	words, ink := f.typers, look.ColorSoft
	if f.wrong != "" {
		words, ink = f.wrong, look.ColorDanger
	}
	f.text.TextSize, f.text.Color = theme.Size(look.SizeSmall), look.Colour(ink)
	f.text.Text = textlayout.Cut(words, max(bubbleLess, size.Width-2*look.Space), ruler(f.text.TextSize))
	least := f.text.MinSize()
	f.text.Move(fyne.NewPos(look.Space, (size.Height-least.Height)/2))
	f.text.Resize(least)
}

func (r footRenderer) Refresh() {
	r.Layout(r.f.Size())
	canvas.Refresh(r.f)
}

func (r footRenderer) Destroy() {}
