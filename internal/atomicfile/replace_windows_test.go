package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/windows"
)

// two are files in one folder: what is written, and what it takes the place of.
func two(t *testing.T) (from, to string) {
	t.Helper()
	dir := t.TempDir()
	from, to = filepath.Join(dir, "new"), filepath.Join(dir, "old")
	for _, path := range []string{from, to} {
		if err := os.WriteFile(path, []byte(filepath.Base(path)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return from, to
}

// hold opens the file at path as scanners do: others may read it, not replace it.
func hold(t *testing.T, path string) (release func()) {
	t.Helper()
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		t.Fatal(err)
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ, windows.FILE_SHARE_READ, nil, windows.OPEN_EXISTING, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return func() { windows.CloseHandle(h) }
}

func TestAFileThatAScannerHoldsIsReplacedOnceItLetsGo(t *testing.T) {
	for _, which := range []string{"new", "old"} {
		t.Run(which, func(t *testing.T) {
			from, to := two(t)
			release := hold(t, filepath.Join(filepath.Dir(to), which))
			waited := 0
			err := replaceWith(func(time.Duration) {
				if waited++; waited == 3 {
					release()
				}
			}, from, to)
			if err != nil || waited != 3 {
				t.Fatalf("%v after %d pauses, want 3", err, waited)
			}
			if got, err := os.ReadFile(to); string(got) != "new" {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

func TestAFileThatIsNeverLetGoIsWaitedForWithinALimit(t *testing.T) {
	from, to := two(t)
	defer hold(t, to)()
	var waited time.Duration
	err := replaceWith(func(d time.Duration) { waited += d }, from, to)
	if !errors.Is(err, windows.ERROR_SHARING_VIOLATION) && !errors.Is(err, windows.ERROR_ACCESS_DENIED) {
		t.Errorf("got %v", err)
	}
	if waited < patience/2 || waited > patience {
		t.Errorf("waited %v of %v", waited, patience)
	}
	if got, err := os.ReadFile(to); string(got) != "old" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestWhatWillNeverBeReplacedIsNotWaitedFor(t *testing.T) {
	from, to := two(t)
	for name, c := range map[string]struct{ from, to string }{
		"a folder":          {from, filepath.Dir(to)},
		"nothing to rename": {from + "-absent", to},
	} {
		if err := replaceWith(func(time.Duration) { t.Errorf("%s: waited", name) }, c.from, c.to); err == nil {
			t.Errorf("%s: replaced", name)
		}
	}
}
