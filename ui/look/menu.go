package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Menu is a menu over a window. Up and Down move in it, Escape dismisses it.
type Menu struct {
	column *fyne.Container
	first  *menuLine // has the focus at first
	over   *Overlay
}

// NewMenu makes an empty menu.
func NewMenu() *Menu { return &Menu{column: Column(0)} }

// Line adds a line with an icon and a text.
func (m *Menu) Line(icon Icon, text string, colour fyne.ThemeColorName, tapped func()) {
	m.line(Picture(icon.In(colour), 20), text, colour, tapped)
}

// Text adds a line with a text.
func (m *Menu) Text(text string, tapped func()) {
	m.Add(Pad(NewLabel(text, Style{}), 10, 12, 10, 12), text, tapped)
}

// Choice adds a line of a choice; the one that holds now has a mark, and the focus at first.
func (m *Menu) Choice(text string, holds bool, tapped func()) {
	line := m.marked(text, holds, tapped)
	if holds {
		m.first = line
	}
}

// Switch adds a line that turns something on, which has a mark then, and off.
func (m *Menu) Switch(text string, on bool, tapped func()) { m.marked(text, on, tapped) }

func (m *Menu) marked(text string, on bool, tapped func()) *menuLine {
	mark := Blank(20, 20)
	if on {
		mark = Picture(IconSent.In(ColorAccent), 20)
	}
	return m.line(mark, text, ColorText, tapped)
}

func (m *Menu) line(mark fyne.CanvasObject, text string, colour fyne.ThemeColorName, tapped func()) *menuLine {
	label := NewLabel(text, Style{Colour: colour})
	place := container.NewGridWrap(fyne.NewSquareSize(32), container.NewCenter(mark))
	return m.add(Pad(Line(12, label, place, label), 4, 10, 4, 10), text, tapped)
}

// Add adds a line with any content. label is for assistive technology.
func (m *Menu) Add(content fyne.CanvasObject, label string, tapped func()) {
	m.add(content, label, tapped)
}

func (m *Menu) add(content fyne.CanvasObject, label string, tapped func()) *menuLine {
	l := &menuLine{menu: m}
	l.Content, l.Label, l.Radius = content, label, 8
	l.OnTapped = func() { m.over.close(); tapped() }
	l.ExtendBaseWidget(l)
	if m.first == nil {
		m.first = l
	}
	m.column.Add(l)
	return l
}

// Rule adds a separator.
func (m *Menu) Rule() { m.column.Add(Pad(Rule(), 6, 0, 6, 0)) }

// Show opens the menu. dismissed, which may be nil, is called if it is closed without a choice.
func (m *Menu) Show(c fyne.Canvas, place Place, dismissed func()) {
	var content fyne.CanvasObject = Pad(m.column, 6, 6, 6, 6)
	if least := content.MinSize(); least.Height > c.Size().Height-2*menuMargin {
		scroll := container.NewVScroll(content)
		scroll.SetMinSize(least)
		content = scroll
	}
	m.over = newOverlay(c, menuShade, content, place, dismissed)
	if m.first != nil {
		c.Focus(m.first)
	}
}

// menuMargin is the smallest distance of a menu from the window's edge.
const menuMargin = 12

// Below places a menu below an object, aligned to its right edge, at least width wide.
func Below(o fyne.CanvasObject, width float32) Place {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	return func(window, box fyne.Size) (fyne.Position, fyne.Size) {
		size := fyne.NewSize(fyne.Max(width, box.Width), box.Height)
		return inside(window, at.Add(o.Size()).SubtractXY(size.Width, 0), size)
	}
}

// At places a menu at a point, at least width wide.
func At(point fyne.Position, width float32) Place {
	return func(window, box fyne.Size) (fyne.Position, fyne.Size) {
		return inside(window, point, fyne.NewSize(fyne.Max(width, box.Width), box.Height))
	}
}

// inside moves and shrinks a box so that it fits into the window.
func inside(window fyne.Size, at fyne.Position, size fyne.Size) (fyne.Position, fyne.Size) {
	size = size.Min(window.SubtractWidthHeight(2*menuMargin, 2*menuMargin))
	return fyne.NewPos(
		fyne.Max(menuMargin, fyne.Min(at.X, window.Width-menuMargin-size.Width)),
		fyne.Max(menuMargin, fyne.Min(at.Y, window.Height-menuMargin-size.Height))), size
}

// menuLine is a line of a menu.
type menuLine struct {
	Pressable
	menu *Menu
}

// TypedKey implements [fyne.Focusable].
func (l *menuLine) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyDown:
		l.menu.over.canvas.FocusNext()
	case fyne.KeyUp:
		l.menu.over.canvas.FocusPrevious()
	case fyne.KeyEscape:
		l.menu.over.Dismiss()
	default:
		l.Pressable.TypedKey(e)
	}
}
