//go:build linux || freebsd || openbsd || netbsd

package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheTableOfComposedLettersIsKept(t *testing.T) {
	caches := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", caches)
	t.Setenv("XCOMPOSECACHE", "") // restored at the end
	for _, chosen := range []string{"", "/home/claire/compose"} {
		want := chosen
		if chosen == "" {
			_ = os.Unsetenv("XCOMPOSECACHE")
			want = filepath.Join(caches, "discussions", "compose")
		} else {
			t.Setenv("XCOMPOSECACHE", chosen)
		}
		keepComposedLetters()
		if got := os.Getenv("XCOMPOSECACHE"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if i, err := os.Stat(filepath.Join(caches, "discussions", "compose")); err != nil || i.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", i, err)
	}
}
