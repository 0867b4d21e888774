//go:build !windows || cgo

package settings

import (
	"fmt"
	"os/exec"
	"slices"
)

// autostartEntry is what the operating system knows of starting the program at login.
type autostartEntry struct {
	program string // its path, or its name; "": not known
	off     bool   // switched off in the system's own settings
	shows   bool   // it starts the program with a window, as the first version of this program wrote it
}

// moved reports whether the program is not where the entry says.
func (e autostartEntry) moved() bool {
	if e.program == "" {
		return false
	}
	_, err := exec.LookPath(e.program)
	return err != nil
}

// OpensAtLogin reports whether the program starts when the user logs in to this computer. It does not where the entry was switched
// off in the system's own settings, or names a program that is not there.
func OpensAtLogin() bool {
	e, found := readAutostart()
	return found && !e.off && !e.moved()
}

// SetOpensAtLogin turns starting at login on or off. command is the program's absolute path and its arguments, needed only to
// turn it on. Do not call it on the UI goroutine: it waits for the disk and, on Windows, initialises COM on its thread.
func SetOpensAtLogin(on bool, command []string) error {
	if !on {
		if err := disableAutostart(); err != nil {
			return fmt.Errorf("stop opening at login: %w", err)
		}
		return nil
	}
	if len(command) == 0 {
		return fmt.Errorf("open at login: no program is named")
	}
	quoted, err := quoteExec(slices.Clone(command))
	if err != nil {
		return fmt.Errorf("open at login: %w", err)
	}
	if err := enableAutostart(quoted); err != nil {
		return fmt.Errorf("open at login: %w", err)
	}
	return nil
}

// RepairOpensAtLogin makes the computer start this program at login, if the entry names a program that has moved, or starts
// this one with a window. It reports whether it did. For command and the goroutine see [SetOpensAtLogin].
func RepairOpensAtLogin(command []string) (bool, error) {
	e, found := readAutostart()
	outdated := e.shows && len(command) > 0 && e.program == command[0]
	if !found || e.off || !e.moved() && !outdated {
		return false, nil
	}
	if err := SetOpensAtLogin(true, command); err != nil {
		return false, err
	}
	return true, nil
}
