package conversation

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/textlayout"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// fileBlock is a file that somebody shared: its name, its kind and size, and under them where it is and what can be done with it.
type fileBlock struct {
	e       *entry
	file    messaging.File
	f       *fileView
	name    wording.FileName
	detail  string
	picture bool

	m      *metrics
	shown  string
	width  float32
	height float32
}

const (
	fileTile     = 40 // side of the square with the icon
	fileSpace    = 10
	fileMinWidth = 220 // width of its words
)

func newFile(e *entry, f messaging.File, view *fileView) *fileBlock {
	return &fileBlock{e: e, file: f, f: view, name: wording.FileNameOf(f), picture: wording.IsPicture(f)}
}

func (b *fileBlock) measure(m *metrics, width float32) fyne.Size {
	b.m = m
	room := width - fileTile - fileSpace
	b.shown = b.name.Cut(room, m.boldRuler)
	b.detail = wording.FileDetail(b.file, true)
	if m.smallRuler.Width(b.detail) > room {
		b.detail = textlayout.Cut(wording.FileDetail(b.file, false), room, m.smallRuler)
	}
	b.width = min(room, max(fileMinWidth*m.scale, m.boldRuler.Width(b.shown), m.smallRuler.Width(b.detail)))
	b.height = m.textLine + 2*m.smallLine
	return fyne.NewSize(fileTile+fileSpace+b.width, b.height)
}

func (b *fileBlock) draw(p *painter, x, y float32) {
	m := b.m
	p.shape(rect{x, y + (b.height-fileTile)/2, fileTile, fileTile}, look.Colour(look.ColorBackground), 8)
	icon := look.IconFile
	if b.picture {
		icon = look.IconPicture
	}
	const inside = (fileTile - 20) / 2
	p.icon(icon.In(look.ColorAccent), x+inside, y+(b.height-20)/2, 20)
	x += fileTile + fileSpace
	p.text(b.shown, m.text, fyne.TextStyle{Bold: true}, look.Colour(look.ColorText), x, y+m.textLift)
	y += m.textLine
	words, link, do := fileWords(p.v, b.e, b.f, false)
	detail, colour := b.detail, look.ColorSoft
	if words != "" {
		detail = textlayout.Cut(words, b.width, m.smallRuler)
		if b.f.state.Stage == messaging.FileFailed {
			colour = look.ColorDanger
		}
	}
	p.text(detail, m.small, fyne.TextStyle{}, look.Colour(colour), x, y+m.smallLift)
	y += m.smallLine
	put := func(words string, do func()) {
		x += p.link(words, look.SizeSmall, look.ColorAccent, x, y+m.smallLift, do)
	}
	switch {
	case link != "":
		put(link, do)
	case b.f.state.Stage == messaging.FileHere && p.v.o.SaveFiles:
		if p.v.o.OpenFile != nil {
			put(i18n.T("file.open"), func() { p.v.openFile(b.e) })
			x += p.text(between, m.small, fyne.TextStyle{}, look.Colour(look.ColorSoft), x, y+m.smallLift).Size().Width
		}
		put(i18n.T("file.save"), func() { p.v.saveFile(b.e) })
	}
}

func (b *fileBlock) actions(v *View) []action {
	list := fileActions(v, b.e, b.f)
	if b.file.URL != "" {
		list = append(list, action{i18n.T("conversation.copyLink"), func() { v.copy(b.file.URL) }})
	}
	return list
}
