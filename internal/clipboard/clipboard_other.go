//go:build (darwin && !cgo) || (!linux && !freebsd && !openbsd && !netbsd && !dragonfly && !windows && !darwin)

package clipboard

import "context"

// Read fails with [ErrUnavailable]: on macOS the system is reached through C.
func Read(context.Context, int) (Content, error) { return Content{}, ErrUnavailable }
