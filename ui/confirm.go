package ui

import (
	"discussions/internal/i18n"
	"discussions/ui/look"
)

// question asks before something that cannot be undone, or tells something that
// must be read.
type question struct {
	title, text, advice string
	yes                 string // "": there is nothing to decide
	danger              bool
	do                  func()
}

// ask shows a question over the main window.
func (u *UI) ask(q question) {
	c := u.window.win.Canvas()
	kind := look.Primary
	if q.danger {
		kind = look.Danger
	}
	before := c.Focused()
	var o *overlay
	no := look.NewButton(look.Quiet, i18n.T("confirm.cancel"), func() { o.dismiss() })
	column := look.Column(12, look.NewLabel(q.title, look.Style{Size: look.SizeTitle, Bold: true, Wrap: true}))
	for _, text := range []string{q.text, q.advice} {
		if text != "" {
			column.Add(look.NewLabel(text, look.Style{Colour: look.ColorSoft, Wrap: true}))
		}
	}
	column.Add(look.Blank(0, 4))
	first := no
	if q.yes == "" {
		first = look.NewButton(look.Primary, i18n.T("confirm.understood"), func() { o.dismiss() })
		column.Add(first)
	} else {
		column.Add(look.NewButton(kind, q.yes, func() { o.close(); q.do() }))
		column.Add(no)
	}
	o = lay(c, questionShade, look.Pad(column, 20, 20, 16, 20), inTheMiddle, func() {
		if before != nil {
			c.Focus(before)
		}
	})
	c.Focus(first)
	u.screenShown("confirm")
}

// tell shows a sentence that must be read.
func (u *UI) tell(s sentence) {
	u.ask(question{title: s.What, text: s.Means, advice: s.Do})
}

// explain shows what an error means.
func (u *UI) explain(err error) {
	if err != nil {
		u.o.Log.Warn("told the user", "error", err)
		u.tell(explain(err))
	}
}
