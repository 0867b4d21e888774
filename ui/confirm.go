package ui

import (
	"discussions/ui/look"
	"discussions/ui/wording"
)

// ask shows a question over the main window.
func (u *UI) ask(q look.Question) {
	look.Ask(u.window.win.Canvas(), q)
	u.screenShown("confirm")
}

// tell shows a sentence that must be read.
func (u *UI) tell(s wording.Sentence) {
	u.ask(look.Question{Title: s.What, Text: s.Means, Advice: s.Do})
}

// explain shows what an error means.
func (u *UI) explain(err error) {
	if err != nil {
		u.o.Log.Warn("told the user", "error", err)
		u.tell(wording.Explain(err))
	}
}
