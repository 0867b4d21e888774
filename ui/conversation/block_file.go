package conversation

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/textlayout"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// fileBlock is a file or a picture that somebody shared: its name, kind and size. It is not fetched; its address can be copied.
type fileBlock struct {
	file    messaging.File
	name    wording.FileName
	detail  string
	picture bool

	m      *metrics
	shown  string
	copies string // the link's words, "" where there is no room or no address
	width  float32
}

const (
	fileTile     = 40 // side of the square with the icon
	fileSpace    = 10
	fileMinWidth = 180 // width of its words
)

func newFile(f messaging.File) *fileBlock {
	return &fileBlock{file: f, name: wording.FileNameOf(f), picture: wording.IsPicture(f)}
}

func (b *fileBlock) measure(m *metrics, width float32) fyne.Size {
	b.m = m
	room := width - fileTile - fileSpace
	b.shown = b.name.Cut(room, m.boldRuler)
	b.copies = ""
	b.detail = wording.FileDetail(b.file, true)
	if m.smallRuler.Width(b.detail) > room {
		b.detail = textlayout.Cut(wording.FileDetail(b.file, false), room, m.smallRuler)
	}
	detail := m.smallRuler.Width(b.detail)
	if b.file.URL != "" {
		words := i18n.T("conversation.copyLink")
		link := m.smallBoldRuler.Width(words) + m.smallRuler.Width(between)
		if detail+link <= room {
			b.copies, detail = words, detail+link
		}
	}
	b.width = min(room, max(fileMinWidth, m.boldRuler.Width(b.shown), detail))
	return fyne.NewSize(fileTile+fileSpace+b.width, max(fileTile, m.textLine+m.smallLine))
}

func (b *fileBlock) draw(p *painter, x, y float32) {
	m := b.m
	height := max(fileTile, m.textLine+m.smallLine)
	p.shape(rect{x, y + (height-fileTile)/2, fileTile, fileTile}, look.Colour(look.ColorBackground), 8)
	icon := look.IconFile
	if b.picture {
		icon = look.IconPicture
	}
	const inside = (fileTile - 20) / 2
	p.icon(icon.In(look.ColorAccent), x+inside, y+(height-20)/2, 20)
	x += fileTile + fileSpace
	y += (height - m.textLine - m.smallLine) / 2
	p.text(b.shown, m.text, fyne.TextStyle{Bold: true}, look.Colour(look.ColorText), x, y+m.textLift)
	y += m.textLine
	words := b.detail
	if b.copies != "" {
		words += between
	}
	x += p.text(words, m.small, fyne.TextStyle{}, look.Colour(look.ColorSoft), x, y+m.smallLift).Size().Width
	if b.copies != "" {
		p.link(b.copies, look.SizeSmall, look.ColorAccent, x, y+m.smallLift, func() { p.v.copy(b.file.URL) })
	}
}

func (b *fileBlock) actions(v *View) []action {
	if b.file.URL == "" {
		return nil
	}
	return []action{{i18n.T("conversation.copyLink"), func() { v.copy(b.file.URL) }}}
}
