//go:build (darwin && !cgo) || (!linux && !windows && !darwin)

package tray

import "log/slog"

// Tray shows nothing: on macOS it needs C.
type Tray struct{}

// New returns a Tray that shows nothing.
func New(Options, *slog.Logger) *Tray { return &Tray{} }

// Show does nothing.
func (*Tray) Show(State) {}

// Hosted reports false.
func (*Tray) Hosted() bool { return false }

// Close does nothing.
func (*Tray) Close() {}
