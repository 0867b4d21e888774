package conversation

import (
	"io"

	"discussions/internal/i18n"
	"discussions/internal/webmark"
	"discussions/messaging"
	"discussions/messaging/files"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
)

// safeName is the name under which a file leaves the program.
func safeName(m messaging.Message) string {
	f, _ := m.Content.(messaging.File)
	return files.SafeName(f.Name, i18n.T("attachment.file"))
}

// warned does something with a file after a warning, if a system may run that file.
func (v *View) warned(m messaging.Message, do func()) {
	c := v.canvas()
	if name := safeName(m); files.Executes(name) && c != nil {
		look.Ask(c, look.Question{
			Title: i18n.T("file.executes.title"), Text: i18n.T("file.executes.text", "Name", name), Advice: i18n.T("file.executes.advice"),
			Yes: i18n.T("file.executes.yes"), Danger: true, Do: do,
		})
		return
	}
	do()
}

// saveFile asks where a file is to be saved, and puts a copy there.
func (v *View) saveFile(m messaging.Message) {
	if v.o.Window == nil || !v.o.SaveFiles {
		return
	}
	v.warned(m, func() {
		d := dialog.NewFileSave(func(to fyne.URIWriteCloser, err error) {
			switch {
			case err != nil:
				v.o.Log.Warn("no place for a file", "error", err)
				v.status.setTrouble(i18n.T("file.save.failed"))
			case to != nil:
				v.saveTo(m, to)
			}
		}, v.o.Window)
		d.SetFileName(safeName(m))
		v.o.Folders.Show(v.o.Window, d)
	})
}

// saveTo writes a file. Nothing is left of one that could not be written as a whole.
func (v *View) saveTo(m messaging.Message, to fyne.URIWriteCloser) {
	v.status.setTrouble("")
	v.work.Go(func() {
		err := v.copyFile(m, to)
		if closed := to.Close(); err == nil {
			err = closed
		}
		if err == nil && !m.Own {
			_ = webmark.Set(to.URI().Path()) // without it the system is less careful
		}
		if err != nil {
			_ = storage.Delete(to.URI())
			v.o.Log.Warn("file not saved", "error", err)
			v.later(func() { v.status.setTrouble(i18n.T("file.save.failed")) })
		}
	})
}

func (v *View) copyFile(m messaging.Message, to io.Writer) error {
	r, err := v.o.Client.OpenFile(m)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(to, r)
	return err
}

// openFile hands a copy of a file to the program that the desktop has for it.
func (v *View) openFile(m messaging.Message) {
	if v.o.OpenFile == nil || !v.o.SaveFiles {
		return
	}
	v.warned(m, func() {
		v.status.setTrouble("")
		name := safeName(m)
		v.work.Go(func() {
			if err := v.o.OpenFile(name, func(to io.Writer) error { return v.copyFile(m, to) }); err != nil {
				v.o.Log.Warn("file not opened", "error", err)
				v.later(func() { v.status.setTrouble(i18n.T("file.open.failed")) })
			}
		})
	})
}
