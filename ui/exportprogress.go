package ui

import (
	"errors"

	"discussions/internal/i18n"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
)

// errStopped says that the user has stopped an export.
var errStopped = errors.New("stopped by the user")

// exportProgress tells how far an export is, and stops it.
type exportProgress struct {
	stop   func()
	label  *look.Label
	box    *look.Overlay
	hidden bool // the user does not want to see it, or it is over
}

// close takes it off the screen.
func (p *exportProgress) close() {
	p.hidden = true
	if p.box != nil {
		p.box.Close()
	}
}

// tellProgress says how many messages have been read.
func (e *exporting) tellProgress(n int) {
	p := e.progress
	if p.hidden {
		return
	}
	text := i18n.N("export.read.messages", n)
	if p.box != nil {
		p.label.SetText(text)
		return
	}
	win, open := e.window()
	if !open {
		return
	}
	p.label = look.NewLabel(text, look.Style{Colour: look.ColorSoft, Wrap: true})
	stop := look.NewButton(look.Quiet, i18n.T("confirm.cancel"), func() { p.close(); p.stop() })
	column := look.Column(12, look.NewLabel(i18n.T("export.running"), look.Style{Size: look.SizeTitle, Bold: true, Wrap: true}), p.label, look.Blank(0, 4), stop)
	p.box = look.Dialog(win.Canvas(), column, func() { p.hidden = true }) // it goes on
	win.Canvas().Focus(stop)
}

// window is where the user is told: the one where it was asked for or, where that is closed, the main one. open is false when the account was
// locked meanwhile.
func (e *exporting) window() (win fyne.Window, open bool) {
	if _, open := e.u.manager.Client(e.account); !open {
		return nil, false
	}
	for _, w := range e.u.app.Driver().AllWindows() {
		if w == e.win {
			return w, true
		}
	}
	return e.u.window.win, true
}
