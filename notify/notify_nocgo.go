//go:build (darwin && !cgo) || (!linux && !windows && !darwin)

package notify

import "log/slog"

// Notifier shows nothing: on macOS the notification centre needs C.
type Notifier struct{}

// New returns a Notifier that shows nothing.
func New(string, *slog.Logger, func(id string)) *Notifier { return &Notifier{} }

// Show fails with [ErrUnavailable].
func (*Notifier) Show(Notification) error { return ErrUnavailable }

// Withdraw does nothing.
func (*Notifier) Withdraw(string) {}

// WithdrawAll does nothing.
func (*Notifier) WithdrawAll() {}

// Close does nothing.
func (*Notifier) Close() {}
