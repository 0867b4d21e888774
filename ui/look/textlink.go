package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// TextLink is a bold word that acts as a button; the focus underlines it. It can be reused for another word.
type TextLink struct {
	Pressable
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
func (r *textLinkRenderer) MinSize() fyne.Size           { return r.text.MinSize() }
func (r *textLinkRenderer) Destroy()                     {}

func (r *textLinkRenderer) Layout(size fyne.Size) {
	r.text.Resize(size)
	r.line.Move(fyne.NewPos(0, size.Height-2))
	r.line.Resize(fyne.NewSize(size.Width, 2))
}

func (r *textLinkRenderer) Refresh() {
	r.paint()
	canvas.Refresh(r.l)
}

func (r *textLinkRenderer) paint() {
	r.text.Text, r.text.TextSize, r.text.Color = r.l.Label, theme.Size(r.l.size), Colour(r.l.colour)
	r.line.FillColor, r.line.Hidden = r.text.Color, !r.l.Focused()
}
