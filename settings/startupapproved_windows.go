package settings

import (
	"errors"

	"golang.org/x/sys/windows/registry"
)

// startupApproved is where Windows notes which shortcuts of the Startup folder were switched off, in its settings or in the Task
// Manager. A value is named after the shortcut. Microsoft documents it nowhere: the lowest bit of the first byte means off.
const startupApproved = `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\StartupFolder`

// switchedOff reports whether a shortcut was switched off. Without a note it was not.
func switchedOff(shortcut string) bool {
	k, err := registry.OpenKey(registry.CURRENT_USER, startupApproved, registry.QUERY_VALUE)
	if err != nil {
		return false
	}
	defer k.Close()
	note, _, err := k.GetBinaryValue(shortcut)
	return err == nil && len(note) > 0 && note[0]&1 != 0
}

// forgetSwitchedOff removes the note.
func forgetSwitchedOff(shortcut string) error {
	k, err := registry.OpenKey(registry.CURRENT_USER, startupApproved, registry.SET_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer k.Close()
	if err := k.DeleteValue(shortcut); err != nil && !errors.Is(err, registry.ErrNotExist) {
		return err
	}
	return nil
}
