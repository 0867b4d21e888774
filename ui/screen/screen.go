// Package screen is what the screens of the main window have in common: what a screen is, what it may ask of the window and
// where it may lead ([Host]), and the frames that most screens use.
package screen

import (
	"discussions/account"

	"fyne.io/fyne/v2"
)

// Screen is what the main window shows at one time.
type Screen interface {
	Name() string               // for the log
	Content() fyne.CanvasObject // asked once
}

// What a screen may do as well.
type (
	// Focuser says what has the focus at first.
	Focuser interface{ Focus() fyne.Focusable }
	// Leaver is told that another screen takes its place.
	Leaver interface{ Leave() }
	// Follower is told that some account changed.
	Follower interface{ AccountsChanged() }
	// Owned shows something of one account, which must go when the account is locked; "" is none.
	Owned interface{ Owner() string }
	// LoginStep belongs to a login, which is abandoned with the last of its screens; nil is none.
	LoginStep interface{ SignIn() account.SignIn }
	// Keyed takes the keys that no widget took.
	Keyed interface {
		TypedKey(fyne.KeyName)
		TypedRune(rune)
	}
	// Finder has something to search in (Ctrl+K).
	Finder interface{ Find() }
)

// SignInOf is the login that a screen belongs to, nil where there is none.
func SignInOf(s Screen) account.SignIn {
	if l, ok := s.(LoginStep); ok {
		return l.SignIn()
	}
	return nil
}
