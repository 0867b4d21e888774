package ui

import (
	"time"

	"discussions/account"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// idle locks the open accounts when nobody has touched the program for as long
// as the organisation and the user allow.
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

// touch says that somebody is there.
func (i *idle) touch() { i.last = time.Now() }

// arm waits for the rest of the time, and after a change of the time anew.
func (i *idle) arm() {
	i.stop()
	limit := i.u.o.Deployment.Policy.Lock(i.u.o.User.Get())
	if limit <= 0 {
		return
	}
	i.timer = time.AfterFunc(time.Until(i.last.Add(limit)), func() { i.u.do(i.due) })
}

func (i *idle) due() {
	if i.u.ctx.Err() != nil {
		return
	}
	limit := i.u.o.Deployment.Policy.Lock(i.u.o.User.Get())
	if limit > 0 && time.Now().Sub(i.last) >= limit {
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

// watched sees the pointer move over a window. Fyne tells a movement only to the
// innermost widget that wants to know; but it asks everything under the pointer
// which cursor to show, at each movement, the outermost first.
type watched struct {
	widget.BaseWidget
	idle  *idle
	inner fyne.CanvasObject
}

var _ desktop.Cursorable = (*watched)(nil)

func watch(i *idle, inner fyne.CanvasObject) *watched {
	w := &watched{idle: i, inner: inner}
	w.ExtendBaseWidget(w)
	return w
}

func (w *watched) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(w.inner) }

// Cursor implements [desktop.Cursorable].
func (w *watched) Cursor() desktop.Cursor {
	w.idle.touch()
	return desktop.DefaultCursor
}
