//go:build windows && !cgo

package settings

import "errors"

// OpensAtLogin is always false: the library that writes the shortcut needs cgo, like Fyne.
func OpensAtLogin() bool { return false }

// SetOpensAtLogin fails if on is true.
func SetOpensAtLogin(on bool, _ []string) error {
	if on {
		return errors.New("open at login: this program was built without C")
	}
	return nil
}

// RepairOpensAtLogin does nothing.
func RepairOpensAtLogin([]string) (bool, error) { return false, nil }
