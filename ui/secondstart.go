package ui

import "discussions/internal/i18n"

// AskedAgain answers a second start of the program, which ended in favour of
// this one. open names the notification whose click started it, or is empty.
func (u *UI) AskedAgain(open string) {
	defer u.o.Log.Info("asked again")
	if open != "" {
		u.Clicked(open)
		return
	}
	u.Raise()
	u.window.toast.say(i18n.T("again.open"))
}
