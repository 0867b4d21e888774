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

// Misses are wrong codes that somebody typed between two openings.
type Misses struct {
	Count int
	Since time.Time // the first of them
}

// counts is what the keyring's record says about wrong codes.
type counts struct {
	tries     int       // wrong codes since the last right one; the fifth erases
	first     time.Time // of these; zero: none, or unknown
	notBefore time.Time // no code is accepted before; zero: no delay

	guesses int       // wrong codes that still count after a right one
	decayed time.Time // since when guesses has this value
	misses  Misses    // the newest that their owner was told of
}

const (
	// guessLife is how long it takes until one guess is no longer counted.
	guessLife = 24 * time.Hour
	// slipTime is how soon a person who mistyped types the right code.
	slipTime = 30 * time.Second
	// maxSlips is how many wrong codes can be slips.
	maxSlips = 2

	maxGuesses = 255
)

// delay is how long no code is accepted after that many wrong ones in a row, or that many guesses.
func delay(n int) time.Duration {
	delays := [...]time.Duration{
		0, 0, 0, 30 * time.Second, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour,
	}
	return delays[min(n, len(delays)-1)]
}

func (c *counts) waitFrom(now time.Time) {
	c.notBefore = time.Time{}
	if d := delay(max(c.tries, c.guesses)); d > 0 {
		c.notBefore = now.Add(d)
	}
}

// decay takes back one guess for each guessLife that has passed. A clock that was set back takes none back.
func (c *counts) decay(now time.Time) {
	if c.guesses > 0 && now.After(c.decayed) {
		n := now.Sub(c.decayed) / guessLife
		c.guesses -= min(c.guesses, int(min(n, maxGuesses)))
		c.decayed = c.decayed.Add(n * guessLife)
	}
	if c.guesses == 0 || now.Before(c.decayed) {
		c.decayed = now
	}
}

// try counts a code that is about to be tried.
func (c *counts) try(now time.Time) {
	c.decay(now)
	if c.tries == 0 {
		c.first = now
	}
	c.tries++
	c.guesses = min(c.guesses+1, maxGuesses)
	c.waitFrom(now)
}

// right takes back the try of a right code, and those before it that were a slip of the same person. It returns the others,
// of which the owner should be told. They still count as guesses.
func (c *counts) right(now time.Time) Misses {
	c.guesses = max(c.guesses-1, 0)
	wrong := Misses{Count: c.tries - 1, Since: c.first}
	if since := now.Sub(c.first); wrong.Count <= maxSlips && since >= 0 && since <= slipTime {
		c.guesses = max(c.guesses-wrong.Count, 0)
		wrong = Misses{}
	}
	if wrong.Count > 0 {
		c.misses = wrong
	} else {
		wrong = Misses{}
	}
	c.tries, c.first, c.notBefore = 0, time.Time{}, time.Time{}
	return wrong
}

// capWait starts a delay again that ends later than it possibly can: the clock was wrong when it was written. It is never skipped.
func (c *counts) capWait(now time.Time) bool {
	if latest := now.Add(delay(max(c.tries, c.guesses))); c.notBefore.After(latest) {
		c.notBefore = latest
		return true
	}
	return false
}
