package ui

import (
	"discussions/internal/i18n"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// trouble says what happened, what it means and what to do.
type trouble struct {
	u           *UI
	says        wording.Sentence
	login       pending // that it befell; nil: none
	again, back func()
}

// showTrouble tells what befell a login, which may have got so far that it is
// pending.
func (u *UI) showTrouble(err error, login pending, again, back func()) {
	u.o.Log.Warn("told the user", "error", err)
	u.window.show(&trouble{u: u, says: wording.Explain(err), login: login, again: again, back: back})
}

func (t *trouble) name() string          { return "failure" }
func (t *trouble) pendingLogin() pending { return t.login }

func (t *trouble) content() fyne.CanvasObject {
	return notice{
		icon: look.IconWarning, colour: look.ColorDanger, title: t.says.What, text: t.says.Means, more: t.says.Do,
		actions: look.NewButton(look.Outlined, i18n.T("trouble.again"), t.again),
		bottom:  look.NewButton(look.Quiet, i18n.T("browser.cancel"), t.back),
	}.content()
}

func (t *trouble) typedKey(name fyne.KeyName) {
	if name == fyne.KeyEscape {
		t.back()
		return
	}
	walk(t.u.window.win.Canvas(), name)
}

func (t *trouble) typedRune(rune) {}

// Failure shows why the program could not start, in a window of its own; the
// program ends when it is closed.
func Failure(app fyne.App, err error) {
	var system systemTheme
	dress := func() { system.set(app, string(look.System), 1) }
	system.follow(app, dress)
	dress()
	win := app.NewWindow(i18n.T("app.name"))
	win.SetPadded(false)
	win.SetIcon(look.AppIcon())
	win.SetMaster()
	says := wording.Explain(err)
	quit := look.NewButton(look.Outlined, i18n.T("trouble.quit"), win.Close)
	win.SetContent(notice{
		icon: look.IconWarning, colour: look.ColorDanger, title: says.What, text: says.Means, more: says.Do,
		actions: quit,
	}.content())
	win.Resize(fyne.NewSize(420, 640))
	win.CenterOnScreen()
	win.Show()
	win.Canvas().Focus(quit)
}
