// Package tray shows the program's icon in the notification area of the desktop, with a menu, and the number of unread messages on
// the program's icon in the dock or the task bar.
//
//   - Linux: a StatusNotifierItem, for the desktops that have a host for it (KDE, Xfce, Cinnamon, MATE, LXQt, GNOME with an
//     extension). Without a host nobody sees the icon: ask [Tray.Hosted] before a window is hidden.
//   - Windows and macOS: the notification area and the menu bar, which are always there.
package tray

import (
	"image"
	"slices"
)

// State is what the icon shows.
type State struct {
	Tooltip string
	Icons   []image.Image // the same picture in several sizes, the largest last
	Unread  int           // for the icon in the dock or the task bar
	Menu    []Item
}

// Item is a line of the menu. Do and what it calls must not wait.
type Item struct {
	Label   string // "": a separator
	Checked bool
	Key     string // tells lines of the same label apart
	Do      func()
	Items   []Item // a submenu
}

// Options are what a [Tray] tells. Its functions are called on any goroutine, one at a time, and must neither wait nor call
// [Tray.Close].
type Options struct {
	AppID   string           // the name of the program's desktop file, without its ending
	Title   string           // the program's name
	Clicked func()           // the icon was clicked
	Host    func(there bool) // a host came or went: a hidden window is out of reach when it has gone
}

// looksLike reports whether two lines look the same and are about the same.
func looksLike(a, b Item) bool {
	return a.Label == b.Label && a.Checked == b.Checked && a.Key == b.Key && slices.EqualFunc(a.Items, b.Items, looksLike)
}
