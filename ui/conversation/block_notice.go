package conversation

import (
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/textlayout"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// noticeBlock tells what happened in a conversation: soft words in the middle of the row.
type noticeBlock struct {
	inert
	words string
	m     *metrics
	lines []textlayout.Line
	width float32
}

func newNotice(n messaging.Notice) *noticeBlock {
	return &noticeBlock{words: wording.Notice(n)}
}

func (b *noticeBlock) measure(m *metrics, width float32) fyne.Size {
	b.m, b.width = m, width
	b.lines, _ = textlayout.WrapFirst(b.words, max(bubbleMin, width), m.smallRuler, foldAfter)
	return fyne.NewSize(width, float32(len(b.lines))*m.smallLine)
}

func (b *noticeBlock) draw(p *painter, x, y float32) {
	for _, line := range b.lines {
		p.text(b.words[line.Start:line.End], b.m.small, fyne.TextStyle{}, look.Colour(look.ColorSoft), round(x+(b.width-line.Width)/2), y+b.m.smallLift)
		y += b.m.smallLine
	}
}
