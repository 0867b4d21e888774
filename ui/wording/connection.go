package wording

import (
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
}

// Connection returns the trouble with a connection.
func Connection(c messaging.Connection) Trouble {
	retry := func(key string) Trouble { return Trouble{i18n.T(key), i18n.T("connection.retry"), Retry} }
	switch {
	case c.DiskFull: // whatever else there is: it must be dealt with here, and the rest can wait
		return retry("connection.diskFull")
	case c.State == messaging.Online:
		return Trouble{}
	case c.Problem == messaging.LoginNeeded:
		return Trouble{i18n.T("connection.login"), i18n.T("connection.logIn"), LogIn}
	case c.Problem == messaging.TokenRefused: // a login would give one more of the same
		return retry("connection.refused")
	case c.Problem == messaging.Certificate:
		return retry("connection.certificate")
	case c.Problem == messaging.Clock:
		return retry("connection.clock")
	case c.Problem == messaging.Server:
		return retry("connection.server")
	case c.Problem == messaging.Replaced:
		return Trouble{i18n.T("connection.replaced"), i18n.T("connection.here"), Retry}
	case c.State == messaging.Connecting && c.Problem == messaging.None:
		return Trouble{Text: i18n.T("connection.connecting")}
	case c.State == messaging.Connecting:
		return Trouble{Text: i18n.T("connection.reconnecting")}
	}
	return retry("connection.offline")
}
