package ui

import (
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"discussions/internal/privatedir"
)

func TestCopiesThatWereOpenedGoWithTheAccount(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	var opened []string
	open := func(u *url.URL) error {
		path := filepath.FromSlash(u.Path)
		if onDrive := path[1:]; filepath.VolumeName(onDrive) != "" { // of Windows
			path = onDrive
		}
		opened = append(opened, path)
		return nil
	}
	o := newOpenedFiles("/profile", open)
	write := func(text string) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
	}
	for _, account := range []string{"claire", "claire", "paul"} {
		if err := o.show(account, "ordonnance œil.pdf", write(account)); err != nil {
			t.Fatal(err)
		}
	}
	text := func(i int) string { b, _ := os.ReadFile(opened[i]); return string(b) }
	if text(0) != "claire" || text(1) != "claire" || text(2) != "paul" || opened[0] == opened[1] {
		t.Errorf("%q", opened)
	}
	if private, err := privatedir.IsPrivate(o.dir); !private || err != nil {
		t.Errorf("the folder is private: %v, %v", private, err)
	}
	o.clear("claire")
	if text(0) != "" || text(2) != "paul" {
		t.Error("the copies of one account go, those of the other stay")
	}
	newOpenedFiles("/profile", open) // after a crash
	if text(2) != "" {
		t.Error("what a crash left stays")
	}

	broken := errors.New("locked meanwhile")
	err := o.show("claire", "a.pdf", func(w io.Writer) error { _, _ = w.Write([]byte("half")); return broken })
	if !errors.Is(err, broken) || len(opened) != 3 {
		t.Errorf("half a file is opened: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(o.dir, "claire", "*", "*")); len(left) > 0 {
		t.Errorf("half a file is left: %q", left)
	}
	if err := newOpenedFiles("", open).show("claire", "a.pdf", write("x")); err == nil {
		t.Error("without a profile there is a folder")
	}
}
