//go:build windows && !cgo

package settings

import "errors"

// OpensAtLogin is false: the library that writes the shortcut needs C, as the windows of the program do.
func OpensAtLogin() bool { return false }

// SetOpensAtLogin fails when it is asked to turn on.
func SetOpensAtLogin(on bool, _ []string) error {
	if on {
		return errors.New("open at login: this program was built without C")
	}
	return nil
}
