// Package screen is what the screens of the main window share: what a screen is ([Screen]), what it can use of the interface
// ([Host]), and common layouts.
package screen

import (
	"discussions/account"

	"fyne.io/fyne/v2"
)

// Screen is what the main window shows at one time.
type Screen interface {
	Name() string               // for the log
	Content() fyne.CanvasObject // called once each time that it is shown
}

// Interfaces that a screen may implement.
type (
	// Focuser returns what has the focus at first.
	Focuser interface{ Focus() fyne.Focusable }
	// Leaver is called before another screen replaces this one.
	Leaver interface{ Leave() }
	// Follower is called when an account has changed.
	Follower interface{ AccountsChanged() }
	// Owned returns the account that the screen shows, "" for none. When that account is locked, the screen is replaced.
	Owned interface{ Owner() string }
	// LoginStep returns the login that the screen is a step of, nil for none. The login is abandoned when its last step is left.
	LoginStep interface{ SignIn() account.SignIn }
	// Keyed handles the keys that no widget handled.
	Keyed interface {
		TypedKey(fyne.KeyName)
		TypedRune(rune)
	}
	// Finder starts a search (Ctrl+K).
	Finder interface{ Find() }
)

// SignInOf returns the login that a screen is a step of, or nil.
func SignInOf(s Screen) account.SignIn {
	if l, ok := s.(LoginStep); ok {
		return l.SignIn()
	}
	return nil
}
