package look

import (
	"discussions/ui/textlayout"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// TextLink is a bold word that acts as a button; the focus underlines it. It can be reused for another word.
type TextLink struct {
	Pressable
	Cut    bool // shortened where its place is narrower; else a long text makes the window wider
	size   fyne.ThemeSizeName
	colour fyne.ThemeColorName
}

var _ fyne.Widget = (*TextLink)(nil)

// NewTextLink makes a link.
func NewTextLink(text string, size fyne.ThemeSizeName, colour fyne.ThemeColorName, tapped func()) *TextLink {
	l := &TextLink{}
	l.ExtendBaseWidget(l)
	l.Set(text, size, colour, tapped)
	return l
}

// Set changes everything about it.
func (l *TextLink) Set(text string, size fyne.ThemeSizeName, colour fyne.ThemeColorName, tapped func()) {
	l.Label, l.size, l.colour, l.OnTapped = text, size, colour, tapped
	l.Refresh()
}

// AccessibilityRole implements [fyne.Accessible].
func (l *TextLink) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleLink }

// CreateRenderer implements [fyne.Widget].
func (l *TextLink) CreateRenderer() fyne.WidgetRenderer {
	r := &textLinkRenderer{l: l, text: canvas.NewText("", nil), line: canvas.NewRectangle(nil)}
	r.text.TextStyle.Bold = true
	r.paint()
	return r
}

type textLinkRenderer struct {
	l    *TextLink
	text *canvas.Text
	line *canvas.Rectangle
}

func (r *textLinkRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.text, r.line} }
func (r *textLinkRenderer) Destroy()                     {}

func (r *textLinkRenderer) MinSize() fyne.Size {
	if r.l.Cut {
		return r.measure("…")
	}
	return r.measure(r.l.Label)
}

func (r *textLinkRenderer) measure(text string) fyne.Size {
	return fyne.MeasureText(text, r.text.TextSize, r.text.TextStyle)
}

func (r *textLinkRenderer) Layout(size fyne.Size) {
	r.fit(size.Width)
	r.text.Resize(size)
	r.line.Move(fyne.NewPos(0, size.Height-2))
	r.line.Resize(fyne.NewSize(size.Width, 2))
}

func (r *textLinkRenderer) Refresh() {
	r.paint()
	canvas.Refresh(r.l)
}

func (r *textLinkRenderer) paint() {
	r.text.TextSize, r.text.Color = theme.Size(r.l.size), Colour(r.l.colour)
	r.fit(r.l.Size().Width)
	r.line.FillColor, r.line.Hidden = r.text.Color, !r.l.Focused()
}

// fit shows what there is place for.
func (r *textLinkRenderer) fit(width float32) {
	r.text.Text = r.l.Label
	if r.l.Cut && width > 0 {
		r.text.Text = cut(r.l.Label, width, textlayout.NewRuler(func(s string) float32 { return r.measure(s).Width }))
	}
}
