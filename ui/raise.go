package ui

import "fyne.io/fyne/v2"

// raise brings a window to the front, also when it was hidden or minimised.
func raise(win fyne.Window) {
	restore(win) // first: showing puts a window where it was, and Windows has a minimised one far outside
	win.Show()
	win.RequestFocus()
}
