package look

import (
	"discussions/internal/i18n"

	"fyne.io/fyne/v2"
)

// Question asks for a decision, or tells something that must be read.
type Question struct {
	Title, Text, Advice string
	Yes                 string // the button's text; "": nothing to decide
	Danger              bool   // it removes something
	Warns               bool   // with nothing to decide, it tells of something that went wrong
	Do                  func() // called on Yes or, with nothing to decide, after reading; may be nil then
}

// Ask shows a question over a window. After it is dismissed, the focus is where it was.
func Ask(c fyne.Canvas, q Question) {
	before := c.Focused()
	var o *Overlay
	no := NewButton(Quiet, i18n.T("confirm.cancel"), func() { o.Dismiss() })
	column := Column(12, NewLabel(q.Title, Style{Size: SizeTitle, Bold: true, Wrap: true}))
	for _, text := range []string{q.Text, q.Advice} {
		if text != "" {
			column.Add(NewLabel(text, Style{Colour: ColorSoft, Wrap: true}))
		}
	}
	column.Add(Blank(0, 4))
	first := no
	if q.Yes == "" {
		read := i18n.T("confirm.close")
		if q.Warns {
			read = i18n.T("confirm.understood")
		}
		first = NewButton(Primary, read, func() { o.Dismiss() })
		column.Add(first)
	} else {
		kind := Primary
		if q.Danger {
			kind = Danger
		}
		column.Add(NewButton(kind, q.Yes, func() { o.close(); q.Do() }))
		column.Add(no)
	}
	o = Dialog(c, column, func() {
		if before != nil {
			c.Focus(before)
		}
		if q.Yes == "" && q.Do != nil {
			q.Do()
		}
	})
	c.Focus(first)
}

// Dialog shows a box in the middle of a window, as a question does. dismissed, which may be nil, is called if it is dismissed without a choice.
func Dialog(c fyne.Canvas, content fyne.CanvasObject, dismissed func()) *Overlay {
	return newOverlay(c, questionShade, Pad(content, 20, 20, 16, 20), inTheMiddle, dismissed)
}

func inTheMiddle(window, box fyne.Size) (fyne.Position, fyne.Size) {
	size := fyne.NewSize(fyne.Min(340, window.Width-32), box.Height)
	return fyne.NewPos((window.Width-size.Width)/2, fyne.Max(16, (window.Height-size.Height)/2)), size
}
