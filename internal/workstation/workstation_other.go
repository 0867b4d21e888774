//go:build (darwin && !cgo) || (!linux && !windows && !darwin)

package workstation

import "log/slog"

// Watcher reports nothing here: on macOS the system is reached through C.
type Watcher struct{ reporter }

// Watch fails with [ErrUnavailable].
func Watch(*slog.Logger, func(Event)) (*Watcher, error) { return nil, ErrUnavailable }

// Close does nothing.
func (w *Watcher) Close() { w.stop() }
