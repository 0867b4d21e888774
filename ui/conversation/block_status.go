package conversation

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// between separates two words of a line.
const between = " · "

// failed reports whether a message was refused.
func failed(e *entry) bool { return e.Own && e.State == messaging.Failed }

// newStatus is what stands beside the bubble: time and state, or what to do about a message that was refused.
func newStatus(e *entry, withTime bool) block {
	if failed(e) {
		return &refusedBlock{id: e.ID, gone: isGone(e)}
	}
	b := &statusBlock{e: e}
	if !isGone(e) {
		b.edited = !e.Edited.IsZero()
		if e.Own {
			b.icon, b.hasIcon = wording.StateIcon(e.State)
			if e.ReadBy > 0 && e.State == messaging.Sent { // of a group
				b.icon, _ = wording.StateIcon(messaging.Read)
			}
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
	e       *entry
	time    string
	edited  bool
	icon    look.Icon
	hasIcon bool

	words     string
	links     []statusLink
	size      float32
	iconSize  float32
	lineGrown float32 // height of the line
}

func (b *statusBlock) measure(m *metrics, _ float32) fyne.Size {
	b.size, b.iconSize, b.lineGrown = m.tiny, stateSize*m.scale, m.tinyLine
	b.links = nil
	if b.e.Own && b.e.ReadBy > 0 && b.hasIcon {
		b.links = append(b.links, statusLink{i18n.T("conversation.readBy", "Count", b.e.ReadBy), (*View).showReaders})
	}
	if b.edited {
		b.links = append(b.links, statusLink{i18n.T("conversation.edited"), (*View).showVersions})
	}
	width := float32(0)
	for i, l := range b.links {
		if i > 0 {
			width += m.tinyRuler.Width(between)
		}
		width += m.tinyBoldRuler.Width(l.words)
	}
	if b.words = b.time; b.words != "" && len(b.links) > 0 {
		b.words = between + b.words
	}
	if b.words != "" {
		width += m.tinyRuler.Width(b.words)
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
	for i, l := range b.links {
		if i > 0 {
			x += p.text(between, b.size, fyne.TextStyle{}, look.Colour(look.ColorSoft), x, y).Size().Width
		}
		x += p.link(l.words, look.SizeTiny, look.ColorSoft, x, y, func() { l.do(p.v, b.e) })
	}
	if b.words != "" {
		p.text(b.words, b.size, fyne.TextStyle{}, look.Colour(look.ColorSoft), x, y)
	}
}

// statusLink is a word of the status that leads on: "lu 4" to who has read the message, "modifié" to what it said before.
type statusLink struct {
	words string
	do    func(v *View, e *entry)
}

// refusedBlock stands in the place of time and state: "Non envoyé · Réessayer · Supprimer".
type refusedBlock struct {
	id   messaging.MessageID
	gone bool // others could not be told that it was withdrawn
	size float32
}

func (b *refusedBlock) words() string {
	if b.gone {
		return i18n.T("conversation.retract.failed")
	}
	return i18n.T("conversation.failed")
}

func (b *refusedBlock) measure(m *metrics, _ float32) fyne.Size {
	b.size = m.tiny
	width := m.tinyRuler.Width(b.words()) + 2*m.tinyRuler.Width(between)
	width += m.tinyBoldRuler.Width(i18n.T("trouble.retry")) + m.tinyBoldRuler.Width(i18n.T("conversation.discard"))
	return fyne.NewSize(ceil(width), m.tinyLine)
}

func (b *refusedBlock) draw(p *painter, x, y float32) {
	text := func(words string) {
		x += p.text(words, b.size, fyne.TextStyle{}, look.Colour(look.ColorDanger), x, y).Size().Width
	}
	text(b.words())
	for _, a := range b.actions(p.v) {
		text(between)
		x += p.link(a.name, look.SizeTiny, look.ColorDanger, x, y, a.do)
	}
}

func (b *refusedBlock) actions(v *View) []action {
	return []action{
		{i18n.T("trouble.retry"), func() { v.resend(b.id) }},
		{i18n.T("conversation.discard"), func() { v.discard(b.id) }},
	}
}
