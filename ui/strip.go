package ui

import (
	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// strip tells in words why an account is not connected.
type strip struct {
	box    *fyne.Container
	line   *look.Label
	action *look.Strip
}

func newStrip() *strip {
	s := &strip{line: look.NewLabel("", look.Style{Size: look.SizeSmall, Colour: look.ColorOnStrip, Wrap: true})}
	s.action = look.NewStripButton("", nil)
	s.box = container.NewStack(look.NewBlock(look.ColorStrip, "", 0),
		look.Pad(look.Line(12, s.line, s.line, s.action), 4, 8, 4, look.Space))
	s.box.Hide()
	return s
}

// show tells the state of the connection; nothing while all is well.
func (s *strip) show(c messaging.Connection, retry, logIn func()) {
	s.set(troubleOf(c, retry, logIn))
}

// set tells a text, with a button where it does something; nothing without a text.
func (s *strip) set(text, button string, do func()) {
	if text == "" {
		s.box.Hide()
		return
	}
	s.line.SetText(text)
	s.action.Set(button, do)
	s.box.Show()
	s.box.Refresh()
}

// troubleOf is what a connection's state means, and what may be done about it.
func troubleOf(c messaging.Connection, retry, logIn func()) (text, button string, do func()) {
	again := i18n.T("strip.again")
	switch {
	case c.State == messaging.Online:
		return "", "", nil
	case c.Problem == messaging.LoginNeeded, c.Problem == messaging.TokenRefused:
		return i18n.T("strip.login"), i18n.T("strip.logIn"), logIn
	case c.Problem == messaging.Certificate:
		return i18n.T("strip.certificate"), again, retry
	case c.Problem == messaging.Clock:
		return i18n.T("strip.clock"), again, retry
	case c.Problem == messaging.Server:
		return i18n.T("strip.server"), again, retry
	case c.Problem == messaging.Replaced:
		return i18n.T("strip.replaced"), i18n.T("strip.here"), retry
	case c.Problem == messaging.None && c.State == messaging.Connecting:
		return i18n.T("strip.connecting"), "", nil
	}
	return i18n.T("strip.offline"), again, retry
}
