package conversation

import (
	"discussions/ui/look"
	"discussions/ui/textlayout"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// empty stands where no messages are and says what to do.
type empty struct {
	widget.BaseWidget

	words string
	icon  *canvas.Image
	lines []*canvas.Text
}

const emptyIcon = 48

func newEmpty() *empty {
	e := &empty{icon: canvas.NewImageFromResource(look.IconBubble)}
	e.icon.FillMode = canvas.ImageFillContain
	e.ExtendBaseWidget(e)
	e.Hide()
	return e
}

// set shows words, one paragraph a line, or nothing for "".
func (e *empty) set(words string) {
	if e.words == words {
		return
	}
	e.words, e.Hidden = words, words == ""
	e.Refresh()
}

func (e *empty) heightFor(width float32) float32 {
	return emptyIcon + 16 + float32(len(e.flow(width)))*round(theme.Size(look.SizeText)*1.4)
}

func (e *empty) flow(width float32) []textlayout.Line {
	return textlayout.Wrap(e.words, max(bubbleLess, min(360, width-4*look.Space)), ruler(theme.Size(look.SizeText)))
}

func (e *empty) arrange(size fyne.Size) {
	e.icon.Move(fyne.NewPos((size.Width-emptyIcon)/2, 0))
	e.icon.Resize(fyne.NewSquareSize(emptyIcon))
	text := theme.Size(look.SizeText)
	e.lines = e.lines[:0]
	for i, l := range e.flow(size.Width) {
		t := canvas.NewText(e.words[l.Start:l.End], look.Colour(look.ColorSoft))
		t.TextSize = text
		t.Move(fyne.NewPos(round((size.Width-l.Width)/2), emptyIcon+16+float32(i)*round(text*1.4)))
		t.Resize(t.MinSize())
		e.lines = append(e.lines, t)
	}
}

// CreateRenderer implements [fyne.Widget].
func (e *empty) CreateRenderer() fyne.WidgetRenderer { return emptyRenderer{e} }

type emptyRenderer struct{ e *empty }

func (r emptyRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.e.icon}
	for _, t := range r.e.lines {
		objects = append(objects, t)
	}
	return objects
}

func (r emptyRenderer) MinSize() fyne.Size    { return fyne.NewSize(120, emptyIcon) }
func (r emptyRenderer) Layout(size fyne.Size) { r.e.arrange(size) }
func (r emptyRenderer) Destroy()              {}

func (r emptyRenderer) Refresh() {
	r.e.arrange(r.e.Size())
	r.e.icon.Refresh()
	canvas.Refresh(r.e)
}
