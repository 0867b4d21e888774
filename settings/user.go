package settings

import (
	"time"

	"discussions/internal/i18n"
)

// User is what the user chose on this computer. [Policy] limits some of it.
type User struct {
	Notifications bool
	Content       Content       // how much notifications show
	LockAfter     time.Duration // idle time before an account locks; 0: as the organisation says
	Language      string        // code of a language the program speaks; empty: the system's
	Theme         string        // "system", "light", "dark"
	TextSize      float32       // scale of the text, from 0.8 to 2; 1 is ordinary
}

// DefaultUser is what holds before anything was chosen.
func DefaultUser() User {
	return User{Notifications: true, Content: ContentName, Theme: "system", TextSize: 1}
}

const (
	minTextSize, maxTextSize = 0.8, 2
	maxLock                  = 24 * time.Hour
)

// normalized is u with everything that has no meaning put back to its default.
func (u User) normalized() User {
	d := DefaultUser()
	if !u.Content.Known() {
		u.Content = d.Content
	}
	if u.LockAfter < 0 || u.LockAfter > maxLock {
		u.LockAfter = d.LockAfter
	}
	if !i18n.Known(i18n.Language(u.Language)) {
		u.Language = d.Language
	}
	if u.Theme != "light" && u.Theme != "dark" {
		u.Theme = d.Theme
	}
	if !(u.TextSize >= minTextSize && u.TextSize <= maxTextSize) { // NaN as well
		u.TextSize = d.TextSize
	}
	return u
}
