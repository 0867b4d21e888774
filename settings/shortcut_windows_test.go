//go:build cgo

package settings

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/emersion/go-autostart"
)

// TestAShortcutTellsItsProgram runs where tests are built with C.
func TestAShortcutTellsItsProgram(t *testing.T) {
	const name = "Discussions test"
	here := filepath.Join(t.TempDir(), "Discussions de santé.exe")
	if err := os.WriteFile(here, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		program, arguments string
		moved, shows       bool
	}{
		{here, "--hidden", false, false},
		{here, "", false, true},
		{`C:\Program Files\Discussions\gone.exe`, "--hidden", true, false},
	} {
		app := autostart.App{Name: name, Exec: []string{c.program, c.arguments}}
		if err := app.Enable(); err != nil {
			t.Fatal(err)
		}
		e := readEntry(name + ".lnk")
		if e.program != c.program || e.moved() != c.moved || e.shows != c.shows || e.off {
			t.Errorf("%+v, moved %v; want %+v", e, e.moved(), c)
		}
		if err := app.Disable(); err != nil {
			t.Error(err)
		}
	}
	if e := readEntry(name + ".lnk"); e.moved() || e.shows { // nothing is known of it, so nothing is repaired
		t.Errorf("without a shortcut: %+v", e)
	}
}
