package messaging

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAnInstallationKeepsItsName(t *testing.T) {
	dir := t.TempDir()
	first := device(dir)
	if !deviceName.MatchString(first) {
		t.Errorf("%q", first)
	}
	same(t, "after a start", device(dir), first)
	if other := device(t.TempDir()); other == first {
		t.Errorf("two installations are called %s", other)
	}
	for name, text := range map[string]string{"empty": "", "of somebody else": "discussions-<x/>", "long": strings.Repeat("a", 5000)} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, "device")
			check(t, os.WriteFile(path, []byte(text), 0o600))
			same(t, "valid and kept", device(dir), device(dir))
			if !deviceName.MatchString(device(dir)) {
				t.Error(device(dir))
			}
		})
	}
	if lost := device(filepath.Join(dir, "absent")); !deviceName.MatchString(lost) {
		t.Errorf("where nothing can be written: %q", lost)
	}
}
