package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
)

// The least size of a window in which Fyne's dialog of files shows its buttons and its columns.
const filesWidth, filesHeight = 620, 520

// lastFolder is where Fyne's dialog of files keeps the folder that was shown last, on disk.
const lastFolder = "fyne:fileDialogLastFolder"

// Folders remember in which folder a file was last looked for, in memory and until they are forgotten: the next person must not see its
// name and its files. Nil remembers nothing. It belongs to Fyne's goroutine.
type Folders struct{ last string }

// NewFolders takes that from Fyne, which would keep it on disk in p.
func NewFolders(p fyne.Preferences) *Folders {
	f := &Folders{}
	take := func() {
		if last := p.String(lastFolder); last != "" {
			f.last = last
			p.RemoveValue(lastFolder)
		}
	}
	take() // what a program that was killed has left
	f.Forget()
	p.AddChangeListener(take)
	return f
}

// Forget makes the next dialog begin where the first one did.
func (f *Folders) Forget() { f.last = "" }

// Last is the address of the folder; "": none.
func (f *Folders) Last() string { return f.last }

// Show shows a dialog that asks for a file, where one was last looked for, as [ShowFiles] does.
func (f *Folders) Show(win fyne.Window, d *dialog.FileDialog) {
	if f != nil && f.last != "" {
		if uri, err := storage.ParseURI(f.last); err == nil {
			if folder, err := storage.ListerForURI(uri); err == nil {
				d.SetLocation(folder)
			}
		}
	}
	ShowFiles(win, d)
}

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
