package store

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"discussions/internal/secret"
)

const me, sophie, room = "claire@example.org", "sophie@example.org", "garde@rooms.example.org"

var (
	testKey = secret.NewKey([]byte("0123456789abcdef0123456789abcdef"))
	morning = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
)

func open(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(dir, testKey)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error("close:", err)
		}
	})
	return s
}

// from makes the i-th message of sophie's archive: one a minute.
func from(i int) Incoming {
	return Incoming{
		Conv: sophie, Author: sophie, Body: fmt.Sprint("message ", i), Time: morning.Add(time.Duration(i) * time.Minute),
		MsgID: fmt.Sprint("m", i), OriginID: fmt.Sprint("o", i), StanzaID: fmt.Sprintf("s%05d", i), Markable: true,
	}
}

func span(lo, hi int) (page []Incoming) {
	for i := lo; i < hi; i++ {
		page = append(page, from(i))
	}
	return page
}

func bodies(list []Message) (out []string) {
	for _, m := range list {
		out = append(out, m.Body)
	}
	return out
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAMessageIsThereAfterReopening(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	a := must[Added](t)(s.AddLive(from(1)))
	if !a.New {
		t.Fatal("not new")
	}
	check(t, s.Close())
	s = open(t, dir)
	p := must[Page](t)(s.Page(sophie, false, 0, 0, 10))
	if len(p.Messages) != 1 || p.Messages[0] != a.Message {
		t.Fatalf("got %+v, want %+v", p.Messages, a.Message)
	}
	for _, name := range []string{cacheFile, outboxFile} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestAnAddressHoldsThePathAsItIs(t *testing.T) {
	for path, want := range map[string]string{
		"/home/claire/100 %/a?b#c":         "file:/home/claire/100 %25/a%3fb%23c?vfs=adiantum",
		"C:/Users/claire/cache.db":         "file:C:/Users/claire/cache.db?vfs=adiantum",
		"//server/profiles/cl/cache.db":    "file:////server/profiles/cl/cache.db?vfs=adiantum",
		filepath.Join("profile", "a", "b"): "file:profile/a/b?vfs=adiantum",
	} {
		if got := uri(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

// Not every Windows has what SQLite's shared memory needs.
func TestTheLogsIndexNeedsNoSharedMemory(t *testing.T) {
	dir := t.TempDir()
	check(t, open(t, dir).Close())
	s := open(t, dir) // the databases exist, and ATTACH reads
	if _, err := s.AddLive(from(1)); err != nil {
		t.Fatal(err)
	}
	if found := must[[]string](t)(filepath.Glob(filepath.Join(dir, "*-shm"))); len(found) > 0 {
		t.Errorf("found %q", found)
	}
}
