package ui

import (
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// menu is a column of lines to choose from, over the main window.
type menu struct {
	u      *UI
	column *fyne.Container
	first  fyne.Focusable
	over   *overlay
}

func (u *UI) newMenu() *menu { return &menu{u: u, column: look.Column(0)} }

// line adds an icon and a text.
func (m *menu) line(icon look.Icon, text string, colour fyne.ThemeColorName, tapped func()) {
	label := look.NewLabel(text, look.Style{Colour: colour, Cut: true})
	place := container.NewGridWrap(fyne.NewSquareSize(32), container.NewCenter(look.Picture(icon.In(colour), 20)))
	m.add(look.Pad(look.Line(12, label, place, label), 4, 10, 4, 10), text, tapped)
}

// add adds something to press.
func (m *menu) add(content fyne.CanvasObject, label string, tapped func()) {
	p := look.NewPressable(content, label, func() { m.over.close(); tapped() })
	p.Radius = 8
	if m.first == nil {
		m.first = p
	}
	m.column.Add(p)
}

// rule parts the lines above from those below.
func (m *menu) rule() { m.column.Add(look.Pad(look.Rule(), 6, 0, 6, 0)) }

// show opens the menu at its place. gone is called when it goes and nothing was chosen.
func (m *menu) show(gone func(), place func(window, box fyne.Size) (fyne.Position, fyne.Size)) {
	c := m.u.window.win.Canvas()
	m.over = lay(c, menuShade, look.Pad(m.column, 6, 6, 6, 6), place, gone)
	c.Focus(m.first)
	m.u.screenShown("menu")
}
