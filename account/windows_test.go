package account

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestThePlacesOfWindowsAreKeptSealed(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	if data, err := l.Windows(id); data != nil || err != nil {
		t.Errorf("at first: %q, %v", data, err)
	}
	places := []byte(`{"canari@chat.example.org":{"x":10}}`)
	must(t, l.SaveWindows(id, places))
	file := filepath.Join(l.dir, accountsName, id, windowsName)
	sealed, err := os.ReadFile(file)
	must(t, err)
	if bytes.Contains(sealed, []byte("canari")) {
		t.Error("the file names a conversation")
	}
	must(t, l.Lock(id))
	if _, err := l.Windows(id); !errors.Is(err, ErrState) {
		t.Errorf("read while locked: %v", err)
	}
	if err := l.SaveWindows(id, places); !errors.Is(err, ErrState) {
		t.Errorf("written while locked: %v", err)
	}
	l.restart()
	must(t, l.unlock(id, code))
	if data, err := l.Windows(id); err != nil || !bytes.Equal(data, places) {
		t.Errorf("after the next start: %q, %v", data, err)
	}
	must(t, os.WriteFile(file, append(sealed, 0), 0o600))
	if data, err := l.Windows(id); data != nil || err != nil {
		t.Errorf("a damaged file: %q, %v", data, err)
	}
	if err := l.SaveWindows(id, make([]byte, maxWindows+1)); err == nil {
		t.Error("any length is kept")
	}
}
