package ui

import "discussions/internal/i18n"

// SecondStart handles a second start of the program, which has handed over to this
// one. open is the id of a notification that was clicked, or "". A start that was
// to stay hidden changes nothing.
func (u *UI) SecondStart(open string, hidden bool) {
	defer u.options.Log.Info("second start")
	if hidden {
		return
	}
	if open != "" {
		u.Clicked(open)
		return
	}
	u.Raise()
	u.window.toast.say(i18n.T("secondStart.open"))
}
