//go:build !windows && !darwin

package settings

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// awkward is a command whose program is in that folder.
func awkward(dir string) []string {
	return []string{filepath.Join(dir, "Messagerie de santé", "dis%cus$ions"), "--data", `/home/a\b/$HOME/` + "`id`", "", "--lang=fr", "--hidden"}
}

func makeProgram(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, []byte("#!/bin/sh\n"), 0o700)
}

func tryAutostart(dir string) error {
	entry := filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "autostart", "discussions.desktop")
	if OpensAtLogin() {
		return fmt.Errorf("on before it was turned on")
	}
	if err := SetOpensAtLogin(false, nil); err != nil {
		return fmt.Errorf("off while it is off: %w", err)
	}
	awkward := awkward(dir)
	if err := makeProgram(awkward[0]); err != nil {
		return err
	}
	given := slices.Clone(awkward)
	for range 2 { // a second time must not quote twice
		if err := SetOpensAtLogin(true, given); err != nil {
			return err
		}
	}
	if !slices.Equal(given, awkward) {
		return fmt.Errorf("the arguments of the caller became %q", given)
	}
	if !OpensAtLogin() {
		return fmt.Errorf("not on")
	}
	data, err := os.ReadFile(entry)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(data)) {
		if value, found := strings.CutPrefix(line, "Exec="); found {
			if got, err := unquoteExec(strings.TrimSpace(value)); err != nil || !slices.Equal(got, awkward) {
				return fmt.Errorf("%s starts %q, %v", line, got, err)
			}
		}
	}
	for _, bad := range [][]string{nil, {"/opt/a\"b"}, {"/opt/a\nb"}, {"/opt/\xff"}} {
		if err := SetOpensAtLogin(true, bad); err == nil {
			return fmt.Errorf("%q was taken", bad)
		}
	}
	first := strings.ReplaceAll(string(data), "--hidden", "--first")
	if err := os.WriteFile(entry, []byte(first), 0o600); err != nil {
		return err
	}
	if repaired, err := RepairOpensAtLogin(awkward); !repaired || err != nil || parseEntryAt(entry).shows {
		return fmt.Errorf("an entry of the first version, with a window, stays: %v, %v", repaired, err)
	}
	if err := tryMove(entry, dir, awkward); err != nil {
		return err
	}
	if err := SetOpensAtLogin(false, nil); err != nil {
		return err
	}
	if _, err := os.Stat(entry); err == nil || OpensAtLogin() {
		return fmt.Errorf("still on")
	}
	if repaired, err := RepairOpensAtLogin(awkward); repaired || err != nil || OpensAtLogin() {
		return fmt.Errorf("turned on by the repair: %v, %v", repaired, err)
	}
	return nil
}

// tryMove moves the program, and switches the entry off as desktops do.
func tryMove(entry, dir string, before []string) error {
	after := awkward(filepath.Join(dir, "moved"))
	if repaired, err := RepairOpensAtLogin(after); repaired || err != nil {
		return fmt.Errorf("repaired although the program is there: %v, %v", repaired, err)
	}
	if err := makeProgram(after[0]); err != nil {
		return err
	}
	if err := os.Remove(before[0]); err != nil {
		return err
	}
	if OpensAtLogin() {
		return fmt.Errorf("on, with a program that has moved")
	}
	if repaired, err := RepairOpensAtLogin(nil); repaired || err == nil {
		return fmt.Errorf("repaired without a program: %v, %v", repaired, err)
	}
	if repaired, err := RepairOpensAtLogin(after); !repaired || err != nil || !OpensAtLogin() {
		return fmt.Errorf("not repaired: %v, %v", repaired, err)
	}
	data, err := os.ReadFile(entry)
	if err != nil {
		return err
	}
	if e := parseEntry(string(data)); e.program != after[0] {
		return fmt.Errorf("repaired to %q", e.program)
	}

	off := strings.ReplaceAll(string(data), "Autostart-enabled=true", "Autostart-enabled=false")
	off = strings.ReplaceAll(off, "moved", "gone")
	if err := os.WriteFile(entry, []byte(off), 0o600); err != nil {
		return err
	}
	if repaired, err := RepairOpensAtLogin(after); repaired || err != nil || OpensAtLogin() {
		return fmt.Errorf("an entry that is switched off was repaired: %v, %v", repaired, err)
	}
	if err := SetOpensAtLogin(true, after); err != nil || !OpensAtLogin() {
		return fmt.Errorf("not switched on again: %w", err)
	}
	return nil
}

func parseEntryAt(path string) autostartEntry {
	data, _ := os.ReadFile(path)
	return parseEntry(string(data))
}

