package vault

import (
	"errors"
	"fmt"
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
func CheckCode(code string) error {
	if !wellFormed(code) {
		return ErrForm
	}
	if r := weakness(code); r != 0 {
		return &WeakCodeError{Reason: r}
	}
	return nil
}

func wellFormed(code string) bool {
	if len(code) != 4 {
		return false
	}
	for i := range len(code) {
		if code[i] < '0' || code[i] > '9' {
			return false
		}
	}
	return true
}

func weakness(c string) Reason {
	switch {
	case c[0] == c[1] && c[1] == c[2] && c[2] == c[3]:
		return Repeat
	case isRun(c):
		return Run
	case c[:2] == c[2:], c[0] == c[3] && c[1] == c[2]:
		return Pattern
	case c >= "1900" && c <= "2039":
		return Year
	case isKeypad(c):
		return Keypad
	}
	return 0
}

// isRun finds steps of one or two, up or down, and the row of a keyboard that ends in 0.
func isRun(c string) bool {
	if c == "7890" || c == "0987" {
		return true
	}
	step := int(c[1]) - int(c[0])
	if step < -2 || step > 2 || step == 0 {
		return false
	}
	return int(c[2])-int(c[1]) == step && int(c[3])-int(c[2]) == step
}

func isKeypad(c string) bool {
	switch c {
	case "2580", "0852", // the only line of four keys
		"1397", "3971", "9713", "7139", "1793", "7931", "9317", "3179": // round the corners
		return true
	}
	return false
}
