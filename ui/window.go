package ui

import (
	"discussions/internal/i18n"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
)

// screen is what the main window shows at one time.
type screen interface {
	name() string               // for the log
	content() fyne.CanvasObject // asked once
}

// What a screen may do as well.
type (
	// focuser says what has the focus at first.
	focuser interface{ focus() fyne.Focusable }
	// leaver is told that another screen takes its place.
	leaver interface{ leave() }
	// follower is told that some account changed.
	follower interface{ accountsChanged() }
	// owned shows something of one account, which must go when it is locked.
	owned interface{ owner() string }
	// unfinished belongs to a login, which is given up with the last of its
	// screens; nil: to none.
	unfinished interface{ pendingLogin() pending }
	// keyed takes keys that nothing else took.
	keyed interface {
		typedKey(fyne.KeyName)
		typedRune(rune)
	}
	// finder has something to search in (Ctrl+K).
	finder interface{ find() }
)

// window is the main window.
type window struct {
	u       *UI
	win     fyne.Window
	shown   screen
	toast   *toast
	painted *look.Painted
}

func newWindow(u *UI) *window {
	w := &window{u: u, win: u.app.NewWindow(i18n.T("app.name")), toast: newToast(u), painted: look.NewPainted(u.do)}
	w.painted.Then(func() { u.o.Log.Info("first frame") })
	w.win.SetPadded(false)
	w.win.SetIcon(look.AppIcon())
	w.win.SetMaster()
	if u.o.End != nil {
		w.win.SetCloseIntercept(u.o.End)
	}
	w.win.Resize(fyne.NewSize(420, 640))
	w.win.CenterOnScreen()

	c := w.win.Canvas()
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		u.idle.touch()
		w.typedKey(e.Name)
	})
	c.SetOnTypedRune(func(r rune) {
		u.idle.touch()
		if k, ok := w.shown.(keyed); ok && c.Overlays().Top() == nil {
			k.typedRune(r)
		}
	})
	u.shortcuts(c, u.lockShown, func() {
		if k, ok := w.shown.(keyed); ok {
			k.typedKey(fyne.KeyEscape)
		}
	})
	return w
}

// shortcuts are the same in every window; what is locked and closed differs.
func (u *UI) shortcuts(c fyne.Canvas, lock, closeWindow func()) {
	add := func(key fyne.KeyName, do func()) {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault},
			func(fyne.Shortcut) { u.idle.touch(); do() })
	}
	add(fyne.KeyK, func() {
		u.Raise()
		if f, ok := u.window.shown.(finder); ok {
			f.find()
		}
	})
	add(fyne.KeyL, lock)
	add(fyne.KeyW, closeWindow)
}

// show puts a screen in the place of the one before.
func (w *window) show(s screen) {
	if left := loginOf(w.shown); left != nil && left != loginOf(s) {
		w.u.abandon(left)
	}
	w.leave()
	c := w.win.Canvas()
	for top := c.Overlays().Top(); top != nil; top = c.Overlays().Top() {
		c.Overlays().Remove(top)
	}
	w.shown = s
	w.win.SetContent(container.NewStack(watch(w.u.idle, s.content()), w.toast.layer, w.painted.Pixel))
	if f, ok := s.(focuser); ok {
		c.Focus(f.focus())
	}
	w.u.idle.touch()
	w.u.screenShown(s.name())
}

func (w *window) leave() {
	if l, ok := w.shown.(leaver); ok {
		l.leave()
	}
	w.shown = nil
}

func (w *window) accountsChanged() {
	if f, ok := w.shown.(follower); ok {
		f.accountsChanged()
	}
}

// loginOf is the pending login that a screen belongs to; nil: none.
func loginOf(s screen) pending {
	if l, ok := s.(unfinished); ok {
		return l.pendingLogin()
	}
	return nil
}

func (w *window) showsContentOf(id string) bool {
	o, ok := w.shown.(owned)
	return ok && o.owner() == id
}

// typedKey takes the keys that no widget took: the arrows walk like Tab.
func (w *window) typedKey(name fyne.KeyName) {
	c := w.win.Canvas()
	if top := c.Overlays().Top(); top != nil {
		walk(c, name)
		if d, ok := top.(*look.Overlay); ok && name == fyne.KeyEscape {
			d.Dismiss()
		}
		return
	}
	if k, ok := w.shown.(keyed); ok {
		k.typedKey(name)
		return
	}
	walk(c, name)
}

func walk(c fyne.Canvas, name fyne.KeyName) {
	switch name {
	case fyne.KeyDown:
		c.FocusNext()
	case fyne.KeyUp:
		c.FocusPrevious()
	}
}

// page is the plain frame of most screens: something at the top, something at
// the bottom, and the rest between. Tab goes through them in that order.
func page(top, middle, bottom fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewBorderLayout(top, bottom, nil, nil), top, middle, bottom)
}
