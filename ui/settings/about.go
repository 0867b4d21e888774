package settings

import (
	"discussions/assets"
	"discussions/internal/i18n"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

const publisher = "SPICO"

func (s *page) about() fyne.CanvasObject {
	built := ""
	if !s.o.Built.IsZero() {
		built = i18n.Date(i18n.ShortDate, s.o.Built)
	}
	version := choiceRow(i18n.T("app.name"), wording.Join(" · ", publisher, built), look.NewLabel(i18n.T("settings.version", "Version", s.o.Version), look.Style{Colour: look.ColorSoft}))
	rows := []fyne.CanvasObject{version}
	if update := s.h.Update(); update.Newer != "" {
		var notes fyne.CanvasObject = look.Blank(0, 0)
		if update.Notes != "" {
			notes = look.NewButton(look.Link, i18n.T("updates.notes"), func() {
				s.h.Touch()
				s.h.OpenReleaseNotes()
			})
		}
		rows = append(rows, choiceRow(i18n.T("updates.newer", "Version", update.Newer), i18n.T("updates.how"), notes))
	}
	return section(i18n.T("settings.about"), append(rows,
		choiceRow(i18n.T("settings.folder"), s.o.Folder, look.NewButton(look.Link, i18n.T("settings.copy"), func() {
			s.h.Touch()
			s.h.Copy(folderOwner, s.o.Folder)
		})),
		goRow(i18n.T("licences.title"), "", func() { s.h.Show(&licences{s: s}) }),
		s.diagnosisRow())...)
}

// folderOwner owns the copied path: no account does, so that it stays when one is locked.
const folderOwner = "folder"

// licences lists what the program is made of.
type licences struct{ s *page }

func (l *licences) Name() string  { return "licences" }
func (l *licences) Owner() string { return l.s.id }
func (l *licences) back()         { l.s.h.Show(l.s) }

func (l *licences) Content() fyne.CanvasObject {
	all, err := assets.Licences()
	if err != nil {
		l.s.h.Log().Error("read the licences", "error", err)
	}
	rows := look.Column(0, look.Pad(look.NewLabel(i18n.T("licences.text"), look.Style{Colour: look.ColorSoft, Wrap: true}), 8, look.Space, 12, look.Space))
	for _, one := range all {
		texts := look.Column(0, look.NewLabel(one.Name, look.Style{Cut: true}))
		if one.Version != "" {
			texts.Add(look.NewLabel(one.Version, look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Cut: true}))
		}
		line := look.Line(12, texts, texts, look.Picture(look.IconNext, 18))
		rows.Add(look.NewPressable(look.Pad(line, 8, look.Space, 8, look.Space), one.Name, func() { l.s.h.Show(&licence{l, one}) }))
	}
	return screen.Page(screen.BackBar(i18n.T("licences.title"), l.back), look.NewScroll(rows), look.Blank(0, 0))
}

func (l *licences) TypedKey(name fyne.KeyName) { leaveOrWalk(l.s.h, name, l.back) }
func (l *licences) TypedRune(rune)             {}

// licence is the text of one.
type licence struct {
	list *licences
	one  assets.Licence
}

func (l *licence) Name() string  { return "licence" }
func (l *licence) Owner() string { return l.list.s.id }
func (l *licence) back()         { l.list.s.h.Show(l.list) }

func (l *licence) Content() fyne.CanvasObject {
	texts := look.Column(12)
	for _, part := range l.one.Paragraphs() {
		texts.Add(look.NewLabel(part, look.Style{Size: look.SizeSmall, Wrap: true}))
	}
	return screen.Page(screen.BackBar(l.one.Name, l.back), look.NewScroll(look.Pad(texts, look.Space, look.Space, look.Space, look.Space)), look.Blank(0, 0))
}

func (l *licence) TypedKey(name fyne.KeyName) { leaveOrWalk(l.list.s.h, name, l.back) }
func (l *licence) TypedRune(rune)             {}

func leaveOrWalk(h screen.Host, name fyne.KeyName, back func()) {
	if name == fyne.KeyEscape {
		back()
		return
	}
	screen.Walk(h.Canvas(), name)
}
