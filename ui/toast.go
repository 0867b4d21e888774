package ui

import (
	"time"

	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// toastTime is how long a toast is shown.
const toastTime = 5 * time.Second

// toast is a short message at the bottom of a window that disappears by itself. It
// takes no keys and no taps.
type toast struct {
	u     *UI
	layer *fyne.Container
	line  *look.Label
	timer *time.Timer
}

func newToast(u *UI) *toast {
	t := &toast{u: u, line: look.NewLabel("", look.Style{Wrap: true, Align: fyne.TextAlignCenter})}
	card := container.NewStack(look.NewBlock(look.ColorAccentSoft, look.ColorAccent, look.Radius), look.Pad(t.line, 12, 16, 12, 16))
	t.layer = container.NewBorder(nil, look.Pad(card, 0, 16, 92, 16), nil, nil)
	t.layer.Hide()
	return t
}

// say shows a text and replaces an earlier one.
func (t *toast) say(text string) {
	t.line.SetText(text)
	t.layer.Show()
	t.layer.Refresh()
	if t.timer != nil {
		t.timer.Stop()
	}
	var timer *time.Timer
	timer = time.AfterFunc(toastTime, func() {
		t.u.nav.Do(func() {
			if t.timer == timer {
				t.layer.Hide()
			}
		})
	})
	t.timer = timer
}

// leave stops the timer.
func (t *toast) leave() {
	if t.timer != nil {
		t.timer.Stop()
		t.timer = nil
	}
}
