package ui

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"discussions/internal/i18n"
	"discussions/internal/picture"
	"discussions/messaging"
	"discussions/ui/choices"
	"discussions/ui/export"
	"discussions/ui/look"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
)

// exporting writes a conversation, or its last part, into a file.
type exporting struct {
	u            *UI
	account      string
	client       screen.Client
	conversation messaging.Conversation
	win          fyne.Window // in which it was asked for
	pdf          bool
	period       export.Period

	progress *exportProgress // nil while there is nothing to wait for
}

// menu asks how much of a conversation is exported, and in which form. show shows the menu anew.
func (e exporting) menu(period export.Period, show func(*look.Menu)) *look.Menu {
	m, own, now := look.NewMenu(), true, time.Now()
	for _, p := range []struct {
		text string
		days int // the last ones; 0: all
	}{{i18n.T("export.whole"), 0}, {i18n.T("export.today"), 1}, {i18n.T("search.week"), 7}, {i18n.T("search.month"), 31}, {i18n.T("search.year"), 366}} {
		var last export.Period
		if p.days > 0 {
			last.Since = daysAgo(now, p.days-1)
		}
		own = own && last != period
		m.Choice(p.text, last == period, func() { show(e.menu(last, show)) })
	}
	text := i18n.T("export.dates")
	if own {
		text = periodText(period)
	}
	m.Choice(text, own, func() { e.askDates(period, func(p export.Period) { show(e.menu(p, show)) }) })
	m.Rule()
	for _, form := range []struct {
		text string
		pdf  bool
	}{{i18n.T("export.pdf"), true}, {i18n.T("export.text"), false}} {
		m.Line(look.IconFile, form.text, look.ColorText, func() {
			e.pdf, e.period = form.pdf, period
			(&e).ask()
		})
	}
	return m
}

// daysAgo is the beginning of a day.
func daysAgo(now time.Time, days int) time.Time {
	year, month, day := now.Local().Date()
	return time.Date(year, month, day-days, 0, 0, 0, 0, time.Local)
}

// moreChoices are the lines of a conversation's menu that lead elsewhere: to the person's card, and to the export where it is allowed.
func (u *UI) moreChoices(account string, client screen.Client, v messaging.Conversation, win fyne.Window, show func(*look.Menu)) func(*look.Menu, choices.Line) {
	return func(_ *look.Menu, line choices.Line) {
		if !u.manager.Policy().NoExport {
			e := exporting{u: u, account: account, client: client, conversation: v, win: win}
			line(look.IconExport, i18n.T("export.menu"), func() { show(e.menu(export.Period{}, show)) })
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

// write reads the conversation and writes it, while the user is told how far that is and can stop it. What could not be written whole is
// removed.
func (e *exporting) write(file io.WriteCloser, path string) {
	owner, _ := e.u.nav.Account(e.account)
	stopped, stop := context.WithCancel(context.Background())
	e.progress = &exportProgress{stop: stop}
	screen.Run(e.u.nav, func(ctx context.Context) (t export.Transcript, err error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(stopped, cancel)()
		defer func() {
			if stopped.Err() != nil { // also in the last moment
				err = errStopped
			}
			if err = errors.Join(err, file.Close()); err != nil {
				_ = os.Remove(path)
			}
		}()
		_ = os.Chmod(path, 0o600) // of this user alone, where the file system knows such a thing
		t = export.Transcript{Name: e.conversation.Name, Account: owner.Name, Time: time.Now(), Period: e.period}
		t.Messages, t.Part, err = export.Read(ctx, e.client, e.conversation.ID, e.period, func(n int) { e.u.do(func() { e.tellProgress(n) }) })
		if err != nil {
			return t, err
		}
		if e.pdf {
			if !e.u.manager.Policy().Files.NoOpen {
				t.Picture = func(m messaging.Message) []byte { return e.picture(ctx, m) }
			}
			return t, t.WritePDF(file)
		}
		return t, t.WriteText(file)
	}, func(t export.Transcript, err error) {
		e.progress.close()
		stop()
		if errors.Is(err, errStopped) {
			return
		}
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

// picture is a picture of the conversation, made small; nil where it is not here or cannot be decoded.
func (e *exporting) picture(ctx context.Context, m messaging.Message) []byte {
	r, err := e.client.OpenFile(m)
	if err != nil {
		return nil
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, picture.MaxBytes))
	if err != nil {
		return nil
	}
	defer clear(data)
	small, err := e.u.pictures.Small(ctx, data, export.PictureSide)
	if err != nil {
		e.u.options.Log.Info("a picture is not in the export", "error", err)
		return nil
	}
	return small
}

func (e *exporting) failed(err error) {
	e.u.options.Log.Warn("conversation not exported", "error", bare(err))
	e.tell(look.Question{Title: i18n.T("export.notDone"), Text: i18n.T("export.notDone.means"), Advice: i18n.T("export.notDone.do"), Warns: true})
}

// tell tells in the window where it was asked or, where that is closed, in the main one; nothing of an account that was locked meanwhile.
func (e *exporting) tell(q look.Question) {
	if win, open := e.window(); open {
		look.Ask(win.Canvas(), q)
	}
}

// bare is an error without the path of the file, which names a person.
func bare(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// saveByDialog gives what asks where a file goes, and creates it. file is nil where the user does not want it.
func saveByDialog(folders *look.Folders) func(win fyne.Window, name string, chosen func(file io.WriteCloser, path string, err error)) {
	return func(win fyne.Window, name string, chosen func(file io.WriteCloser, path string, err error)) {
		d := dialog.NewFileSave(func(file fyne.URIWriteCloser, err error) {
			if err != nil || file == nil {
				chosen(nil, "", err)
				return
			}
			chosen(file, file.URI().Path(), nil)
		}, win)
		d.SetTitleText(i18n.T("export.menu"))
		d.SetFileName(name)
		folders.Show(win, d)
	}
}
