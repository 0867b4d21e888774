package conversation

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/textlayout"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// remarkBlock is a sentence of the program in the place of a content: a message that was retracted, or cannot be read here.
type remarkBlock struct {
	inert
	words string
	icon  look.Icon
	m     *metrics
	lines []textlayout.Line
}

const (
	remarkIcon  = 16
	remarkSpace = 8
)

func newRetracted(e *entry, r messaging.Retracted) *remarkBlock {
	by := wording.Name(r.By)
	words := i18n.T("conversation.retracted.by", "Name", by)
	switch {
	case r.ByMe:
		words = i18n.T("conversation.retracted.own")
	case by == "":
		words = i18n.T("conversation.retracted")
	}
	if !r.At.IsZero() {
		when := wording.Time(r.At)
		if !wording.SameDay(r.At, e.Time) {
			when = i18n.Date(i18n.ShortDate, r.At.Local()) + " " + when
		}
		words += between + when
	}
	return &remarkBlock{words: words, icon: look.IconTrash}
}

func newUnreadable(u messaging.Unreadable) *remarkBlock {
	if u.Reason == messaging.Encrypted {
		return &remarkBlock{words: i18n.T("conversation.encrypted"), icon: look.IconLock}
	}
	return &remarkBlock{words: i18n.T("conversation.unsupported"), icon: look.IconWarning}
}

func (b *remarkBlock) measure(m *metrics, width float32) fyne.Size {
	b.m = m
	b.lines = textlayout.Wrap(b.words, width-remarkIcon-remarkSpace, m.italicRuler)
	return fyne.NewSize(remarkIcon+remarkSpace+widest(b.lines), float32(len(b.lines))*m.textLine)
}

func (b *remarkBlock) draw(p *painter, x, y float32) {
	m := b.m
	p.icon(b.icon, x, y+(m.textLine-remarkIcon)/2, remarkIcon)
	x += remarkIcon + remarkSpace
	for _, line := range b.lines {
		p.text(b.words[line.Start:line.End], m.text, fyne.TextStyle{Italic: true}, look.Colour(look.ColorSoft), x, y+m.textLift)
		y += m.textLine
	}
}
