//go:build !linux && !freebsd && !netbsd && !openbsd && !dragonfly

package account

import "context"

// keyringState has nothing to say beforehand: Windows and macOS have a keyring in every session.
func keyringState(context.Context) error { return nil }
