package conversation

import (
	"fmt"

	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/textlayout"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// reactionsBlock is a line of emoji under a message, each with the number of people who chose it.
type reactionsBlock struct {
	reactions []messaging.Reaction
	m         *metrics
	chips     []chip
}

type chip struct {
	at    rect
	words string
	own   bool
}

const (
	chipPad   = 8
	chipSpace = 4
	maxChips  = 20 // kinds of emoji that are shown
)

func newReactions(reactions []messaging.Reaction) *reactionsBlock {
	return &reactionsBlock{reactions: reactions[:min(len(reactions), maxChips)]}
}

func (b *reactionsBlock) measure(m *metrics, width float32) fyne.Size {
	b.m, b.chips = m, nil
	height := m.smallLine + 6
	x, y, widest := float32(0), float32(0), float32(0)
	for _, r := range b.reactions {
		emoji := wording.Line(r.Emoji)
		emoji = emoji[:textlayout.First(emoji)] // a longer text is not a reaction
		words := fmt.Sprintf("%s %d", emoji, len(r.By))
		w := ceil(m.smallRuler.Width(words)) + 2*chipPad
		if x > 0 && x+w > width {
			x, y = 0, y+height+chipSpace
		}
		b.chips = append(b.chips, chip{rect{x, y, w, height}, words, r.Own})
		widest = max(widest, x+w)
		x += w + chipSpace
	}
	return fyne.NewSize(widest, y+height)
}

func (b *reactionsBlock) draw(p *painter, x, y float32) {
	for _, c := range b.chips {
		at := rect{x + c.at.x, y + c.at.y, c.at.w, c.at.h}
		ground := p.shape(at, look.Colour(look.ColorSurface), c.at.h/2)
		ground.StrokeWidth, ground.StrokeColor = 1, look.Colour(look.ColorLine)
		if c.own {
			ground.StrokeColor = look.Colour(look.ColorAccent)
		}
		p.text(c.words, b.m.small, fyne.TextStyle{}, look.Colour(look.ColorText), at.x+chipPad, at.y+3+b.m.smallLift)
	}
}

func (b *reactionsBlock) actions(*View) []action { return nil }
