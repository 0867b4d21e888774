package atomicfile_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"discussions/internal/atomicfile"
)

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestWriteReplacesTheWholeFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := os.WriteFile(path, []byte("a longer text that was there before"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"short", "", "something else"} {
		if err := atomicfile.Write(path, []byte(want)); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != want {
			t.Fatalf("got %q, %v, want %q", got, err, want)
		}
	}
	if got := names(t, dir); len(got) != 1 {
		t.Errorf("left in the folder: %q", got)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %o, want 600", info.Mode().Perm())
	}
}

func TestAFailedWriteLeavesTheFolderAsItWas(t *testing.T) {
	dir := t.TempDir()
	// A folder that is not empty cannot be renamed over.
	path := filepath.Join(dir, "target")
	if err := os.MkdirAll(filepath.Join(path, "inside"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(path, []byte("x")); err == nil {
		t.Fatal("writing over a folder succeeded")
	}
	if got := names(t, dir); len(got) != 1 || got[0] != "target" {
		t.Errorf("left in the folder: %q", got)
	}
	if err := atomicfile.Write(filepath.Join(dir, "absent", "file"), nil); err == nil {
		t.Fatal("writing into an absent folder succeeded")
	}
}

func TestWritersAtTheSameTimeNeverMix(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	contents := make([][]byte, 8)
	var wg sync.WaitGroup
	for i := range contents {
		contents[i] = bytes.Repeat([]byte(fmt.Sprint(i)), 10_000+i)
		wg.Go(func() {
			if err := atomicfile.Write(path, contents[i]); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range contents {
		if bytes.Equal(got, c) {
			return
		}
	}
	t.Errorf("the file holds a mixture of %d bytes", len(got))
}

func TestSweepRemovesOnlyItsOwnLeftovers(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "vault")
	for _, name := range []string{".vault.123.tmp", ".vault.456.tmp", ".other.1.tmp", "vault", "vault.tmp"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := atomicfile.Sweep(path); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(names(t, dir)), "[.other.1.tmp vault vault.tmp]"; got != want {
		t.Errorf("left %s, want %s", got, want)
	}
}
