package ui

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/choices"
	"discussions/ui/export"
	"discussions/ui/look"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
)

// exporting writes a conversation into a file.
type exporting struct {
	u            *UI
	account      string
	client       screen.Client
	conversation messaging.Conversation
	win          fyne.Window // in which it was asked for
	pdf          bool
}

// exportMenu asks in which form a conversation is to be exported; nil where the organisation does not allow it.
func (u *UI) exportMenu(account string, client screen.Client, v messaging.Conversation, win fyne.Window) *look.Menu {
	if u.manager.Policy().NoExport {
		return nil
	}
	m := look.NewMenu()
	for _, form := range []struct {
		text string
		pdf  bool
	}{{i18n.T("export.pdf"), true}, {i18n.T("export.text"), false}} {
		m.Line(look.IconFile, form.text, look.ColorText, func() { (&exporting{u, account, client, v, win, form.pdf}).ask() })
	}
	return m
}

// moreChoices are the lines of a conversation's menu that lead elsewhere: to the person's card, and to the export where it is allowed.
func (u *UI) moreChoices(account string, client screen.Client, v messaging.Conversation, win fyne.Window, show func(*look.Menu)) func(*look.Menu, choices.Line) {
	export := u.exportMenu(account, client, v, win)
	return func(_ *look.Menu, line choices.Line) {
		if export != nil {
			line(look.IconExport, i18n.T("export.menu"), func() { show(export) })
		}
		if !v.Group {
			line(look.IconPerson, i18n.T("person.show"), func() { u.Raise(); u.nav.ShowPerson(account, v.ID) })
		}
	}
}

// ask says what the file is, and then asks where it goes.
func (e *exporting) ask() {
	look.Ask(e.win.Canvas(), look.Question{Title: i18n.T("export.ask"), Text: i18n.T("export.warning"), Yes: i18n.T("export.yes"), Do: func() {
		ending := ".txt"
		if e.pdf {
			ending = ".pdf"
		}
		name := export.Transcript{Name: e.conversation.Name, Time: time.Now()}.FileName() + ending
		e.u.saveFile(e.win, name, func(file io.WriteCloser, path string, err error) {
			switch {
			case err != nil:
				e.failed(err)
			case file != nil:
				e.write(file, path)
			}
		})
	}})
}

// write reads the conversation and writes it. What could not be written whole is removed.
func (e *exporting) write(file io.WriteCloser, path string) {
	owner, _ := e.u.nav.Account(e.account)
	screen.Run(e.u.nav, func(ctx context.Context) (t export.Transcript, err error) {
		defer func() {
			if err = errors.Join(err, file.Close()); err != nil {
				_ = os.Remove(path)
			}
		}()
		_ = os.Chmod(path, 0o600) // of this user alone, where the file system knows such a thing
		t = export.Transcript{Name: e.conversation.Name, Account: owner.Name, Time: time.Now()}
		if t.Messages, t.Part, err = export.Read(ctx, e.client, e.conversation.ID); err != nil {
			return t, err
		}
		if e.pdf {
			return t, t.WritePDF(file)
		}
		return t, t.WriteText(file)
	}, func(t export.Transcript, err error) {
		if err != nil {
			e.failed(err)
			return
		}
		q := look.Question{Title: i18n.T("export.done"), Text: i18n.T("export.doneIn", "Messages", i18n.N("export.messages", len(t.Messages)), "Path", path)}
		if t.Part {
			q.Advice = i18n.T("export.part")
		}
		e.tell(q)
	})
}

func (e *exporting) failed(err error) {
	e.u.options.Log.Warn("conversation not exported", "error", bare(err))
	e.tell(look.Question{Title: i18n.T("export.notDone"), Text: i18n.T("export.notDone.means"), Advice: i18n.T("export.notDone.do")})
}

// tell tells in the window where it was asked or, where that is closed, in the main one; nothing of an account that was locked meanwhile.
func (e *exporting) tell(q look.Question) {
	if _, open := e.u.manager.Client(e.account); !open {
		return
	}
	win := e.u.window.win
	for _, w := range e.u.app.Driver().AllWindows() {
		if w == e.win {
			win = w
		}
	}
	look.Ask(win.Canvas(), q)
}

// bare is an error without the path of the file, which names a person.
func bare(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// saveByDialog asks where a file goes, and creates it. file is nil where the user does not want it.
func saveByDialog(win fyne.Window, name string, chosen func(file io.WriteCloser, path string, err error)) {
	d := dialog.NewFileSave(func(file fyne.URIWriteCloser, err error) {
		if err != nil || file == nil {
			chosen(nil, "", err)
			return
		}
		chosen(file, file.URI().Path(), nil)
	}, win)
	d.SetTitleText(i18n.T("export.menu"))
	d.SetView(dialog.ListView)
	d.SetFileName(name)
	d.Show()
	d.Resize(win.Canvas().Size()) // once it is shown: Fyne makes it there
}
