package settings

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

const autostartName = "org.spico.discussions"

// readAutostart reads the property list of the agent. Whether it was switched off in the system's settings cannot be read.
func readAutostart() (e autostartEntry, found bool) {
	if !autostartApp(nil).IsEnabled() {
		return e, false
	}
	f, err := os.Open(filepath.Join(os.Getenv("HOME"), "Library", "LaunchAgents", autostartName+".plist")) // as go-autostart
	if err != nil {
		return e, false
	}
	defer f.Close()
	return autostartEntry{program: agentProgram(io.LimitReader(f, 64<<10))}, true
}

func enableAutostart(quoted []string) error { return autostartApp(quoted).Enable() }

func disableAutostart() error {
	app := autostartApp(nil)
	if !app.IsEnabled() { // Disable would fail
		return nil
	}
	return app.Disable()
}

// quoteExec escapes the arguments for the property list, because the library does not.
func quoteExec(exec []string) ([]string, error) {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	for i, arg := range exec {
		if !utf8.ValidString(arg) || strings.ContainsFunc(arg, unicode.IsControl) {
			return nil, fmt.Errorf("%q cannot be written in a property list", arg)
		}
		exec[i] = escape.Replace(arg)
	}
	return exec, nil
}
