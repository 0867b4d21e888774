package look

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Style is how a [Label] writes. The zero value is one whole line of text.
type Style struct {
	Size         fyne.ThemeSizeName  // zero: SizeText
	Colour       fyne.ThemeColorName // zero: ColorText
	Bold, Italic bool
	Align        fyne.TextAlign
	Wrap         bool // breaks between words
	Cut          bool // one line, ended by … where it is too long
}

// Label is text without the padding of Fyne's own, so that it stands on the grid.
type Label struct {
	widget.BaseWidget
	Text  string
	Style Style
}

var _ fyne.Widget = (*Label)(nil)

// NewLabel writes text in that style.
func NewLabel(text string, style Style) *Label {
	l := &Label{Text: text, Style: style}
	l.ExtendBaseWidget(l)
	return l
}

// SetText writes another text.
func (l *Label) SetText(text string) {
	if l.Text != text {
		l.Text = text
		l.Refresh()
	}
}

// Set writes another text in another style.
func (l *Label) Set(text string, style Style) {
	if l.Text != text || l.Style != style {
		l.Text, l.Style = text, style
		l.Refresh()
	}
}

// FullWidth is that of the text when nothing of it is cut or broken.
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

	laid struct { // what lines were last broken for
		text  string
		style Style
		size  float32
		width float32
	}
	broken []string
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
		t.Text, t.TextSize, t.TextStyle = lines[i], l.textSize(), l.textStyle()
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

// breakLines is the text as the lines that fit in width.
func (r *labelRenderer) breakLines(width float32) []string {
	l := r.l
	now := r.laid
	now.text, now.style, now.size, now.width = l.Text, l.Style, l.textSize(), width
	if r.broken != nil && now == r.laid {
		return r.broken
	}
	r.laid = now
	switch {
	case width <= 0:
		r.broken = []string{l.Text}
	case l.Style.Wrap:
		measure := func(s string) float32 { return l.measure(s).Width }
		r.broken = wrap(l.Text, width, measure)
		if l.Style.Align == fyne.TextAlignCenter && len(r.broken) > 1 {
			r.broken = balance(l.Text, width, len(r.broken), measure)
		}
	case l.Style.Cut:
		r.broken = []string{cut(l.Text, width, func(s string) float32 { return l.measure(s).Width })}
	default:
		r.broken = []string{l.Text}
	}
	return r.broken
}

// wrap breaks text at its spaces and line ends; a word too long for a line
// stands alone on it.
func wrap(text string, width float32, measure func(string) float32) []string {
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
		line := ""
		for _, word := range strings.Split(paragraph, " ") {
			next := word
			if line != "" {
				next = line + " " + word
			}
			if line != "" && measure(next) > width {
				lines = append(lines, line)
				next = word
			}
			line = next
		}
		lines = append(lines, line)
	}
	return lines
}

// balance breaks text into that many lines of about equal width, so that no
// word stands alone under a centred paragraph.
func balance(text string, width float32, lines int, measure func(string) float32) []string {
	low, high := width/2, width
	for high-low > 4 {
		middle := (low + high) / 2
		if len(wrap(text, middle, measure)) > lines {
			low = middle
		} else {
			high = middle
		}
	}
	return wrap(text, high, measure)
}

// cut shortens text until it fits with an ellipsis.
func cut(text string, width float32, measure func(string) float32) string {
	text, _, _ = strings.Cut(text, "\n")
	if measure(text) <= width {
		return text
	}
	runes := []rune(text)
	low, high := 0, len(runes)
	for low < high { // the longest beginning that fits
		middle := (low + high + 1) / 2
		if measure(string(runes[:middle])+"…") <= width {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return strings.TrimRight(string(runes[:low]), " ") + "…"
}
