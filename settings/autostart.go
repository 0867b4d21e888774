//go:build !windows || cgo

package settings

import (
	"fmt"
	"slices"

	"github.com/emersion/go-autostart"
)

// OpensAtLogin reports whether the program starts when the user logs in to this computer.
func OpensAtLogin() bool { return autostartApp(nil).IsEnabled() }

// SetOpensAtLogin turns starting at login on or off. exec is the program's absolute path and its arguments, needed only to
// turn it on. Do not call it on the UI goroutine: it waits for the disk and, on Windows, initialises COM on its thread.
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

// autostartApp returns a new App each time, because Enable changes its Exec.
func autostartApp(exec []string) *autostart.App {
	return &autostart.App{Name: autostartName, DisplayName: "Discussions", Icon: "discussions", Exec: exec}
}
