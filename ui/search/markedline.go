package search

import (
	"discussions/ui/look"
	"discussions/ui/textlayout"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// markedLine is a snippet on one line, with the words that were searched on another ground.
type markedLine struct {
	widget.BaseWidget
	snippet snippet
}

func newMarkedLine() *markedLine {
	m := &markedLine{}
	m.ExtendBaseWidget(m)
	return m
}

func (m *markedLine) set(s snippet) {
	m.snippet = s
	m.Refresh()
}

// CreateRenderer implements [fyne.Widget].
func (m *markedLine) CreateRenderer() fyne.WidgetRenderer {
	return &markedLineRenderer{m: m, text: canvas.NewText("", look.Colour(look.ColorSoft))}
}

type markedLineRenderer struct {
	m    *markedLine
	text *canvas.Text
	all  []fyne.CanvasObject
}

func (r *markedLineRenderer) size() float32 { return theme.Size(look.SizeLine) }

// MinSize has the height of a line: the width is what there is.
func (r *markedLineRenderer) MinSize() fyne.Size {
	return fyne.NewSize(1, fyne.MeasureText("A", r.size(), fyne.TextStyle{}).Height)
}

func (r *markedLineRenderer) Layout(size fyne.Size) {
	s, textSize := r.m.snippet, r.size()
	ruler := textlayout.NewRuler(func(s string) float32 { return fyne.MeasureText(s, textSize, fyne.TextStyle{}).Width })
	line := textlayout.Cut(s.text, size.Width, ruler)
	rightToLeft := textlayout.RightToLeft(s.text, 0)
	r.text.Text, r.text.TextSize, r.text.Color = textlayout.Visual(line, rightToLeft), textSize, look.Colour(look.ColorSoft)
	r.text.Resize(size)
	r.text.Refresh()
	r.all = nil
	for _, m := range s.marks {
		if m[1] > len(line) {
			break
		}
		for _, span := range textlayout.Spans(line, rightToLeft, m[0], m[1], ruler) {
			mark := canvas.NewRectangle(look.Colour(look.ColorMark))
			mark.CornerRadius = 2
			mark.Move(fyne.NewPos(span.X, 0))
			mark.Resize(fyne.NewSize(span.Width, size.Height))
			r.all = append(r.all, mark)
		}
	}
	r.all = append(r.all, r.text)
}

func (r *markedLineRenderer) Refresh() {
	r.Layout(r.m.Size())
	canvas.Refresh(r.m)
}

func (r *markedLineRenderer) Objects() []fyne.CanvasObject { return r.all }

func (r *markedLineRenderer) Destroy() {}
