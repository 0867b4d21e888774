package conversation

import (
	"image/color"
	"strings"

	"discussions/internal/i18n"
	"discussions/ui/look"
	"discussions/ui/textlayout"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// textBlock is a text that the user can mark. Of a long one the first lines are shown, until the user asks for all of it; then it
// is divided into parts, one row each.
type textBlock struct {
	e        *entry
	from, to int // the part, in the entry's text
	m        *metrics
	lines    []textlayout.Line // places in the entry's text
	folded   bool              // there is more than is shown
}

func newText(e *entry, part int) *textBlock {
	from, to := e.part(part)
	if part < e.parts()-1 && strings.HasSuffix(e.text[from:to], "\n") {
		to-- // the next part begins a new line nevertheless
	}
	return &textBlock{e: e, from: from, to: to}
}

func (b *textBlock) measure(m *metrics, width float32) fyne.Size {
	b.m = m
	limit := foldAfter + foldAfter/4
	if b.e.expanded {
		limit = b.to - b.from + 1
	}
	b.lines, b.folded = textlayout.WrapFirst(b.e.text[b.from:b.to], width, m.textRuler, limit)
	if b.folded {
		b.lines = b.lines[:foldAfter]
	}
	size := fyne.NewSize(0, float32(len(b.lines))*m.textLine)
	for i := range b.lines {
		l := &b.lines[i]
		l.Start, l.End = l.Start+b.from, l.End+b.from
		size.Width = max(size.Width, l.Width)
	}
	if b.folded {
		size.Width = max(size.Width, min(width, m.smallBoldRuler.Width(i18n.T("conversation.more"))))
		size.Height += m.smallLine + rowGap
	}
	return size
}

func (b *textBlock) draw(p *painter, x, y float32) {
	m := b.m
	b.drawMentions(p, x, y)
	b.drawSelection(p, x, y)
	for _, line := range b.lines {
		b.drawLine(p, line, x+b.indent(line), y)
		y += m.textLine
	}
	if b.folded {
		p.link(i18n.T("conversation.more"), look.SizeSmall, look.ColorAccent, x, y, func() { p.v.expand(b.e) })
	}
}

// words is the text of a line, and whether its paragraph runs from right to left.
func (b *textBlock) words(line textlayout.Line) (words string, rightToLeft bool) {
	return b.e.text[line.Start:line.End], textlayout.RightToLeft(b.e.text, line.Start)
}

// indent is how far from the left a line begins: one that runs from right to left ends at the right.
func (b *textBlock) indent(line textlayout.Line) float32 {
	if !textlayout.RightToLeft(b.e.text, line.Start) {
		return 0
	}
	return widest(b.lines) - line.Width
}

// drawSelection draws what is behind the marked part of the text.
func (b *textBlock) drawSelection(p *painter, x, y float32) {
	from, to := p.v.selection.within(b.e)
	if from == to {
		return
	}
	tint := color.NRGBAModel.Convert(look.Colour(look.ColorAccent)).(color.NRGBA)
	tint.A = 0x50
	for i, line := range b.lines {
		start, end := max(from, line.Start), min(to, line.End)
		if start >= end {
			continue
		}
		words, rightToLeft := b.words(line)
		left := x + b.indent(line)
		for _, s := range textlayout.Spans(words, rightToLeft, start-line.Start, end-line.Start, b.m.textRuler) {
			p.shape(rect{left + s.X, y + float32(i)*b.m.textLine, s.Width, b.m.textLine}, tint, 0)
		}
	}
}

// offset is the place in the entry's text that lies nearest to a point of the block.
func (b *textBlock) offset(x, y float32) int {
	line := b.lines[max(0, min(int(y/b.m.textLine), len(b.lines)-1))]
	words, rightToLeft := b.words(line)
	return line.Start + textlayout.VisualOffsetAt(words, rightToLeft, x-b.indent(line), b.m.textRuler)
}

func (b *textBlock) actions(v *View) []action {
	actions := []action{copyAction(v, b.e)}
	if b.folded {
		actions = append(actions, action{i18n.T("conversation.more"), func() { v.expand(b.e) }})
	}
	return append(actions, v.linkActions(b.e, 0)...)
}

// copyAction copies what is marked of a message, else all of its text.
func copyAction(v *View, e *entry) action {
	return action{i18n.T("conversation.copy"), func() {
		if marked := v.selection.text(); marked != "" && v.selection.concerns(e) {
			v.copy(marked)
		} else {
			v.copy(fullText(e))
		}
	}}
}

// subjectLines is the most that a subject takes; copying gives all of it.
const subjectLines = 10

// subjectBlock is the subject of a message, over its text.
type subjectBlock struct {
	inert
	text  string
	m     *metrics
	lines []textlayout.Line
}

func newSubject(subject string) *subjectBlock {
	return &subjectBlock{text: strings.Join(strings.Fields(wording.Sanitize(subject)), " ")}
}

func (b *subjectBlock) measure(m *metrics, width float32) fyne.Size {
	b.m = m
	b.text, b.lines = wrapCut(b.text, width, m.boldRuler, subjectLines)
	return fyne.NewSize(widest(b.lines), float32(len(b.lines))*m.textLine)
}

func (b *subjectBlock) draw(p *painter, x, y float32) {
	for _, line := range b.lines {
		p.text(b.text[line.Start:line.End], b.m.text, fyne.TextStyle{Bold: true}, look.Colour(look.ColorText), x, y+b.m.textLift)
		y += b.m.textLine
	}
}

// wrapCut breaks a text into n lines at most, the last of which ends in "…" where more would follow.
func wrapCut(text string, width float32, ruler *textlayout.Ruler, n int) (string, []textlayout.Line) {
	lines, more := textlayout.WrapFirst(text, width, ruler, n)
	if more {
		last := &lines[n-1]
		text = text[:last.Start] + textlayout.Cut(text[last.Start:], width, ruler)
		last.End, last.Width = len(text), ruler.Width(text[last.Start:])
	}
	return text, lines
}

func widest(lines []textlayout.Line) float32 {
	width := float32(0)
	for _, l := range lines {
		width = max(width, l.Width)
	}
	return width
}
