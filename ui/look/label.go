package look

import (
	"strings"

	"discussions/ui/textlayout"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Style is the style of a [Label]. The zero value is one line.
type Style struct {
	Size         fyne.ThemeSizeName  // zero: SizeText
	Colour       fyne.ThemeColorName // zero: ColorText
	Bold, Italic bool
	Align        fyne.TextAlign
	Wrap         bool // breaks between words
	Cut          bool // shortens the text to one line
}

// Label is a text without the padding of Fyne's label.
type Label struct {
	widget.BaseWidget
	Text  string
	Style Style
}

var _ fyne.Widget = (*Label)(nil)

// NewLabel makes a label.
func NewLabel(text string, style Style) *Label {
	l := &Label{Text: text, Style: style}
	l.ExtendBaseWidget(l)
	return l
}

// SetText sets the text.
func (l *Label) SetText(text string) {
	if l.Text != text {
		l.Text = text
		l.Refresh()
	}
}

// Set sets the text and the style.
func (l *Label) Set(text string, style Style) {
	if l.Text != text || l.Style != style {
		l.Text, l.Style = text, style
		l.Refresh()
	}
}

// FullWidth is the width of the text on one line.
func (l *Label) FullWidth() float32 { return l.measure(l.Text).Width }

// CreateRenderer implements [fyne.Widget].
func (l *Label) CreateRenderer() fyne.WidgetRenderer {
	return &labelRenderer{l: l}
}

func (l *Label) textSize() float32 {
	if l.Style.Size == "" {
		return theme.Size(SizeText)
	}
	return theme.Size(l.Style.Size)
}

func (l *Label) colourName() fyne.ThemeColorName {
	if l.Style.Colour == "" {
		return ColorText
	}
	return l.Style.Colour
}

func (l *Label) textStyle() fyne.TextStyle {
	return fyne.TextStyle{Bold: l.Style.Bold, Italic: l.Style.Italic}
}

func (l *Label) measure(s string) fyne.Size {
	return fyne.MeasureText(s, l.textSize(), l.textStyle())
}

type labelRenderer struct {
	l     *Label
	lines []fyne.CanvasObject // of *canvas.Text

	laid struct { // what broken was made for
		text  string
		style Style
		size  float32
		width float32
	}
	broken []string
	ruler  *textlayout.Ruler
}

func (r *labelRenderer) MinSize() fyne.Size {
	l := r.l
	switch {
	case l.Style.Wrap:
		height := l.measure("A").Height
		return fyne.NewSize(1, height*float32(len(r.breakLines(l.Size().Width))))
	case l.Style.Cut:
		return fyne.NewSize(l.measure("…").Width, l.measure("A").Height)
	}
	return l.measure(l.Text)
}

func (r *labelRenderer) Layout(size fyne.Size) {
	l := r.l
	lines := r.breakLines(size.Width)
	rightToLeft := textlayout.RightToLeft(l.Text, 0)
	for len(r.lines) < len(lines) {
		r.lines = append(r.lines, canvas.NewText("", Colour(l.colourName())))
	}
	height := l.measure("A").Height
	y := float32(0)
	if extra := size.Height - height*float32(len(lines)); extra > 0 && !l.Style.Wrap {
		y = extra / 2
	}
	for i, o := range r.lines {
		t := o.(*canvas.Text)
		if i >= len(lines) {
			t.Hide()
			continue
		}
		t.Text, t.TextSize, t.TextStyle = textlayout.Visual(lines[i], rightToLeft), l.textSize(), l.textStyle()
		t.Alignment, t.Color = l.Style.Align, Colour(l.colourName())
		t.Move(fyne.NewPos(0, y))
		t.Resize(fyne.NewSize(size.Width, height))
		t.Show()
		t.Refresh()
		y += height
	}
}

func (r *labelRenderer) Refresh() {
	r.Layout(r.l.Size())
	canvas.Refresh(r.l)
}

func (r *labelRenderer) Objects() []fyne.CanvasObject { return r.lines }

func (r *labelRenderer) Destroy() {}

// breakLines returns the lines to show in that width.
func (r *labelRenderer) breakLines(width float32) []string {
	l := r.l
	now := r.laid
	now.text, now.style, now.size, now.width = l.Text, l.Style, l.textSize(), width
	if r.broken != nil && now == r.laid {
		return r.broken
	}
	if r.ruler == nil || now.style != r.laid.style || now.size != r.laid.size {
		size, style := now.size, l.textStyle()
		r.ruler = textlayout.NewRuler(func(s string) float32 { return fyne.MeasureText(s, size, style).Width })
	}
	r.laid = now
	switch {
	case width > 0 && l.Style.Wrap:
		r.broken = lines(l.Text, width, r.ruler)
		if l.Style.Align == fyne.TextAlignCenter && len(r.broken) > 1 {
			r.broken = balance(l.Text, width, len(r.broken), r.ruler)
		}
	case width > 0 && l.Style.Cut:
		r.broken = []string{cut(l.Text, width, r.ruler)}
	default:
		r.broken = []string{l.Text}
	}
	return r.broken
}

func lines(text string, width float32, ruler *textlayout.Ruler) []string {
	var lines []string
	for _, l := range textlayout.Wrap(text, width, ruler) {
		lines = append(lines, text[l.Start:l.End])
	}
	return lines
}

// cut shortens the first line of text to a width. It measures a short text as a
// whole first, because the layout often gives it exactly the width it needs.
func cut(text string, width float32, ruler *textlayout.Ruler) string {
	const notLong = 256
	line, _, _ := strings.Cut(text, "\n")
	if len(line) <= notLong && ruler.Width(line) <= width {
		return line
	}
	return textlayout.Cut(text, width, ruler)
}

// balance breaks text into lines of similar width, so that the last line of a
// centred paragraph is not a single word.
func balance(text string, width float32, number int, ruler *textlayout.Ruler) []string {
	low, high := width/2, width
	for high-low > 4 {
		middle := (low + high) / 2
		if len(textlayout.Wrap(text, middle, ruler)) > number {
			low = middle
		} else {
			high = middle
		}
	}
	return lines(text, high, ruler)
}
