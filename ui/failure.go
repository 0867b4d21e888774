package ui

import (
	"errors"
	"sync"
	"sync/atomic"

	"discussions/internal/i18n"
	"discussions/settings"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"github.com/adrg/xdg"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
)

// Failure shows a window that says why the program could not start. Closing it ends the program. Where only the organisation's
// deployment file is missing, the user can choose it: install, which may wait for the disk, puts it in its place; then the window closes.
// wait, for after the application's end, waits until install has ended.
func Failure(app fyne.App, err error, install func(path string) error) (wait func()) {
	return newFailure(app, fyne.Do, err, install).wait
}

// failure is the window of [Failure].
type failure struct {
	win     fyne.Window
	do      func(func()) // on Fyne's goroutine
	install func(path string) error
	missing bool // the deployment file is

	work  sync.WaitGroup
	ended atomic.Bool // the application has
}

func (f *failure) wait() {
	f.ended.Store(true)
	f.work.Wait()
}

func newFailure(app fyne.App, do func(func()), err error, install func(path string) error) *failure {
	f := &failure{win: app.NewWindow(i18n.T("app.name")), do: do, install: install, missing: errors.Is(err, settings.ErrNoDeployment)}
	var system systemTheme
	dress := func() { system.set(app, string(look.System), 1) }
	system.follow(app, dress)
	dress()
	if err := look.TranslateFyne(i18n.Current()); err != nil { // its dialog of files
		fyne.LogError("speak the user's language", err)
	}
	f.win.SetPadded(false)
	f.win.SetIcon(look.AppIcon())
	f.win.SetMaster()
	f.show(err)
	f.win.Resize(fyne.NewSize(420, 640))
	f.win.CenterOnScreen()
	f.win.Show()
	return f
}

func (f *failure) show(err error) {
	text := wording.Explain(err)
	quit := look.NewButton(look.Outlined, i18n.T("trouble.quit"), f.win.Close)
	actions, first := look.Column(8), quit
	if f.missing {
		first = look.NewButton(look.Primary, i18n.T("trouble.chooseFile"), f.choose)
		actions.Add(first)
	}
	actions.Add(quit)
	f.win.SetContent(screen.StatusPage{
		Icon: look.IconWarning, Colour: look.ColorDanger, Title: text.What, Text: text.Means, More: text.Do,
		Actions: actions,
	}.Content())
	f.win.Canvas().Focus(first)
}

// choose asks for the deployment file, first where browsers put what they fetch.
func (f *failure) choose() {
	d := dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
		if err != nil || r == nil {
			return
		}
		_ = r.Close()
		f.chosen(r.URI().Path())
	}, f.win)
	d.SetTitleText(i18n.T("trouble.chooseFile"))
	d.SetFilter(storage.NewExtensionFileFilter([]string{".toml"}))
	if folder, err := storage.ListerForURI(storage.NewFileURI(xdg.UserDirs.Download)); err == nil {
		d.SetLocation(folder)
	}
	look.ShowFiles(f.win, d)
}

func (f *failure) chosen(path string) {
	f.work.Go(func() {
		err := f.install(path)
		if f.ended.Load() {
			return
		}
		f.do(func() {
			if err != nil {
				f.show(err)
				return
			}
			f.win.Close()
		})
	})
}
