package ui

import (
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

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

// TestACopyThatIsHeldOpenGoesAsSoonAsItCan: as long as another program holds a file open, Windows does not delete it.
func TestACopyThatIsHeldOpenGoesAsSoonAsItCan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
		o := newOpenedFiles("/profile", func(*url.URL) error { return nil })
		var held atomic.Pointer[string]
		o.remove = func(path string) error {
			if h := held.Load(); h != nil && strings.HasPrefix(*h, path) {
				return errors.New("in use")
			}
			return os.RemoveAll(path)
		}
		write := func(w io.Writer) error { _, err := io.WriteString(w, "x"); return err }
		copies := func(owner string) int {
			list, _ := filepath.Glob(filepath.Join(o.dir, owner, "*"))
			return len(list)
		}
		if err := o.show("claire", "a.docx", write); err != nil {
			t.Fatal(err)
		}
		first := filepath.Join(o.dir, "claire", "1")
		held.Store(&first)
		o.clear("claire")
		time.Sleep(time.Hour)
		if copies("claire") != 1 {
			t.Error("it is not held")
		}
		if err := o.show("claire", "b.docx", write); err != nil { // she is back
			t.Fatal(err)
		}
		held.Store(nil)
		time.Sleep(againEvery)
		synctest.Wait()
		if copies("claire") != 1 {
			t.Errorf("%d copies: the old one goes, the new one stays", copies("claire"))
		}
		o.close()
		if copies("claire") != 0 {
			t.Error("a copy is left at the end")
		}
	})
}
