package conversation

import (
	"discussions/internal/i18n"
	"discussions/internal/picture"
	"discussions/ui/look"
	"discussions/ui/textlayout"

	"fyne.io/fyne/v2"
)

// pictureBlock is a picture in the timeline. It has its final size before the picture is loaded, as the message states
// the size.
type pictureBlock struct {
	sharedFile
	m    *metrics
	size fyne.Size
}

const pictureMin = 96 // the shorter side of a picture's room

func (b *pictureBlock) measure(m *metrics, width float32) fyne.Size {
	b.m = m
	w, h := picture.Fit(b.file.Width, b.file.Height, shownSide)
	scale := min(m.scale, width/float32(w)) // narrower windows, larger text
	b.size = fyne.NewSize(max(min(pictureMin, width), round(float32(w)*scale)), max(pictureMin, round(float32(h)*scale)))
	return b.size
}

func (b *pictureBlock) draw(p *painter, x, y float32) {
	at := rect{x, y, b.size.Width, b.size.Height}
	p.shape(at, look.Colour(look.ColorBackground), 8)
	within := b.within(at)
	b.f = p.v.file(b.message) // it may have been evicted while it was out of view
	if shown := b.f.picture; shown != nil {
		p.picture(shown, within, 8)
		p.press(at, i18n.T("picture.open"), func() { p.v.openViewer(b.message) })
		if words, _ := b.progress(); words != "" {
			b.words(p, at, words, "", nil)
		}
		return
	}
	if b.f.preview != nil {
		p.picture(b.f.preview, within, 8)
	} else if b.f.looked {
		const side = 28
		p.icon(look.IconPicture.In(look.ColorSoft), x+(at.w-side)/2, y+(at.h-side)/2-b.m.smallLine/2, side)
	}
	words, link, do := b.say(p.v, true)
	b.words(p, at, words, link, do)
}

// within is where the picture stands, in its proportions.
func (b *pictureBlock) within(at rect) rect {
	w, h := float32(b.file.Width), float32(b.file.Height)
	scale := min(at.w/w, at.h/h)
	return rect{at.x + (at.w-w*scale)/2, at.y + (at.h-h*scale)/2, w * scale, h * scale}
}

// words draws over the foot of the picture what is to be said of it, and what can be done.
func (b *pictureBlock) words(p *painter, at rect, words, link string, do func()) {
	if words == "" && link == "" {
		return
	}
	m := b.m
	const edge, pad = 6, 8
	line := at.w - 2*edge - 2*pad
	height := m.smallLine + 8
	if words != "" && link != "" {
		height += m.smallLine
	}
	y := at.y + at.h - edge - height
	p.shape(rect{at.x + edge, y, at.w - 2*edge, height}, look.Colour(look.ColorSurface), 8)
	at.x, y = at.x+edge, y+4
	if words != "" {
		p.text(textlayout.Cut(words, line, m.smallRuler), m.small, fyne.TextStyle{}, look.Colour(look.ColorSoft), at.x+pad, y+m.smallLift)
		y += m.smallLine
	}
	if link != "" {
		p.link(textlayout.Cut(link, line, m.smallBoldRuler), look.SizeSmall, look.ColorAccent, at.x+pad, y+m.smallLift, do)
	}
}
