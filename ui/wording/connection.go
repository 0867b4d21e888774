package wording

import (
	"time"

	"discussions/internal/i18n"
	"discussions/messaging"
)

// Remedy is what the user can do about the connection.
type Remedy int

// The remedies.
const (
	NoRemedy Remedy = iota // nothing in this program
	Retry                  // [messaging.Client.Retry]
	LogIn                  // a full login
)

// Trouble says why an account is not connected.
type Trouble struct {
	Text   string // "": all is well
	Button string // "" for NoRemedy
	Remedy Remedy
	Again  time.Duration // how long these words hold; 0: until the connection changes
}

// Connection returns the trouble with a connection at that time.
func Connection(c messaging.Connection, now time.Time) Trouble {
	t := trouble(c)
	if wait := c.Next.Sub(now); t.Remedy == Retry && c.State == messaging.Offline && !c.DiskFull && !c.Next.IsZero() && wait > 0 {
		var until string
		until, t.Again = countdown(wait)
		t.Text = t.Text + " " + until
		if c.Problem != messaging.Replaced {
			t.Button = i18n.T("connection.now")
		}
	}
	return t
}

// countdown says when the next attempt is made, and for how long that is true.
func countdown(wait time.Duration) (words string, holds time.Duration) {
	unit, key := time.Second, "connection.seconds"
	if wait > 90*time.Second {
		unit, key = time.Minute, "connection.minutes"
	}
	n := (wait + unit - 1) / unit
	return i18n.T(key, "Number", int(n)), wait - (n-1)*unit
}

func trouble(c messaging.Connection) Trouble {
	retry := func(key string) Trouble {
		return Trouble{Text: i18n.T(key), Button: i18n.T("trouble.retry"), Remedy: Retry}
	}
	switch {
	case c.DiskFull: // first of all: only the user can solve it, here
		return retry("connection.diskFull")
	case c.State == messaging.Online && c.Behind:
		return Trouble{Text: i18n.T("connection.missed")}
	case c.State == messaging.Online:
		return Trouble{}
	case c.Problem == messaging.LoginNeeded:
		return Trouble{Text: i18n.T("connection.login"), Button: i18n.T("loginNeeded.go"), Remedy: LogIn}
	case c.Problem == messaging.TokenRefused: // a login would give one more of the same
		return retry("connection.refused")
	case c.Problem == messaging.Certificate:
		return retry("connection.certificate")
	case c.Problem == messaging.Portal:
		return retry("connection.portal")
	case c.Problem == messaging.Clock:
		return retry("connection.clock")
	case c.Problem == messaging.Server:
		return retry("connection.server")
	case c.Problem == messaging.Replaced:
		return Trouble{Text: i18n.T("connection.replaced"), Button: i18n.T("connection.here"), Remedy: Retry}
	case c.State == messaging.Connecting && c.Problem == messaging.None:
		return Trouble{Text: i18n.T("connection.connecting")}
	case c.State == messaging.Connecting:
		return Trouble{Text: i18n.T("connection.reconnecting")}
	}
	return retry("connection.offline")
}
