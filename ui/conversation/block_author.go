package conversation

import (
	"discussions/ui/look"
	"discussions/ui/textlayout"

	"fyne.io/fyne/v2"
)

// authorBlock is the name over the first message of somebody in a group.
type authorBlock struct {
	inert
	name  string
	shown string
	lift  float32
	size  float32
}

func (b *authorBlock) measure(m *metrics, width float32) fyne.Size {
	b.shown, b.lift, b.size = textlayout.Cut(b.name, width, m.smallBoldRuler), m.smallLift, m.small
	return fyne.NewSize(width, m.smallLine)
}

func (b *authorBlock) draw(p *painter, x, y float32) {
	p.text(b.shown, b.size, fyne.TextStyle{Bold: true}, look.PersonTextColour(b.name), x, y+b.lift)
}
