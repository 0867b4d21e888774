package ui

import (
	"time"

	"discussions/account"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// idle locks the open accounts after a time without keys, taps or pointer
// movements. The organisation and the user choose the time.
type idle struct {
	u     *UI
	last  time.Time
	timer *time.Timer
}

func newIdle(u *UI) *idle { return &idle{u: u} }

func (i *idle) start() {
	i.last = time.Now()
	i.arm()
}

func (i *idle) stop() {
	if i.timer != nil {
		i.timer.Stop()
	}
}

// touch restarts the time.
func (i *idle) touch() { i.last = time.Now() }

// arm sets the timer to the rest of the time. Call it when the settings change.
func (i *idle) arm() {
	i.stop()
	limit := i.u.manager.Policy().Lock(i.u.options.User.Get())
	if limit <= 0 {
		return
	}
	i.timer = time.AfterFunc(time.Until(i.last.Add(limit)), func() { i.u.do(i.due) })
}

func (i *idle) due() {
	if i.u.ctx.Err() != nil {
		return
	}
	limit := i.u.manager.Policy().Lock(i.u.options.User.Get())
	if limit > 0 && time.Since(i.last) >= limit {
		i.u.leaveUnfinished()
		for _, a := range i.u.manager.Accounts() {
			if a.State == account.Open {
				i.u.nav.Lock(a.ID)
			}
		}
		i.touch()
	}
	i.arm()
}

// pointerWatcher reports every movement of the pointer over a window. Fyne reports
// movements to the innermost hoverable widget only, but asks all widgets under the
// pointer, from the outermost, for the cursor's shape.
type pointerWatcher struct {
	widget.BaseWidget
	idle  *idle
	inner fyne.CanvasObject
}

var _ desktop.Cursorable = (*pointerWatcher)(nil)

func watchPointer(i *idle, inner fyne.CanvasObject) *pointerWatcher {
	w := &pointerWatcher{idle: i, inner: inner}
	w.ExtendBaseWidget(w)
	return w
}

func (w *pointerWatcher) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(w.inner)
}

// Cursor implements [desktop.Cursorable].
func (w *pointerWatcher) Cursor() desktop.Cursor {
	w.idle.touch()
	return desktop.DefaultCursor
}
