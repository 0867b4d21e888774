//go:build !windows && !darwin

package settings

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"discussions/internal/atomicfile"
)

const (
	autostartName = "discussions"
	maxEntry      = 64 << 10 // bytes of a desktop entry
)

// autostartFiles are the places of the entry, the user's own first: the Desktop Application Autostart Specification 0.5.
func autostartFiles() (own string, system []string) {
	config := os.Getenv("XDG_CONFIG_HOME")
	if config == "" {
		config = filepath.Join(os.Getenv("HOME"), ".config")
	}
	all := os.Getenv("XDG_CONFIG_DIRS")
	if all == "" {
		all = "/etc/xdg"
	}
	for _, dir := range filepath.SplitList(all) {
		system = append(system, autostartFile(dir))
	}
	return autostartFile(config), system
}

func autostartFile(dir string) string {
	return filepath.Join(dir, "autostart", autostartName+".desktop")
}

// readAutostart reads the entry that counts: the first that is there.
func readAutostart() (e autostartEntry, found bool) {
	own, system := autostartFiles()
	for _, path := range append([]string{own}, system...) {
		text, err := readSome(path, maxEntry)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return parseEntry(text), err == nil
	}
	return e, false
}

func enableAutostart(quoted []string) error {
	own, _ := autostartFiles()
	return writeEntry(own, "Exec="+strings.Join(quoted, " ")+"\nIcon=org.spico.discussions\nX-GNOME-Autostart-enabled=true\n")
}

func writeEntry(path, rest string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return atomicfile.Write(path, []byte("[Desktop Entry]\nType=Application\nName=Discussions\n"+rest))
}

// disableAutostart removes the user's entry. Where the computer has one for everybody, the user's own hides it.
func disableAutostart() error {
	own, system := autostartFiles()
	for _, path := range system {
		if _, err := os.Stat(path); err == nil {
			return writeEntry(own, "Hidden=true\n")
		}
	}
	if err := os.Remove(own); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func readSome(path string, limit int64) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit))
	return string(data), err
}

// parseEntry reads a desktop entry: the Desktop Entry Specification 1.5. Desktops switch an entry off with Hidden or with a key of
// their own.
func parseEntry(text string) (e autostartEntry) {
	e.off = true // without Exec
	inEntry, off := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			inEntry = line == "[Desktop Entry]"
			continue
		}
		key, value, _ := strings.Cut(line, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch {
		case !inEntry:
		case key == "Exec":
			e.program, e.off = execProgram(value), false
			e.shows = !strings.Contains(value, "--hidden")
		case key == "Hidden" && value == "true",
			strings.HasPrefix(key, "X-") && strings.HasSuffix(key, "-Autostart-enabled") && value == "false":
			off = true
		case key == "TryExec":
			if _, err := exec.LookPath(unescape(value)); err != nil {
				off = true
			}
		}
	}
	e.off = e.off || off || e.program == ""
	return e
}

// execProgram returns the first word of an Exec value, without its escapes and quotes.
func execProgram(value string) string {
	value = unescape(value)
	var word strings.Builder
	quoted := strings.HasPrefix(value, `"`)
	value = strings.TrimPrefix(value, `"`)
	for i := 0; i < len(value); i++ {
		c := value[i]
		switch {
		case quoted && c == '"', !quoted && (c == ' ' || c == '\t'):
			return strings.ReplaceAll(word.String(), "%%", "%")
		case quoted && c == '\\' && i+1 < len(value):
			i++
			c = value[i]
		}
		word.WriteByte(c)
	}
	return strings.ReplaceAll(word.String(), "%%", "%")
}

// unescape replaces the escapes of a string value.
func unescape(value string) string {
	return strings.NewReplacer(`\\`, `\`, `\s`, " ", `\n`, "\n", `\t`, "\t", `\r`, "\r").Replace(value)
}

// quoteExec quotes the arguments for the Exec line of a desktop entry: %, $, ` and \ are escaped there, and backslashes once more,
// as in every text of an entry.
func quoteExec(exec []string) ([]string, error) {
	escape := strings.NewReplacer(`\`, `\\\\`, "`", "\\\\`", `$`, `\\$`, `%`, `%%`)
	for i, arg := range exec {
		if !utf8.ValidString(arg) || strings.ContainsFunc(arg, func(r rune) bool { return r == '"' || !unicode.IsPrint(r) }) {
			return nil, fmt.Errorf("%q cannot be written in a desktop entry", arg)
		}
		exec[i] = `"` + escape.Replace(arg) + `"`
	}
	return exec, nil
}
