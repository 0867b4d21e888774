//go:build windows || (darwin && cgo)

package tray

import (
	"bytes"
	"fmt"
	"image/png"
	"log/slog"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/systray"
)

// Tray is the icon. Its methods belong to Fyne's goroutine.
type Tray struct {
	log   *slog.Logger
	app   desktop.App
	shown bool
	state State
	icons int
}

// New makes the icon, which appears with the first Show.
func New(o Options, log *slog.Logger) *Tray {
	t := &Tray{log: log}
	t.app, _ = fyne.CurrentApp().(desktop.App)
	systray.SetOnTapped(o.Clicked)
	return t
}

// Show changes what the icon shows.
func (t *Tray) Show(s State) {
	if t.app == nil {
		return
	}
	if len(s.Icons) > 0 {
		var data bytes.Buffer
		if err := png.Encode(&data, s.Icons[len(s.Icons)-1]); err != nil {
			t.log.Warn("draw the icon of the notification area", "error", err)
		} else {
			t.icons++
			t.app.SetSystemTrayIcon(fyne.NewStaticResource(fmt.Sprintf("tray%d.png", t.icons), data.Bytes()))
		}
	}
	// Fyne starts goroutines for each menu that it is given, which do not end.
	if !t.shown || !slices.EqualFunc(t.state.Menu, s.Menu, looksLike) {
		t.app.SetSystemTrayMenu(menuOf(s.Menu))
	}
	systray.SetTooltip(s.Tooltip)
	t.shown, t.state = true, s
}

// Hosted reports true: the area is always there.
func (t *Tray) Hosted() bool { return true }

// Close does nothing: Fyne removes the icon with the end of its loop.
func (t *Tray) Close() {}

func menuOf(items []Item) *fyne.Menu {
	m := &fyne.Menu{}
	for i, item := range items {
		if item.Label == "" {
			m.Items = append(m.Items, fyne.NewMenuItemSeparator())
			continue
		}
		line := fyne.NewMenuItem(item.Label, item.Do)
		line.Checked = item.Checked
		line.IsQuit = i == len(items)-1 // otherwise Fyne adds one of its own
		if len(item.Items) > 0 {
			line.ChildMenu = menuOf(item.Items)
		}
		m.Items = append(m.Items, line)
	}
	return m
}
