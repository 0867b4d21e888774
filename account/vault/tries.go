package vault

import (
	"errors"
	"fmt"
	"time"
)

// MaxTries is how many wrong codes in a row erase the vault.
const MaxTries = 5

var (
	// ErrWrongCode is what a *[WrongCodeError] is.
	ErrWrongCode = errors.New("wrong code")
	// ErrWait is what a *[WaitError] is.
	ErrWait = errors.New("no code is accepted yet")
	// ErrErased says that the last try was wrong and the vault is gone.
	ErrErased = errors.New("too many wrong codes: erased")

	errWrongCode = errors.New("the seal does not open")
)

// WrongCodeError says how many tries are left, and until when no code is accepted (zero: no delay).
type WrongCodeError struct {
	Left int
	Wait time.Time
}

// Error implements error.
func (e *WrongCodeError) Error() string { return fmt.Sprintf("wrong code, %d tries left", e.Left) }

// Is matches [ErrWrongCode].
func (e *WrongCodeError) Is(target error) bool { return target == ErrWrongCode }

// WaitError says until when no code is accepted. It costs no try.
type WaitError struct{ Until time.Time }

// Error implements error.
func (e *WaitError) Error() string {
	return "no code is accepted before " + e.Until.Format(time.TimeOnly)
}

// Is matches [ErrWait].
func (e *WaitError) Is(target error) bool { return target == ErrWait }

// delay is how long no code is accepted after that many wrong ones.
func delay(tries int) time.Duration {
	switch tries {
	case 0, 1, 2:
		return 0
	case 3:
		return 30 * time.Second
	default:
		return 5 * time.Minute
	}
}

func waitAfter(tries int, now time.Time) time.Time {
	if d := delay(tries); d > 0 {
		return now.Add(d)
	}
	return time.Time{}
}

// capWait starts a delay again that ends later than it possibly can: the clock was wrong when it was written. It is never skipped.
func (r record) capWait(now time.Time) (record, bool) {
	if latest := now.Add(delay(r.tries)); r.notBefore.After(latest) {
		r.notBefore = latest
		return r, true
	}
	return r, false
}
