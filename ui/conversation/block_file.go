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
	sharedFile
	name    wording.FileName
	detail  string
	picture bool

	m      *metrics
	shown  string
	lines  int // below the name, the last for what can be done
	width  float32
	height float32
}

const (
	fileTile     = 40 // side of the square with the icon
	fileSpace    = 10
	fileMinWidth = 220 // width of its words
)

func newFile(s sharedFile) *fileBlock {
	return &fileBlock{sharedFile: s, name: wording.FileNameOf(s.file), picture: wording.IsPicture(s.file)}
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
	b.lines = 2
	if m.smallRuler.Width(i18n.T("file.open")+between+i18n.T("file.save")) > b.width { // one above the other, and more words fit
		b.lines = 3
	}
	b.height = m.textLine + float32(b.lines)*m.smallLine
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
	words, link, do := b.say(p.v, false)
	detail, colour := []string{b.detail}, look.ColorSoft
	if words != "" {
		most := b.lines
		if link != "" {
			most--
		}
		detail = firstLines(words, most, b.width, m.smallRuler)
		if b.f.state.Stage == messaging.FileFailed {
			colour = look.ColorDanger
		}
	}
	here := b.f.state.Stage == messaging.FileHere && p.v.o.SaveFiles
	under := 0 // lines of what can be done
	switch {
	case link != "", here && (p.v.o.OpenFile == nil || b.lines == 2):
		under = 1
	case here:
		under = 2
	}
	y += (b.height - m.textLine - float32(len(detail)+under)*m.smallLine) / 2 // the least important stands in the middle
	p.text(b.shown, m.text, fyne.TextStyle{Bold: true}, look.Colour(look.ColorText), x, y+m.textLift)
	y += m.textLine
	for _, line := range detail {
		p.text(line, m.small, fyne.TextStyle{}, look.Colour(colour), x, y+m.smallLift)
		y += m.smallLine
	}
	put := func(words string, do func()) float32 {
		return p.link(words, look.SizeSmall, look.ColorAccent, x, y+m.smallLift, do)
	}
	switch {
	case link != "":
		put(link, do)
	case here:
		if p.v.o.OpenFile != nil {
			opens := put(i18n.T("file.open"), func() { p.v.openFile(b.message) })
			if under == 2 {
				y += m.smallLine
			} else {
				x += opens
				x += p.text(between, m.small, fyne.TextStyle{}, look.Colour(look.ColorSoft), x, y+m.smallLift).Size().Width
			}
		}
		put(i18n.T("file.save"), func() { p.v.saveFile(b.message) })
	}
}

// firstLines are the first lines of a text, of which the last is cut where there are more.
func firstLines(text string, most int, width float32, ruler *textlayout.Ruler) (shown []string) {
	for i, line := range textlayout.Wrap(text, width, ruler) {
		if i == most-1 {
			return append(shown, textlayout.Cut(text[line.Start:], width, ruler))
		}
		shown = append(shown, text[line.Start:line.End])
	}
	return shown
}

func (b *fileBlock) actions(v *View) []action {
	list := b.sharedFile.actions(v)
	if b.file.URL != "" {
		list = append(list, action{i18n.T("conversation.copyLink"), func() { v.copy(b.file.URL) }})
	}
	return list
}
