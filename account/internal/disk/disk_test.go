package disk

import (
	"errors"
	"io/fs"
	"path/filepath"
	"testing"

	"discussions/internal/privatedir"
)

func TestALockIsHeldByOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(path); !errors.Is(err, ErrHeld) {
		t.Errorf("a second lock: %v", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	unlock, err = Lock(path)
	if err != nil {
		t.Fatalf("after the first: %v", err)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
	if _, err := Lock(filepath.Join(path, "below a file")); err == nil || errors.Is(err, ErrHeld) {
		t.Errorf("nowhere: %v", err)
	}
}

func TestWhatIsWrittenIsForThisUserOnly(t *testing.T) {
	var d OS
	dir := filepath.Join(t.TempDir(), "a", "b")
	if err := d.MkdirAll(dir); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "file")
	for _, text := range []string{"one", "two"} {
		if err := d.Write(file, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := d.ReadFile(file); err != nil || string(got) != text {
			t.Errorf("%q, %v", got, err)
		}
	}
	for _, path := range []string{dir, file} {
		if private, err := privatedir.IsPrivate(path); err != nil || !private {
			t.Errorf("%s is private: %v, %v", path, private, err)
		}
	}
	if entries, err := d.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
	if err := errors.Join(d.Remove(file), d.RemoveAll(dir)); err != nil {
		t.Error(err)
	}
	if err := d.Remove(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("twice: %v", err)
	}
}
