//go:build (darwin && !cgo) || (!linux && !freebsd && !openbsd && !netbsd && !dragonfly && !windows && !darwin)

package clipboard

import "context"

// ReadText fails with [ErrUnavailable].
func ReadText(context.Context, int) (string, error) { return "", ErrUnavailable }

// Read fails with [ErrUnavailable]: on macOS the system is reached through C.
func Read(context.Context, int) (Content, error) { return Content{}, ErrUnavailable }
