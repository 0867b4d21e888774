//go:build unix

// On Windows the folder for temporary files is the user's own, and few may make links.

package ui

import (
	"io"
	"net/url"
	"os"
	"testing"
)

func TestAPlantedLinkIsNotFollowed(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	o := newOpenedFiles("/profile", func(*url.URL) error { return nil })
	elsewhere := t.TempDir()
	if err := os.Symlink(elsewhere, o.dir); err != nil {
		t.Fatal(err)
	}
	if err := o.show("claire", "a.pdf", func(w io.Writer) error { return nil }); err == nil {
		t.Error("a file is opened")
	}
	if list, _ := os.ReadDir(elsewhere); len(list) > 0 {
		t.Errorf("%v", list)
	}
}
