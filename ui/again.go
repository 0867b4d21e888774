package ui

// AskedAgain answers a second start of the program, or a click on a
// notification that started it: open names the notification, or is empty.
func (u *UI) AskedAgain(open string) {
	if open != "" {
		u.Clicked(open)
		return
	}
	u.Raise()
}
