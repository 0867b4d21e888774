//go:build !linux && !freebsd && !netbsd && !openbsd && !dragonfly

package account

import "context"

// keyringState returns nil: on Windows and macOS every session has a keyring.
func keyringState(context.Context) error { return nil }
