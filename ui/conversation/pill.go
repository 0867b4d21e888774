package conversation

import (
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// pill floats over the foot of the messages when the newest is out of view: it goes there, and says how many are new.
type pill struct {
	widget.BaseWidget

	words string // "" shows the arrow alone
	do    func()

	ground  *canvas.Rectangle
	text    *canvas.Text
	icon    *canvas.Image
	focused bool
}

var (
	_ fyne.Tappable      = (*pill)(nil)
	_ fyne.Focusable     = (*pill)(nil)
	_ desktop.Cursorable = (*pill)(nil)
)

const pillHeight = 36

func newPill(do func()) *pill {
	p := &pill{do: do, ground: canvas.NewRectangle(nil), text: canvas.NewText("", nil), icon: canvas.NewImageFromResource(look.IconDown)}
	p.icon.FillMode = canvas.ImageFillContain
	p.text.TextStyle.Bold = true
	p.ExtendBaseWidget(p)
	p.Hide()
	return p
}

// set shows or hides the pill, with words or without.
func (p *pill) set(visible bool, words string) {
	if p.Hidden == !visible && p.words == words {
		return
	}
	p.Hidden, p.words = !visible, words
	p.Refresh()
}

// Tapped implements [fyne.Tappable].
func (p *pill) Tapped(*fyne.PointEvent) { p.do() }

// Cursor implements [desktop.Cursorable].
func (p *pill) Cursor() desktop.Cursor { return desktop.PointerCursor }

// FocusGained implements [fyne.Focusable].
func (p *pill) FocusGained() { p.focused = true; p.Refresh() }

// FocusLost implements [fyne.Focusable].
func (p *pill) FocusLost() { p.focused = false; p.Refresh() }

// TypedRune implements [fyne.Focusable].
func (p *pill) TypedRune(rune) {}

// TypedKey implements [fyne.Focusable].
func (p *pill) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		p.do()
	}
}

// CreateRenderer implements [fyne.Widget].
func (p *pill) CreateRenderer() fyne.WidgetRenderer {
	r := pillRenderer{p}
	r.style()
	return r
}

type pillRenderer struct{ p *pill }

func (r pillRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.p.ground, r.p.text, r.p.icon}
}

func (r pillRenderer) MinSize() fyne.Size {
	if r.p.words == "" {
		return fyne.NewSquareSize(pillHeight)
	}
	return fyne.NewSize(ceil(r.p.text.MinSize().Width)+48, pillHeight)
}

func (r pillRenderer) Layout(size fyne.Size) {
	p := r.p
	p.ground.Resize(size)
	icon := fyne.NewSquareSize(18)
	p.icon.Resize(icon)
	if p.words == "" {
		p.icon.Move(fyne.NewPos((size.Width-icon.Width)/2, (size.Height-icon.Height)/2))
		return
	}
	words := p.text.MinSize()
	p.text.Move(fyne.NewPos(16, (size.Height-words.Height)/2))
	p.text.Resize(words)
	p.icon.Move(fyne.NewPos(size.Width-12-icon.Width, (size.Height-icon.Height)/2))
}

func (r pillRenderer) Refresh() {
	r.style()
	least := r.MinSize()
	if r.p.Size() != least {
		centre := r.p.Position().X + r.p.Size().Width/2
		r.p.Resize(least)
		r.p.Move(fyne.NewPos(round(centre-least.Width/2), r.p.Position().Y))
	}
	r.Layout(least)
	r.p.icon.Refresh()
	canvas.Refresh(r.p)
}

func (r pillRenderer) style() {
	p := r.p
	p.ground.CornerRadius = pillHeight / 2
	p.text.Text, p.text.TextSize = p.words, theme.Size(look.SizeSmall)
	p.text.Color = look.Colour(look.ColorOnAccent)
	p.ground.StrokeWidth = 1
	if p.words == "" {
		p.ground.FillColor, p.ground.StrokeColor = look.Colour(look.ColorSurface), look.Colour(look.ColorControl)
		p.icon.Resource = look.IconDown
	} else {
		p.ground.FillColor, p.ground.StrokeColor = look.Colour(look.ColorAccent), look.Colour(look.ColorAccent)
		p.icon.Resource = look.IconDown.In(look.ColorOnAccent)
	}
	if p.focused {
		p.ground.StrokeColor, p.ground.StrokeWidth = look.Colour(look.ColorText), 2
	}
}

func (r pillRenderer) Destroy() {}
