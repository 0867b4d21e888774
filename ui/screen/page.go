package screen

import (
	"discussions/internal/i18n"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
)

// Page is the layout of most screens: top, middle, bottom. Tab follows that order.
func Page(top, middle, bottom fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewBorderLayout(top, bottom, nil, nil), top, middle, bottom)
}

// BackBar is a title with a button that leads back.
func BackBar(title string, back func()) fyne.CanvasObject {
	label := look.NewLabel(title, look.Style{Size: look.SizeBar, Bold: true, Cut: true})
	return look.TopBar(look.Line(12, label, look.IconButton(look.IconBack, i18n.T("code.back"), back), label))
}

// Walk moves the focus with Up and Down.
func Walk(c fyne.Canvas, name fyne.KeyName) {
	switch name {
	case fyne.KeyDown:
		c.FocusNext()
	case fyne.KeyUp:
		c.FocusPrevious()
	}
}

// StatusPage is a page with one message and what can be done about it.
type StatusPage struct {
	Icon        look.Icon
	Picture     fyne.CanvasObject   // instead of the icon
	Colour      fyne.ThemeColorName // of the icon; "": the accent
	Title, Text string
	More        string
	Actions     fyne.CanvasObject
	Bottom      fyne.CanvasObject
}

// Content makes the page.
func (n StatusPage) Content() fyne.CanvasObject {
	if n.Colour == "" {
		n.Colour = look.ColorAccent
	}
	if n.Picture == nil {
		n.Picture = look.Picture(n.Icon.In(n.Colour), 56)
	}
	middle := fyne.TextAlignCenter
	column := look.Column(16, container.NewCenter(n.Picture),
		look.NewLabel(n.Title, look.Style{Size: look.SizeTitle, Bold: true, Wrap: true, Align: middle}))
	for _, text := range []string{n.Text, n.More} {
		if text != "" {
			column.Add(look.NewLabel(text, look.Style{Colour: look.ColorSoft, Wrap: true, Align: middle}))
		}
	}
	if n.Actions != nil {
		column.Add(n.Actions)
	}
	bottom := look.Blank(0, 0)
	if n.Bottom != nil {
		bottom = look.Pad(n.Bottom, 8, 24, 12, 24)
	}
	top := look.Pad(look.NewLabel(i18n.T("app.name"), look.Style{Size: look.SizeHeading, Bold: true}), 28, 24, 8, 24)
	return Page(top, look.Middle(look.Pad(column, 0, 40, 0, 40)), bottom)
}
