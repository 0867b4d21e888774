package conversation

import (
	"image/color"

	"discussions/internal/i18n"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// separator is the widget of the rows between messages: a day, the "new messages" line, the start of the conversation.
type separator struct {
	widget.BaseWidget
	v *View
	painter
}

func newSeparator(v *View) *separator {
	s := &separator{v: v, painter: painter{v: v}}
	s.ExtendBaseWidget(s)
	return s
}

// separatorHeight is the height of a row of that kind.
func (m *metrics) separatorHeight(kind rowKind) float32 {
	if kind == startRow {
		return groupSpace + m.smallLine
	}
	return m.smallLine + 4*rowGap
}

func (s *separator) draw(r row) {
	s.begin()
	switch r.kind {
	case startRow:
		s.centred(i18n.T("conversation.start"), groupSpace, look.ColorSoft)
	case dayRow:
		s.rule(wording.Day(r.e.Time, s.v.now()), look.ColorSoft, look.Colour(look.ColorLine))
	case newRow:
		line := color.NRGBAModel.Convert(look.Colour(look.ColorDanger)).(color.NRGBA)
		line.A = 0x80
		s.rule(i18n.N("conversation.new", max(1, s.v.thread.newCount)), look.ColorDanger, line)
	}
	canvas.Refresh(s)
}

// rule draws words between two lines over the whole width.
func (s *separator) rule(words string, colour fyne.ThemeColorName, line color.Color) {
	m := &s.v.metrics
	text := s.centred(words, 2*rowGap, colour)
	left, right := text.Position().X-ruleSpace, text.Position().X+text.Size().Width+ruleSpace
	middle := 2*rowGap + round(m.smallLine/2)
	s.shape(rect{margin, middle, left - margin, 1}, line, 0)
	s.shape(rect{right, middle, s.Size().Width - margin - right, 1}, line, 0)
}

func (s *separator) centred(words string, y float32, colour fyne.ThemeColorName) *canvas.Text {
	m := &s.v.metrics
	x := round((s.Size().Width - m.smallRuler.Width(words)) / 2)
	return s.text(words, m.small, fyne.TextStyle{}, look.Colour(colour), x, y+m.smallLift)
}

// Refresh implements [fyne.Widget]: in another theme the row is drawn anew by its timeline.
func (s *separator) Refresh() { canvas.Refresh(s) }

// CreateRenderer implements [fyne.Widget].
func (s *separator) CreateRenderer() fyne.WidgetRenderer { return paintedRenderer{&s.painter} }
