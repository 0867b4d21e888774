package settings

import (
	"time"

	"discussions/internal/i18n"
)

// User holds the choices that belong to the workstation: those of a person are in [Person]. [Policy] limits some of them.
type User struct {
	LockAfter     time.Duration // idle time before an account locks; 0: the organisation's policy
	Language      string        // while no account is shown: code of a language the program speaks; empty: the system's
	Theme         string        // "system", "light", "dark"
	TextSize      float32       // scale of the text, from 0.8 to 2; 1 is normal
	ToldMinimised bool          // the user was told that closing the window minimises it, as the desktop has no notification area
}

// DefaultUser holds the defaults.
func DefaultUser() User {
	return User{Theme: "system", TextSize: 1}
}

const (
	minTextSize, maxTextSize = 0.8, 2
	maxLock                  = 24 * time.Hour
)

// normalized is u with each invalid value replaced by its default.
func (u User) normalized() User {
	d := DefaultUser()
	if u.LockAfter < 0 || u.LockAfter > maxLock {
		u.LockAfter = d.LockAfter
	}
	if !i18n.Known(i18n.Language(u.Language)) {
		u.Language = d.Language
	}
	if u.Theme != "light" && u.Theme != "dark" {
		u.Theme = d.Theme
	}
	if !(u.TextSize >= minTextSize && u.TextSize <= maxTextSize) { // also NaN
		u.TextSize = d.TextSize
	}
	return u
}
