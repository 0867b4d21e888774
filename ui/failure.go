package ui

import (
	"discussions/internal/i18n"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

// Failure shows a window that says why the program could not start. Closing it ends
// the program.
func Failure(app fyne.App, err error) {
	var system systemTheme
	dress := func() { system.set(app, string(look.System), 1) }
	system.follow(app, dress)
	dress()
	win := app.NewWindow(i18n.T("app.name"))
	win.SetPadded(false)
	win.SetIcon(look.AppIcon())
	win.SetMaster()
	text := wording.Explain(err)
	quit := look.NewButton(look.Outlined, i18n.T("trouble.quit"), win.Close)
	win.SetContent(screen.StatusPage{
		Icon: look.IconWarning, Colour: look.ColorDanger, Title: text.What, Text: text.Means, More: text.Do,
		Actions: quit,
	}.Content())
	win.Resize(fyne.NewSize(420, 640))
	win.CenterOnScreen()
	win.Show()
	win.Canvas().Focus(quit)
}
