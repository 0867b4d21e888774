package store

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestLettersWaitSealedAndComeOnce(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	l := must[Letterbox](t)(s.Letterbox())
	check(t, s.Close())
	first, second := from(1), from(2)
	first.Body, first.StanzaID = canary, ""
	check(t, l.Put(first))
	check(t, l.Put(first))
	check(t, l.Put(second))
	path := filepath.Join(dir, letterFile)
	b, err := os.ReadFile(path)
	check(t, err)
	if bytes.Contains(b, []byte("Zéphyrine")) || bytes.Contains(b, []byte("sophie")) {
		t.Error("in clear")
	}
	check(t, os.WriteFile(path, append(b, 0, 0, 1, 0, 7), 0o600)) // a crash in the middle of a letter

	s = open(t, dir)
	if added := must[[]Added](t)(s.Collect()); len(added) != 3 || !added[0].New || added[1].New || !added[2].New {
		t.Errorf("added %+v", added)
	}
	if added := must[[]Added](t)(s.Collect()); len(added) != 0 {
		t.Errorf("added again: %+v", added)
	}
	if again := must[Letterbox](t)(s.Letterbox()); again != l {
		t.Error("another key")
	}
	if got := must[map[string]int](t)(s.Unread()); got[sophie] != 2 {
		t.Errorf("unread %v", got)
	}
}

// FuzzCollect has the letterbox read anything: it lies where others may write.
func FuzzCollect(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1, 2})
	f.Add([]byte{255, 255, 255, 255})
	s := open(f, f.TempDir())
	l := must[Letterbox](f)(s.Letterbox())
	check(f, l.Put(from(1)))
	b, err := os.ReadFile(l.path)
	check(f, err)
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		check(t, os.WriteFile(l.path, b, 0o600))
		_, err := s.Collect()
		check(t, err)
	})
}
