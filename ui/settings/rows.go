package settings

import (
	"discussions/internal/i18n"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
)

// section is a card with a heading.
func section(title string, rows ...fyne.CanvasObject) fyne.CanvasObject {
	heading := look.NewLabel(title, look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Bold: true})
	return look.Column(6, look.Pad(heading, 0, 4, 0, 4), look.Card(rows...))
}

// choiceRow is a row of a card with a control.
func choiceRow(title, note string, control fyne.CanvasObject) fyne.CanvasObject {
	texts := look.Column(0, look.NewLabel(title, look.Style{Wrap: true}))
	if note != "" {
		texts.Add(look.NewLabel(note, look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Wrap: true}))
	}
	return look.Pad(look.Line(16, texts, texts, control), 10, look.Space, 10, look.Space)
}

// fixedRow is a row of a card with a value that the organisation decides.
func fixedRow(title, value string) fyne.CanvasObject {
	return choiceRow(title, i18n.T("settings.fixed"), look.NewLabel(value, look.Style{Colour: look.ColorSoft}))
}

// goRow is a row of a card that leads to another screen. The warning below the title may be "".
func goRow(title, warning string, tapped func()) fyne.CanvasObject {
	label := look.Column(0, look.NewLabel(title, look.Style{Cut: true}))
	if warning != "" {
		label.Add(look.NewLabel(warning, look.Style{Size: look.SizeSmall, Colour: look.ColorDanger, Wrap: true}))
	}
	line := look.Line(16, label, label, look.Picture(look.IconNext, 18))
	return look.NewPressable(look.Pad(line, 13, look.Space, 13, look.Space), title, tapped)
}
