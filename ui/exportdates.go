package ui

import (
	"strings"
	"time"

	"discussions/internal/i18n"
	"discussions/ui/export"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// askDates asks for the first and the last day of an export. An invalid date is refused with the reason.
func (e exporting) askDates(now export.Period, chosen func(export.Period)) {
	c := e.win.Canvas()
	before := c.Focused()
	board := screen.Board(e.u.nav, e.account)
	from, to := look.NewField(look.IconClock, i18n.T("export.dates.from"), board), look.NewField(look.IconClock, i18n.T("export.dates.to"), board)
	if !now.Since.IsZero() {
		from.SetText(i18n.Date(i18n.ShortDate, now.Since))
	}
	if !now.Until.IsZero() {
		to.SetText(i18n.Date(i18n.ShortDate, now.LastDay()))
	}
	trouble := look.NewLabel("", look.Style{Colour: look.ColorDanger, Wrap: true})
	var box *look.Overlay
	do := func() {
		p, wrong := periodOf(from.Text, to.Text, time.Now())
		if wrong != "" {
			trouble.SetText(wrong)
			box.Refresh()
			if _, first := periodOf(from.Text, "", time.Now()); first != "" {
				c.Focus(from)
			} else {
				c.Focus(to)
			}
			return
		}
		box.Close()
		chosen(p)
	}
	key := func(next fyne.Focusable) func(fyne.KeyName) {
		return func(name fyne.KeyName) {
			switch name {
			case fyne.KeyEscape:
				box.Dismiss()
			case fyne.KeyReturn, fyne.KeyEnter:
				do()
			case fyne.KeyUp, fyne.KeyDown:
				c.Focus(next)
			}
		}
	}
	from.OnKey, to.OnKey = key(to), key(from)
	row := func(text string, field *look.Field) fyne.CanvasObject {
		return look.Line(12, field, look.NewLabel(text, look.Style{}), field)
	}
	column := look.Column(12, look.NewLabel(i18n.T("export.dates.title"), look.Style{Size: look.SizeTitle, Bold: true, Wrap: true}),
		look.NewLabel(i18n.T("export.dates.text", "Today", i18n.Date(i18n.ShortDate, time.Now())), look.Style{Colour: look.ColorSoft, Wrap: true}),
		row(i18n.T("export.dates.from"), from), row(i18n.T("export.dates.to"), to), trouble,
		look.NewButton(look.Primary, i18n.T("export.dates.do"), do), look.NewButton(look.Quiet, i18n.T("confirm.cancel"), func() { box.Dismiss() }))
	box = look.Dialog(c, column, func() {
		if before != nil {
			c.Focus(before)
		}
	})
	c.Focus(from)
}

// periodOf reads a period; wrong is a sentence if it is invalid.
func periodOf(from, to string, now time.Time) (p export.Period, wrong string) {
	read := func(typed string) (day time.Time) {
		if typed = strings.TrimSpace(typed); typed == "" || wrong != "" {
			return day
		}
		day, ok := i18n.ReadDate(typed, now)
		if !ok {
			wrong = i18n.T("export.dates.wrong", "Typed", wording.Line(typed), "Today", i18n.Date(i18n.ShortDate, now))
		}
		return day
	}
	p.Since = read(from)
	last := read(to)
	switch {
	case wrong != "":
	case p.Since.After(now):
		wrong = i18n.T("export.dates.future", "From", i18n.Date(i18n.ShortDate, p.Since))
	case last.IsZero():
	case last.Before(p.Since):
		wrong = i18n.T("export.dates.order", "From", i18n.Date(i18n.ShortDate, p.Since), "To", i18n.Date(i18n.ShortDate, last))
	default:
		p.Until = last.AddDate(0, 0, 1)
	}
	return p, wrong
}

// periodText is the menu's line for a period that the user enters.
func periodText(p export.Period) string {
	from, to := i18n.Date(i18n.ShortDate, p.Since), i18n.Date(i18n.ShortDate, p.LastDay())
	switch {
	case p.Until.IsZero():
		return i18n.T("export.dates.since", "From", from)
	case p.Since.IsZero():
		return i18n.T("export.dates.upTo", "To", to)
	}
	return i18n.T("export.dates.between", "From", from, "To", to)
}
