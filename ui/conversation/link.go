package conversation

import (
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// link is a word that does something: by a click, or by Enter or Space when it has the focus, which underlines it.
type link struct {
	widget.BaseWidget

	text   *canvas.Text
	colour fyne.ThemeColorName
	onTap  func()
	under  *canvas.Rectangle

	focused bool
}

var (
	_ fyne.Tappable      = (*link)(nil)
	_ fyne.Focusable     = (*link)(nil)
	_ desktop.Cursorable = (*link)(nil)
)

func newLink(colour fyne.ThemeColorName) *link {
	l := &link{text: canvas.NewText("", nil), colour: colour, under: canvas.NewRectangle(nil)}
	l.text.TextStyle.Bold = true
	l.under.Hide()
	l.ExtendBaseWidget(l)
	return l
}

// set gives the link its words, their size and what it does.
func (l *link) set(text string, size float32, onTap func()) {
	l.text.Text, l.text.TextSize, l.onTap = text, size, onTap
	l.Refresh()
}

// Tapped implements [fyne.Tappable].
func (l *link) Tapped(*fyne.PointEvent) { l.onTap() }

// Cursor implements [desktop.Cursorable].
func (l *link) Cursor() desktop.Cursor { return desktop.PointerCursor }

// FocusGained implements [fyne.Focusable].
func (l *link) FocusGained() { l.focused = true; l.under.Show() }

// FocusLost implements [fyne.Focusable].
func (l *link) FocusLost() { l.focused = false; l.under.Hide() }

// TypedRune implements [fyne.Focusable].
func (l *link) TypedRune(rune) {}

// TypedKey implements [fyne.Focusable].
func (l *link) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		l.onTap()
	}
}

// CreateRenderer implements [fyne.Widget].
func (l *link) CreateRenderer() fyne.WidgetRenderer {
	r := linkRenderer{l}
	r.colours()
	return r
}

type linkRenderer struct{ l *link }

func (r linkRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.l.text, r.l.under} }
func (r linkRenderer) MinSize() fyne.Size           { return r.l.text.MinSize() }
func (r linkRenderer) Destroy()                     {}

func (r linkRenderer) Layout(size fyne.Size) {
	r.l.text.Resize(size)
	r.l.under.Move(fyne.NewPos(0, size.Height-2))
	r.l.under.Resize(fyne.NewSize(size.Width, 2))
}

func (r linkRenderer) Refresh() {
	r.colours()
	r.l.text.Refresh()
}

func (r linkRenderer) colours() {
	r.l.text.Color = look.Colour(r.l.colour)
	r.l.under.FillColor = r.l.text.Color
}
