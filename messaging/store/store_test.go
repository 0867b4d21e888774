package store

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"discussions/internal/secret"
	"discussions/messaging/model"
)

const (
	me     = "claire@example.org"
	sophie = "sophie@example.org"
	room   = "garde@rooms.example.org"
)

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
func from(i int) *NewMessage {
	return &NewMessage{
		Stanza: Stanza{
			Conv: sophie, Author: sophie, Time: morning.Add(time.Duration(i) * time.Minute),
			MsgID: fmt.Sprint("m", i), OriginID: fmt.Sprint("o", i), StanzaID: model.StanzaID(fmt.Sprintf("s%05d", i)),
		},
		Content: model.Text{Body: fmt.Sprint("message ", i)}, Markable: true,
	}
}

func span(lo, hi int) (page []Fact) {
	for i := lo; i < hi; i++ {
		page = append(page, from(i))
	}
	return page
}

// live takes facts in as they come over the wire.
func live(t fataler, s *Store, facts ...Fact) (r Result) {
	t.Helper()
	for _, f := range facts {
		var err error
		if r, err = s.Ingest(Batch{Origin: Live, Facts: []Fact{f}}); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// forward takes a page in that follows what is known, and moves the cursor to its end.
func forward(t fataler, s *Store, page []Fact) Result {
	t.Helper()
	b := Batch{Origin: Forward, Facts: page, Complete: true}
	if len(page) > 0 {
		b.Cursor = page[len(page)-1].Source().StanzaID
	}
	r, err := s.Ingest(b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// fataler is a test, or one try of a property.
type fataler interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func text(body string) model.Content { return model.Text{Body: body} }

func bodies(list []Message) (out []string) {
	for _, m := range list {
		out = append(out, model.PlainText(m.Content))
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
	r := live(t, s, from(1))
	if len(r.Changes) != 1 || r.Changes[0].Kind != Added {
		t.Fatalf("got %+v", r)
	}
	check(t, s.Close())
	s = open(t, dir)
	p := must[Page](t)(s.Page(sophie, false, model.Cursor{}, 10, 0))
	if d := cmp.Diff([]Message{r.Changes[0].Message}, p.Messages, cmp.AllowUnexported(Message{})); d != "" {
		t.Fatal(d)
	}
	for _, name := range []string{cacheFile, outboxFile} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestAnAddressHoldsThePathAsItIs(t *testing.T) {
	for path, want := range map[string]string{
		"/home/claire/100 %/a?b#c":         "file:/home/claire/100 %25/a%3fb%23c?vfs=discussions",
		"C:/Users/claire/cache.db":         "file:C:/Users/claire/cache.db?vfs=discussions",
		"//server/profiles/cl/cache.db":    "file:////server/profiles/cl/cache.db?vfs=discussions",
		filepath.Join("profile", "a", "b"): "file:profile/a/b?vfs=discussions",
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
	live(t, s, from(1))
	if found := must[[]string](t)(filepath.Glob(filepath.Join(dir, "*-shm"))); len(found) > 0 {
		t.Errorf("found %q", found)
	}
}
