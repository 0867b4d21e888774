package conversation

import (
	"discussions/internal/i18n"
	"discussions/internal/picture"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/textlayout"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// pictureBlock is a picture in the timeline. It has its final size before the picture is there: the message tells it.
type pictureBlock struct {
	e    *entry
	file messaging.File
	f    *fileView
	m    *metrics
	size fyne.Size
}

const pictureMin = 96 // the shorter side of a picture's room

func newPicture(e *entry, f messaging.File, view *fileView) *pictureBlock {
	return &pictureBlock{e: e, file: f, f: view}
}

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
	if shown := b.f.picture; shown != nil {
		p.picture(shown, within, 8)
		p.press(at, i18n.T("picture.open"), func() { p.v.openViewer(b.e) })
		if words, _ := progressWords(b.e, b.f.state); words != "" {
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
	words, link, do := fileWords(p.v, b.e, b.f, true)
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

func (b *pictureBlock) actions(v *View) []action { return fileActions(v, b.e, b.f) }

// fileWords is what is to be said of a file that is not shown, and what the user can do about it. asPicture leaves out what is said elsewhere.
func fileWords(v *View, e *entry, f *fileView, asPicture bool) (words, link string, do func()) {
	fetch := func() { v.fetchFile(e) }
	if words, cancel := progressWords(e, f.state); words != "" {
		return words, i18n.T("confirm.cancel"), func() { cancel(v) }
	}
	switch f.state.Stage {
	case messaging.FileFailed:
		return wording.FileFailure(f.state.Failure), i18n.T("conversation.resend"), fetch
	case messaging.FileForeign:
		return i18n.T("file.foreign"), "", nil
	case messaging.FileAbsent:
		if !f.looked || e.Own && e.State == messaging.Failed {
			return "", "", nil
		}
		if asPicture {
			return "", i18n.T("picture.fetch"), fetch
		}
		return "", i18n.T("file.fetch"), fetch
	}
	return "", "", nil
}

// progressWords is how far a transfer is, and what ends it; "" where there is none.
func progressWords(e *entry, s messaging.FileState) (words string, cancel func(*View)) {
	if s.Stage != messaging.FileMoving {
		return "", nil
	}
	percent := int64(0)
	if s.Total > 0 {
		percent = min(100, s.Done*100/s.Total)
	}
	if e.Own && (e.State == messaging.Queued || e.State == messaging.Failed) {
		return i18n.T("file.sending", "Percent", percent), func(v *View) { v.discard(e.ID) }
	}
	return i18n.T("file.fetching", "Percent", percent), func(v *View) { v.o.Client.CancelFile(e.ID) }
}

func (v *View) fetchFile(e *entry) {
	m := e.Message
	v.work.Go(func() { v.o.Client.FetchFile(m, true) })
}

// fileActions are what the user can do with a file, for the message's menu.
func fileActions(v *View, e *entry, f *fileView) (list []action) {
	add := func(key string, do func()) { list = append(list, action{i18n.T(key), do}) }
	here := f.state.Stage == messaging.FileHere
	if here && f.picture != nil {
		add("picture.open", func() { v.openViewer(e) })
	}
	if here && v.o.SaveFiles {
		if v.o.OpenFile != nil {
			add("file.open", func() { v.openFile(e) })
		}
		add("file.save", func() { v.saveFile(e) })
	}
	if !here && f.state.Stage != messaging.FileMoving && f.state.Stage != messaging.FileForeign {
		add("file.fetch", func() { v.fetchFile(e) })
	}
	return list
}
