//go:build (darwin && !cgo) || (!linux && !windows && !darwin)

package notify

// Notifier shows nothing: on macOS the notification centre needs C.
type Notifier struct{}

// New returns a Notifier that shows nothing.
func New(Options) *Notifier { return &Notifier{} }

// Show fails with [ErrUnavailable].
func (*Notifier) Show(Notification) error { return ErrUnavailable }

// Withdraw does nothing.
func (*Notifier) Withdraw(string) {}

// WithdrawAll does nothing.
func (*Notifier) WithdrawAll() {}

// WithdrawLeft does nothing.
func (*Notifier) WithdrawLeft() {}

// Close does nothing.
func (*Notifier) Close() {}
