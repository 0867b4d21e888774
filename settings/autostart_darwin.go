package settings

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"discussions/internal/atomicfile"
)

const autostartName = "org.spico.discussions"

// readAutostart reads the property list of the agent. Whether it was switched off in the system's settings cannot be read.
func readAutostart() (e autostartEntry, found bool) {
	f, err := os.Open(agentFile())
	if errors.Is(err, fs.ErrNotExist) {
		return e, false
	}
	if err != nil {
		return e, false
	}
	defer f.Close()
	return autostartEntry{program: agentProgram(io.LimitReader(f, 64<<10))}, true
}

func agentFile() string {
	return filepath.Join(os.Getenv("HOME"), "Library", "LaunchAgents", autostartName+".plist")
}

func enableAutostart(command []string) error {
	if err := os.MkdirAll(filepath.Dir(agentFile()), 0o700); err != nil {
		return err
	}
	return atomicfile.Write(agentFile(), agentList(autostartName, command))
}

func disableAutostart() error {
	if err := os.Remove(agentFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// quoteExec refuses what a property list cannot hold.
func quoteExec(exec []string) ([]string, error) {
	for _, arg := range exec {
		if !utf8.ValidString(arg) || strings.ContainsFunc(arg, unicode.IsControl) {
			return nil, fmt.Errorf("%q cannot be written in a property list", arg)
		}
	}
	return exec, nil
}
