//go:build cgo

package settings

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"

	"github.com/emersion/go-autostart"
	"golang.org/x/sys/windows"
)

const autostartName = "Discussions"

func readAutostart() (e autostartEntry, found bool) {
	if !autostartApp(nil).IsEnabled() {
		return e, false
	}
	return readEntry(autostartName + ".lnk"), true
}

// readEntry reads a shortcut of the folder where package autostart has it. Where it cannot be read, its program is not known.
func readEntry(shortcut string) autostartEntry {
	e := autostartEntry{off: switchedOff(shortcut)}
	folder := filepath.Join(os.Getenv("USERPROFILE"), "AppData", "Roaming", "Microsoft", "Windows", "Start Menu", "Programs", "Startup")
	if program, arguments, err := readShortcut(filepath.Join(folder, shortcut)); err == nil {
		e.program, e.shows = program, !strings.Contains(arguments, "--hidden")
	}
	return e
}

func enableAutostart(quoted []string) error {
	if err := autostartApp(quoted).Enable(); err != nil {
		return err
	}
	return forgetSwitchedOff(autostartName + ".lnk")
}

// autostartApp returns a new App each time, because Enable changes its Exec.
func autostartApp(exec []string) *autostart.App {
	return &autostart.App{Name: autostartName, Exec: exec}
}

func disableAutostart() error {
	app := autostartApp(nil)
	if !app.IsEnabled() { // Disable would fail
		return nil
	}
	return app.Disable()
}

// quoteExec quotes the arguments for a shortcut, because the library only joins them with spaces. It also checks their
// length: the library copies program and arguments into buffers of MAX_PATH characters without a check.
func quoteExec(exec []string) ([]string, error) {
	for i, arg := range exec {
		if strings.ContainsRune(arg, 0) {
			return nil, fmt.Errorf("%q cannot be written in a shortcut", arg)
		}
		if i > 0 {
			exec[i] = windows.EscapeArg(arg)
		}
	}
	for _, text := range []string{exec[0], strings.Join(exec[1:], " ")} {
		if len(utf16.Encode([]rune(text))) >= windows.MAX_PATH {
			return nil, fmt.Errorf("%q is too long for a shortcut", text)
		}
	}
	return exec, nil
}
