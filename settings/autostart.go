//go:build !windows || cgo

package settings

import (
	"fmt"
	"slices"

	"github.com/emersion/go-autostart"
)

// OpensAtLogin reports whether the program starts when the user logs in to this computer.
func OpensAtLogin() bool { return autostartApp(nil).IsEnabled() }

// SetOpensAtLogin makes the program start when the user logs in, or no longer. exec is the program's absolute path and its
// arguments; it is not needed for turning off. It waits for the disk, and on Windows prepares its thread for COM, so it is
// not for the goroutine of the windows.
func SetOpensAtLogin(on bool, exec []string) error {
	if !on {
		app := autostartApp(nil)
		if !app.IsEnabled() { // Disable would fail
			return nil
		}
		if err := app.Disable(); err != nil {
			return fmt.Errorf("stop opening at login: %w", err)
		}
		return nil
	}
	if len(exec) == 0 {
		return fmt.Errorf("open at login: no program is named")
	}
	quoted, err := quoteExec(slices.Clone(exec))
	if err != nil {
		return fmt.Errorf("open at login: %w", err)
	}
	if err := autostartApp(quoted).Enable(); err != nil {
		return fmt.Errorf("open at login: %w", err)
	}
	return nil
}

// autostartApp makes a fresh one for each call: Enable changes the Exec that it is given.
func autostartApp(exec []string) *autostart.App {
	return &autostart.App{Name: autostartName, DisplayName: "Discussions", Icon: "discussions", Exec: exec}
}
