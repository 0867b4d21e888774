package profile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestAnOlderProgramLeavesANewerProfileAlone(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, name)
	steps := []struct {
		program string
		formats Formats
		newer   bool
	}{
		{"1.0.0", Formats{"messages": 3, "settings": 2}, false},
		{"1.1.0", Formats{"messages": 4, "settings": 2}, false},
		{"1.0.0", Formats{"messages": 3, "settings": 2}, true},
		{"1.1.1", Formats{"messages": 4, "settings": 2}, false},
		{"1.1.0", Formats{"messages": 4, "settings": 2}, false}, // an older program of the same formats
		{"1.2.0", Formats{"messages": 4, "settings": 2, "calls": 1}, false},
		{"1.1.0", Formats{"messages": 4, "settings": 2}, true}, // without calls
		{"2.0.0", Formats{"messages": 5, "settings": 1, "calls": 1}, true},
	}
	for i, s := range steps {
		before, _ := os.ReadFile(file)
		err := Claim(dir, s.program, s.formats)
		if errors.Is(err, ErrNewer) != s.newer || err != nil && !s.newer {
			t.Errorf("step %d, %s: %v", i, s.program, err)
		}
		if after, _ := os.ReadFile(file); s.newer && string(after) != string(before) {
			t.Errorf("step %d changes the mark to %s", i, after)
		}
	}
}

func TestADamagedMarkDoesNotKeepAnybodyOut(t *testing.T) {
	dir := t.TempDir()
	for _, damage := range []string{"", "{", `{"formats":3}`, string(make([]byte, max+1))} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Claim(dir, "1.0.0", Formats{"messages": 3}); err != nil {
			t.Errorf("%.10q: %v", damage, err)
		}
		if err := Claim(dir, "0.9.0", Formats{"messages": 2}); !errors.Is(err, ErrNewer) {
			t.Errorf("%.10q is not replaced: %v", damage, err)
		}
	}
}

func TestAMarkThatCannotBeWrittenIsAnError(t *testing.T) {
	if err := Claim(filepath.Join(t.TempDir(), "absent"), "1.0.0", Formats{"messages": 3}); err == nil || errors.Is(err, ErrNewer) {
		t.Error(err)
	}
}
