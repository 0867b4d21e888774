package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
)

// The least size of a window in which Fyne's dialog of files shows its buttons and its columns.
const filesWidth, filesHeight = 620, 520

// ShowFiles shows a dialog that asks for a file, over the whole window. A window that is too small is made larger until the dialog closes.
func ShowFiles(win fyne.Window, d *dialog.FileDialog) {
	before := win.Canvas().Size()
	room := before.Max(fyne.NewSize(filesWidth, filesHeight))
	if room != before {
		win.Resize(room)
		d.SetOnClosed(func() { win.Resize(before) })
	}
	d.SetView(dialog.ListView)
	d.Show()
	if top := win.Canvas().Overlays().Top(); top != nil && win.Canvas().Size() == room { // else it is placed once the window has its size
		d.Resize(room) // once it is shown: Fyne makes it there
		top.Refresh()
	}
}
