package conversation

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/textlayout"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// quoteBlock is the message that a message answers: who wrote it and how it begins. It leads to that message where it is known.
type quoteBlock struct {
	author, text string
	to           messaging.Cursor // zero: the message is not on this computer
	m            *metrics
	name         string
	lines        []textlayout.Line
	width        float32
}

const (
	quoteBar      = 3 // width of the line at the left
	quoteSpace    = 8 // between that and the words
	quoteLines    = 2
	quoteMinWidth = 120 // width
)

func newQuote(q *messaging.Quote) *quoteBlock {
	text := wording.Quoted(q)
	if text == "" {
		text = i18n.T("conversation.quote.unknown")
	}
	return &quoteBlock{author: wording.QuotedBy(q), text: text, to: q.Cursor}
}

func (b *quoteBlock) measure(m *metrics, width float32) fyne.Size {
	b.m = m
	room := width - quoteBar - quoteSpace
	b.name = textlayout.Cut(b.author, room, m.smallBoldRuler)
	b.text, b.lines = wrapCut(b.text, room, m.smallRuler, quoteLines)
	b.width = max(quoteMinWidth, widest(b.lines), m.smallBoldRuler.Width(b.name)) + quoteBar + quoteSpace
	return fyne.NewSize(min(width, b.width), b.height())
}

func (b *quoteBlock) height() float32 {
	lines := len(b.lines)
	if b.name != "" {
		lines++
	}
	return float32(lines) * b.m.smallLine
}

func (b *quoteBlock) draw(p *painter, x, y float32) {
	m := b.m
	p.shape(rect{x, y, quoteBar, b.height()}, look.Colour(look.ColorAccent), quoteBar/2)
	x += quoteBar + quoteSpace
	switch {
	case b.name == "":
	case b.to.IsZero():
		p.text(b.name, m.small, fyne.TextStyle{Bold: true}, look.Colour(look.ColorSoft), x, y+m.smallLift)
		y += m.smallLine
	default:
		p.link(b.name, look.SizeSmall, look.ColorAccent, x, y+m.smallLift, func() { p.v.Show(b.to) })
		y += m.smallLine
	}
	for _, line := range b.lines {
		p.text(b.text[line.Start:line.End], m.small, fyne.TextStyle{}, look.Colour(look.ColorSoft), x, y+m.smallLift)
		y += m.smallLine
	}
}

func (b *quoteBlock) actions(v *View) []action {
	if b.to.IsZero() {
		return nil
	}
	return []action{{i18n.T("conversation.quote.show"), func() { v.Show(b.to) }}}
}
