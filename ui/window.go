package ui

import (
	"discussions/internal/i18n"
	"discussions/ui/look"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
)

// window is the main window.
type window struct {
	u       *UI
	win     fyne.Window
	shown   screen.Screen
	content fyne.CanvasObject // of the screen
	trail   trail
	toast   *toast
	painted *look.Painted
}

func newWindow(u *UI) *window {
	w := &window{u: u, win: u.app.NewWindow(i18n.T("app.name")), toast: newToast(u), painted: look.NewPainted(u.do)}
	w.win.SetPadded(false)
	w.win.SetIcon(look.AppIcon())
	w.win.SetMaster()
	w.win.SetCloseIntercept(u.presence.close)
	w.win.Resize(fyne.NewSize(420, 640))
	w.win.CenterOnScreen()

	c := w.win.Canvas()
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		u.idle.touch()
		w.typedKey(e.Name)
	})
	c.SetOnTypedRune(func(r rune) {
		u.idle.touch()
		if k, ok := w.shown.(screen.Keyed); ok && c.Overlays().Top() == nil {
			k.TypedRune(r)
		}
	})
	u.shortcuts(c, w.lockShown, u.findEverywhere, u.findEverywhere, func() {
		if k, ok := w.shown.(screen.Keyed); ok {
			k.TypedKey(fyne.KeyEscape)
		}
	})
	return w
}

// shortcuts adds the keyboard shortcuts that every window has.
func (u *UI) shortcuts(c fyne.Canvas, lock, find, findEverywhere, closeWindow func()) {
	with := func(key fyne.KeyName, modifier fyne.KeyModifier, do func()) {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: modifier}, func(fyne.Shortcut) { u.idle.touch(); do() })
	}
	add := func(key fyne.KeyName, do func()) { with(key, fyne.KeyModifierShortcutDefault, do) }
	add(fyne.KeyF, find)
	with(fyne.KeyF, fyne.KeyModifierShortcutDefault|fyne.KeyModifierShift, findEverywhere)
	add(fyne.KeyK, func() {
		u.Raise()
		if f, ok := u.window.shown.(screen.Finder); ok {
			f.Find()
		}
	})
	add(fyne.KeyL, lock)
	for modifier, step := range map[fyne.KeyModifier]int{fyne.KeyModifierControl: 1, fyne.KeyModifierControl | fyne.KeyModifierShift: -1} {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyTab, Modifier: modifier}, func(fyne.Shortcut) { u.idle.touch(); u.chats.next(step) })
	}
	add(fyne.KeyW, closeWindow)
	add(fyne.KeyQ, u.nav.Quit)
}

// findEverywhere shows the search in the messages of the account in view.
func (u *UI) findEverywhere() {
	if o, ok := u.window.shown.(screen.Owned); ok && o.Owner() != "" {
		u.nav.ShowSearch(o.Owner(), "")
	}
}

// show replaces the screen. Where the user comes back, the keyboard is where it was.
func (w *window) show(s screen.Screen) {
	if left := screen.SignInOf(w.shown); left != nil && left != screen.SignInOf(s) {
		screen.Abandon(w.u.nav, left)
	}
	c := w.win.Canvas()
	for top := c.Overlays().Top(); top != nil; top = c.Overlays().Top() {
		c.Overlays().Remove(top)
	}
	var left place
	if w.shown != nil {
		left = placeOn(w.shown, w.content, c.Focused())
	}
	back, comesBack := w.trail.goes(left, placeOn(s, nil, nil))
	w.leave()
	w.shown = s
	owner := ""
	if o, ok := s.(screen.Owned); ok {
		owner = o.Owner()
	}
	if owner != w.u.speaksFor {
		w.u.speakFor(owner)
	}
	w.content = s.Content()
	w.win.SetContent(container.NewStack(watchPointer(w.u.idle, w.content), w.toast.layer, w.painted.Pixel))
	if f, ok := s.(screen.Focuser); ok {
		c.Focus(f.Focus())
	}
	if comesBack {
		if f := back.find(w.content); f != nil {
			c.Focus(f)
		}
	}
	w.u.idle.touch()
	w.u.screenShown(s.Name())
	w.u.news.covered()
}

func (w *window) leave() {
	if l, ok := w.shown.(screen.Leaver); ok {
		l.Leave()
	}
	w.shown = nil
}

func (w *window) accountsChanged() {
	if f, ok := w.shown.(screen.Follower); ok {
		f.AccountsChanged()
	}
}

func (w *window) showsContentOf(id string) bool {
	o, ok := w.shown.(screen.Owned)
	return ok && o.Owner() == id
}

// typedKey handles the keys that no widget handled.
func (w *window) typedKey(name fyne.KeyName) {
	c := w.win.Canvas()
	if top := c.Overlays().Top(); top != nil {
		screen.Walk(c, name)
		if d, ok := top.(*look.Overlay); ok && name == fyne.KeyEscape {
			d.Dismiss()
		}
		return
	}
	if k, ok := w.shown.(screen.Keyed); ok {
		k.TypedKey(name)
		return
	}
	screen.Walk(c, name)
}

// lockShown locks the account on screen (Ctrl+L).
func (w *window) lockShown() {
	if o, ok := w.shown.(screen.Owned); ok && o.Owner() != "" {
		w.u.nav.Lock(o.Owner())
	}
}
