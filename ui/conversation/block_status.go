package conversation

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// between stands between two words of a line.
const between = " · "

// failed reports whether a message was refused.
func failed(e *entry) bool { return e.Own && e.State == messaging.Failed }

// newStatus is what stands beside the bubble: time and state, or what to do about a message that was refused.
func newStatus(e *entry, withTime bool) block {
	if failed(e) {
		return &refusedBlock{id: e.ID}
	}
	b := &statusBlock{}
	if _, gone := e.Content.(messaging.Retracted); !gone {
		b.edited = !e.Edited.IsZero()
		if e.Own {
			b.icon, b.hasIcon = wording.StateIcon(e.State)
		}
	}
	if withTime {
		b.time = wording.Time(e.Time)
	}
	return b
}

// statusBlock is the time of a message, whether it was corrected and, of an own one, how far it went.
type statusBlock struct {
	inert
	time    string
	edited  bool
	icon    look.Icon
	hasIcon bool

	words     string
	size      float32
	iconSize  float32
	lineGrown float32 // height of the line
}

func (b *statusBlock) measure(m *metrics, _ float32) fyne.Size {
	b.size, b.iconSize, b.lineGrown = m.tiny, stateSize*m.scale, m.tinyLine
	edited := ""
	if b.edited {
		edited = i18n.T("conversation.edited")
	}
	b.words = wording.Join(between, edited, b.time)
	width := float32(0)
	if b.words != "" {
		width = m.tinyRuler.Width(b.words)
	}
	if b.hasIcon {
		if width > 0 {
			width += rowGap
		}
		width += b.iconSize
	}
	return fyne.NewSize(ceil(width), m.tinyLine)
}

func (b *statusBlock) draw(p *painter, x, y float32) {
	if b.hasIcon {
		p.icon(b.icon, x, y+(b.lineGrown-b.iconSize)/2, b.iconSize)
		x += b.iconSize + rowGap
	}
	if b.words != "" {
		p.text(b.words, b.size, fyne.TextStyle{}, look.Colour(look.ColorSoft), x, y)
	}
}

// refusedBlock stands in the place of time and state: "Non envoyé · Réessayer · Supprimer".
type refusedBlock struct {
	id   messaging.MessageID
	size float32
}

func (b *refusedBlock) measure(m *metrics, _ float32) fyne.Size {
	b.size = m.tiny
	width := m.tinyRuler.Width(i18n.T("conversation.failed")) + 2*m.tinyRuler.Width(between)
	width += m.tinyBoldRuler.Width(i18n.T("conversation.resend")) + m.tinyBoldRuler.Width(i18n.T("conversation.discard"))
	return fyne.NewSize(ceil(width), m.tinyLine)
}

func (b *refusedBlock) draw(p *painter, x, y float32) {
	text := func(words string) {
		x += p.text(words, b.size, fyne.TextStyle{}, look.Colour(look.ColorDanger), x, y).Size().Width
	}
	text(i18n.T("conversation.failed"))
	for _, a := range b.actions(p.v) {
		text(between)
		x += p.link(a.name, look.SizeTiny, look.ColorDanger, x, y, a.do)
	}
}

func (b *refusedBlock) actions(v *View) []action {
	return []action{
		{i18n.T("conversation.resend"), func() { v.resend(b.id) }},
		{i18n.T("conversation.discard"), func() { v.discard(b.id) }},
	}
}
