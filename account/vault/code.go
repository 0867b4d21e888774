package vault

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"discussions/internal/secret"
)

var (
	// ErrForm says that a code is not four digits.
	ErrForm = errors.New("a code has four digits")
	// ErrWeakCode is what a *[WeakCodeError] is.
	ErrWeakCode = errors.New("the code is too easy to guess")
)

// Reason says why a code is too obvious.
type Reason int

// The reasons, the first that fits.
const (
	Repeat  Reason = iota + 1 // 0000
	Run                       // 1234, 8642, 7890
	Pattern                   // 1212, 1221
	Year                      // 1900 to 2039
	Keypad                    // 2580, 1397: a line or the corners of a telephone's keys
)

// String implements fmt.Stringer.
func (r Reason) String() string {
	names := [...]string{"none", "repeat", "run", "pattern", "year", "keypad"}
	if r < 0 || int(r) >= len(names) {
		return fmt.Sprintf("Reason(%d)", int(r))
	}
	return names[r]
}

// WeakCodeError refuses an obvious code. It does not carry the code.
type WeakCodeError struct{ Reason Reason }

// Error implements error.
func (e *WeakCodeError) Error() string { return ErrWeakCode.Error() + ": " + e.Reason.String() }

// Is matches [ErrWeakCode].
func (e *WeakCodeError) Is(target error) bool { return target == ErrWeakCode }

// CheckCode refuses with [ErrForm] what is not four digits, and with a *[WeakCodeError] the 360 codes that people guess
// first. Use it before asking for the code a second time.
func CheckCode(code secret.Text) (err error) {
	code.Use(func(c []byte) {
		if !fourDigits(c) {
			err = ErrForm
		} else if r := weakness(c); r != 0 {
			err = &WeakCodeError{Reason: r}
		}
	})
	return err
}

func wellFormed(code secret.Text) (ok bool) {
	code.Use(func(c []byte) { ok = fourDigits(c) })
	return ok
}

func fourDigits(c []byte) bool {
	return len(c) == 4 && !slices.ContainsFunc(c, func(b byte) bool { return b < '0' || b > '9' })
}

// weakness says why four digits are too obvious; 0: they are not.
func weakness(c []byte) Reason {
	number := 0
	for _, digit := range c {
		number = 10*number + int(digit-'0')
	}
	switch {
	case c[0] == c[1] && c[1] == c[2] && c[2] == c[3]:
		return Repeat
	case isRun(c, number):
		return Run
	case bytes.Equal(c[:2], c[2:]), c[0] == c[3] && c[1] == c[2]:
		return Pattern
	case number >= 1900 && number <= 2039:
		return Year
	case isKeypad(number):
		return Keypad
	}
	return 0
}

// isRun finds steps of one or two, up or down, and the row of a keyboard that ends in 0.
func isRun(c []byte, number int) bool {
	if number == 7890 || number == 987 {
		return true
	}
	step := int(c[1]) - int(c[0])
	if step < -2 || step > 2 || step == 0 {
		return false
	}
	return int(c[2])-int(c[1]) == step && int(c[3])-int(c[2]) == step
}

func isKeypad(number int) bool {
	switch number {
	case 2580, 852, // the only line of four keys
		1397, 3971, 9713, 7139, 1793, 7931, 9317, 3179: // round the corners
		return true
	}
	return false
}