// unquoteExec parses an Exec value as in the Desktop Entry Specification: first the escapes of a string, then the quoting of
// arguments, then the field codes.
func unquoteExec(value string) ([]string, error) {
	var text strings.Builder
	for i := 0; i < len(value); i++ {
		if value[i] == '\\' {
			i++
			if i == len(value) || !strings.ContainsRune(`sntr\`, rune(value[i])) {
				return nil, fmt.Errorf("bad escape in %s", value)
			}
			text.WriteString(map[byte]string{'s': " ", 'n': "\n", 't': "\t", 'r': "\r", '\\': `\`}[value[i]])
			continue
		}
		text.WriteByte(value[i])
	}
	var args []string
	rest := text.String()
	for rest != "" {
		if rest[0] != '"' {
			return nil, fmt.Errorf("not quoted: %s", rest)
		}
		var arg strings.Builder
		i := 1
		for ; i < len(rest) && rest[i] != '"'; i++ {
			switch {
			case rest[i] == '\\' && strings.ContainsRune("\"`$\\", rune(rest[i+1])):
				i++
			case strings.ContainsRune("`$\\", rune(rest[i])):
				return nil, fmt.Errorf("not escaped: %s", rest[i:])
			}
			arg.WriteByte(rest[i])
		}
		args = append(args, strings.ReplaceAll(arg.String(), "%%", "%"))
		rest = strings.TrimPrefix(rest[i+1:], " ")
	}
	return args, nil
}

func TestOpeningAtLoginIsTurnedOnAndOff(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("XDG_CONFIG_DIRS", t.TempDir())
	if err := tryAutostart(t.TempDir()); err != nil {
		t.Error(err)
	}
}

func TestOpeningAtLoginIsWhatTheDesktopDoes(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "Mes programmes", "discussions")
	plain := filepath.Join(dir, "discussions")
	for _, path := range []string{there, plain} {
		if err := makeProgram(path); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "text"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	const head = "[Desktop Entry]\nType=Application\nName=Discussions\n"
	for _, c := range []struct {
		name, own, system string // "": no entry
		want              bool
	}{
		{name: "none"},
		{name: "on", own: head + `Exec="` + there + `" --lang fr`, want: true},
		{name: "on, without quotes", own: head + "Exec=" + plain + " --lang fr", want: true},
		{name: "on, found in the PATH", own: head + "Exec=discussions", want: true},
		{name: "on, edited with spaces and comments", own: "# mine\r\n[Desktop Entry]\r\n# Hidden=true\r\nExec = " + plain + "\r\nX-GNOME-Autostart-enabled = true\r\n", want: true},
		{name: "on, beside another group", own: head + "Exec=" + plain + "\n[Desktop Action x]\nHidden=true\nExec=/gone", want: true},
		{name: "moved", own: head + `Exec="` + dir + `/gone/discussions"`},
		{name: "a path with spaces that nobody quoted", own: head + "Exec=" + there},
		{name: "a folder", own: head + "Exec=" + dir},
		{name: "no program", own: head + "Exec=" + dir + "/text"},
		{name: "without Exec", own: head},
		{name: "an empty Exec", own: head + "Exec=\n"},
		{name: "a quote that never ends", own: head + `Exec="` + plain + `\`},
		{name: "an empty file", own: "\n"},
		{name: "hidden", own: head + "Hidden=true\nExec=" + plain},
		{name: "hidden, last line", own: head + "Exec=" + plain + "\nHidden=true"},
		{name: "off in GNOME", own: head + "Exec=" + plain + "\nX-GNOME-Autostart-enabled=false\n"},
		{name: "off in MATE", own: head + "Exec=" + plain + "\nX-MATE-Autostart-enabled=false\n"},
		{name: "TryExec is not there", own: head + "Exec=" + plain + "\nTryExec=" + dir + "/gone\n"},
		{name: "TryExec is there", own: head + "Exec=" + plain + "\nTryExec=discussions\n", want: true},
		{name: "for everybody", system: head + "Exec=" + plain, want: true},
		{name: "for everybody, hidden by the user", own: head + "Hidden=true", system: head + "Exec=" + plain},
		{name: "for everybody, moved; the user's own is there", own: head + "Exec=" + plain, system: head + "Exec=/gone", want: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			own, system := t.TempDir(), t.TempDir()
			t.Setenv("XDG_CONFIG_HOME", own)
			t.Setenv("XDG_CONFIG_DIRS", t.TempDir()+":"+system)
			for dir, text := range map[string]string{own: c.own, system: c.system} {
				if text == "" {
					continue
				}
				file := autostartFile(dir)
				if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if got := OpensAtLogin(); got != c.want {
				t.Errorf("opens at login: %v", got)
			}
			for range 2 {
				if err := SetOpensAtLogin(false, nil); err != nil || OpensAtLogin() {
					t.Errorf("not turned off: %v", err)
				}
			}
			if text, _ := os.ReadFile(autostartFile(system)); string(text) != c.system {
				t.Error("the entry for everybody was changed")
			}
		})
	}
}

func FuzzDesktopEntry(f *testing.F) {
	f.Add("[Desktop Entry]\nExec=\"/opt/a b\" %U\nHidden=true\n")
	f.Add("[Desktop Entry]\nExec=\"\\\\")
	f.Fuzz(func(t *testing.T, text string) {
		if e := parseEntry(text); e.program == "" && !e.off {
			t.Errorf("%q starts nothing, and is on", text)
		}
	})
}
