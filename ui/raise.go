package ui

import "fyne.io/fyne/v2"

// raise brings a window to the front, even if it was hidden or minimised.
func (u *UI) raise(win fyne.Window) {
	if u.options.Windows != nil {
		u.options.Windows.Restore(win) // first: Show puts a window where it was, and Windows keeps minimised windows off-screen
	}
	win.Show()
	win.RequestFocus()
}
