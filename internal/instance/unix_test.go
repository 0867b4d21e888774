//go:build !windows

package instance

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheSocketIsInAFolderThatNobodyElseEnters(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "run"), 0o777); err != nil { // as some careless copy may have left it
		t.Fatal(err)
	}
	claim(t, dir)
	info, err := os.Stat(filepath.Join(dir, "run"))
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v, want 0700", info.Mode(), err)
	}
	if info, err := os.Stat(filepath.Join(dir, "run", "socket")); err != nil || info.Mode().Type() != os.ModeSocket {
		t.Errorf("no socket there: %v", err)
	}
}

func TestAProfileWithALongPathHasItsSocketElsewhere(t *testing.T) {
	for _, runtime := range []string{t.TempDir(), ""} {
		t.Setenv("XDG_RUNTIME_DIR", runtime)
		dir := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
		_, got := claim(t, dir)
		path, err := socketPath(dir)
		if err != nil || len(path) > maxSocketPath {
			t.Fatalf("%q, %v", path, err)
		}
		if _, err := Acquire(dir, nil); !errors.Is(err, ErrRunning) {
			t.Errorf("got %v, want ErrRunning", err)
		}
		receive(t, got)
		t.Cleanup(func() { os.RemoveAll(filepath.Dir(path)) })
	}
}

func TestAFolderThatIsALinkIsNotUsed(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	if err := os.Symlink(elsewhere, filepath.Join(dir, "run")); err != nil {
		t.Fatal(err)
	}
	if _, err := Acquire(dir, nil); err == nil {
		t.Error("the link was followed")
	}
}

func TestTwoWaysToWriteAFolderMeet(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	claim(t, dir)
	if _, err := Acquire(link, nil); !errors.Is(err, ErrRunning) {
		t.Errorf("got %v, want ErrRunning", err)
	}
}
