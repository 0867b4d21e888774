//go:build !windows && !darwin

package settings

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const autostartEnv = "DISCUSSIONS_TEST_AUTOSTART"

// The library reads the environment once at start, so the test runs itself again with a temporary folder.
func TestMain(m *testing.M) {
	if os.Getenv(autostartEnv) != "" {
		if err := tryAutostart(); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

var awkward = []string{"/opt/Messagerie de santé/dis%cussions", "--data", `/home/a\b/$HOME/` + "`id`", "", "--lang=fr"}

func tryAutostart() error {
	entry := filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "autostart", "discussions.desktop")
	if OpensAtLogin() {
		return fmt.Errorf("on before it was turned on")
	}
	if err := SetOpensAtLogin(false, nil); err != nil {
		return fmt.Errorf("off while it is off: %w", err)
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
	if err := SetOpensAtLogin(false, nil); err != nil {
		return err
	}
	if _, err := os.Stat(entry); err == nil || OpensAtLogin() {
		return fmt.Errorf("still on")
	}
	return nil
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
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), autostartEnv+"=1", "XDG_CONFIG_HOME="+t.TempDir())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
