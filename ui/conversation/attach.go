package conversation

import (
	"errors"
	"strings"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
)

// mostAttached is how many files wait in the tray at most.
const mostAttached = 20

// chooseFile lets the user choose a file to send.
func (v *View) chooseFile() {
	if v.o.Window == nil {
		return
	}
	v.o.Folders.Show(v.o.Window, dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
		if err != nil || r == nil {
			return
		}
		_ = r.Close()
		v.Attach([]fyne.URI{r.URI()})
	}, v.o.Window))
}

// Attach puts files into the tray over the input. They are looked at first: what cannot be sent is refused here, with the reason.
func (v *View) Attach(uris []fyne.URI) {
	v.status.setTrouble("")
	for _, uri := range uris {
		if uri.Scheme() != "file" {
			v.status.setTrouble(i18n.T("attach.unreadable", "Name", wording.Line(uri.Name())))
			continue
		}
		v.files.work.Do(func() {
			a, err := v.look(v.ctx, source{path: uri.Path()})
			v.later(func() { v.attached(a, uri.Name(), err) })
		})
	}
}

// attached puts a file that was looked at into the tray, or says why it cannot be sent.
func (v *View) attached(a *attachment, name string, err error) {
	switch {
	case err != nil:
		v.o.Log.Info("file not attached", "error", err)
		v.status.setTrouble(v.attachTrouble(name, err))
	case len(v.composer.tray.list) >= mostAttached:
		v.status.setTrouble(i18n.T("attach.many", "Number", mostAttached))
	default:
		v.composer.tray.add(a)
		v.composer.trayChanged()
		v.Focus()
		v.logDrawn("file attached")
	}
}

// attachTrouble says why a file cannot be sent.
func (v *View) attachTrouble(name string, err error) string {
	name = wording.Line(name)
	switch {
	case errors.Is(err, errSize), errors.Is(err, messaging.ErrFileTooLarge):
		return i18n.T("attach.large", "Name", name, "Limit", wording.FileSize(v.o.Files.Limit()))
	case errors.Is(err, errType), errors.Is(err, messaging.ErrFileType):
		return i18n.T("attach.type", "Name", name)
	case errors.Is(err, messaging.ErrEmpty):
		return i18n.T("attach.empty", "Name", name)
	case errors.Is(err, messaging.ErrTooLong), errors.Is(err, messaging.ErrDisk), errors.Is(err, messaging.ErrLocked):
		return wording.NotSent(err)
	}
	return i18n.T("attach.unreadable", "Name", name)
}

// sendFiles puts the files of the tray into the outbox, the first one with what is written. What could not be kept stays.
func (v *View) sendFiles(task task, text string) {
	list := v.composer.tray.take()
	v.work.Do(func() {
		var err error
		sent, said := 0, false
		caption := strings.TrimSpace(text)
		if task.kind == answering && caption != "" { // an answer is a text
			if _, err = v.say(task, text); err == nil {
				caption, said = "", true
			}
		}
		for _, a := range list {
			if err != nil {
				break
			}
			if err = v.sendOne(a, caption); err == nil {
				sent++
				caption, said = "", true
			}
		}
		if said {
			v.queued = text
		}
		v.later(func() {
			v.composer.tray.putBack(list[sent:])
			v.composer.trayChanged()
			if said || text == "" && sent > 0 {
				v.composer.sent()
				v.taskDone(task)
				v.toNewest()
			} else {
				v.composer.failed()
			}
			if err != nil {
				v.o.Log.Warn("file not kept", "error", err)
				v.status.setTrouble(v.attachTrouble(list[min(sent, len(list)-1)].sent().name, err))
			}
		})
	})
}

func (v *View) sendOne(a *attachment, caption string) error {
	content, err := a.open()
	if err != nil {
		return err
	}
	defer content.Close()
	sent := a.sent()
	_, err = v.o.Client.SendFile(v.o.ID, messaging.NewFile{
		Name: sent.name, MediaType: sent.mediaType, Width: sent.width, Height: sent.height, Preview: a.preview(), Caption: caption, Content: content,
	})
	return err
}
