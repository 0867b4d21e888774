package files

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"discussions/internal/secret"
)

var testKey = secret.NewKey([]byte("0123456789abcdef0123456789abcdef"))

func openBox(t testing.TB, dir string, budget int64) *Box {
	t.Helper()
	b, err := OpenBox(dir, testKey, budget)
	check(t, err)
	t.Cleanup(b.Close)
	return b
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func put(t testing.TB, b *Box, ref Ref, content string) {
	t.Helper()
	_, err := b.Put(ref, strings.NewReader(content))
	check(t, err)
}

// onDisk is the only file of a box.
func onDisk(t testing.TB, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	check(t, err)
	if len(entries) != 1 {
		t.Fatalf("%d files", len(entries))
	}
	return filepath.Join(dir, entries[0].Name())
}

func TestAFileIsReadAsItWasPut(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b, err := OpenBox(t.TempDir(), testKey, 1<<30)
		if err != nil {
			r.Fatal(err)
		}
		defer b.Close()
		size := rapid.OneOf(rapid.IntRange(0, 3), rapid.IntRange(pieceSize-2, pieceSize+2), rapid.IntRange(2*pieceSize-1, 2*pieceSize+1)).Draw(r, "size")
		content := bytes.Repeat([]byte("œil "), size/4+1)[:size]
		var from io.Reader = bytes.NewReader(content)
		if rapid.Bool().Draw(r, "in small reads") {
			from = iotest.HalfReader(from)
		}
		n, err := b.Put(Fetched("x"), from)
		if err != nil || n != int64(size) {
			r.Fatalf("%d bytes, %v", n, err)
		}
		if got, err := b.Read(Fetched("x"), int64(size)); err != nil || !bytes.Equal(got, content) {
			r.Fatalf("%d of %d bytes, %v", len(got), size, err)
		}
		if _, err := b.Read(Fetched("x"), int64(size)-1); size > 0 && !errors.Is(err, ErrTooLarge) {
			r.Fatalf("more than wanted: %v", err)
		}
	})
}

func TestWhatIsChangedOnDiskIsNotRead(t *testing.T) {
	content := strings.Repeat("plaie du 12 ", 15000) // three pieces
	for name, change := range map[string]func(data []byte) []byte{
		"the magic":                func(d []byte) []byte { d[0] ^= 1; return d },
		"the prefix":               func(d []byte) []byte { d[10] ^= 1; return d },
		"the first piece":          func(d []byte) []byte { d[100] ^= 1; return d },
		"the last byte":            func(d []byte) []byte { d[len(d)-1] ^= 1; return d },
		"a byte more":              func(d []byte) []byte { return append(d, 0) },
		"cut off at a piece's end": func(d []byte) []byte { return d[:headSize+2*(pieceSize+16)] },
		"cut off within a piece":   func(d []byte) []byte { return d[:headSize+pieceSize+100] },
		"cut off in its head":      func(d []byte) []byte { return d[:20] },
		"empty":                    func([]byte) []byte { return nil },
		"two pieces, each in the other's place": func(d []byte) []byte {
			const sealed = pieceSize + 16
			first := append([]byte(nil), d[headSize:headSize+sealed]...)
			copy(d[headSize:], d[headSize+sealed:headSize+2*sealed])
			copy(d[headSize+sealed:], first)
			return d
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			b := openBox(t, dir, 1<<30)
			put(t, b, Fetched("x"), content)
			data, err := os.ReadFile(onDisk(t, dir))
			check(t, err)
			check(t, os.WriteFile(onDisk(t, dir), change(data), 0o600))
			if _, err := b.Read(Fetched("x"), 1<<20); !errors.Is(err, ErrDamaged) {
				t.Errorf("read: %v", err)
			}
			if b.Has(Fetched("x")) {
				t.Error("it is not fetched again")
			}
		})
	}
	t.Run("another file in its place", func(t *testing.T) {
		dir := t.TempDir()
		b := openBox(t, dir, 1<<30)
		put(t, b, Fetched("x"), "un")
		data, err := os.ReadFile(onDisk(t, dir))
		check(t, err)
		check(t, b.Remove(Fetched("x")))
		put(t, b, Fetched("y"), "deux")
		check(t, os.WriteFile(onDisk(t, dir), data, 0o600))
		if _, err := b.Read(Fetched("y"), 10); !errors.Is(err, ErrDamaged) {
			t.Errorf("read: %v", err)
		}
	})
}

func TestTheDiskTellsNeitherNameNorContent(t *testing.T) {
	dir := t.TempDir()
	b := openBox(t, dir, 1<<30)
	put(t, b, Fetched("https://up.example.org/ordonnance.pdf"), strings.Repeat("CANARI ", 20000))
	path := onDisk(t, dir)
	data, err := os.ReadFile(path)
	check(t, err)
	if bytes.Contains(data, []byte("CANARI")) || strings.Contains(path, "ordonnance") {
		t.Error("the disk has it in the clear")
	}
	other, err := OpenBox(dir, secret.NewKey(bytes.Repeat([]byte{7}, secret.KeySize)), 1<<30)
	check(t, err)
	if other.Has(Fetched("https://up.example.org/ordonnance.pdf")) {
		t.Error("another key finds it")
	}
	b.Close()
	if _, err := b.Open(Fetched("https://up.example.org/ordonnance.pdf")); !errors.Is(err, ErrClosed) {
		t.Errorf("a closed box: %v", err)
	}
}

func TestTheBudgetKeepsWhatWasUsedLast(t *testing.T) {
	dir := t.TempDir()
	b := openBox(t, dir, 3300)
	clock := time.Now().Add(-time.Hour)
	b.now = func() time.Time { clock = clock.Add(time.Minute); return clock }
	content := strings.Repeat("x", 1000)
	put(t, b, Pending("waits"), content)
	for _, ref := range []Ref{"fetched a", "fetched b", "fetched c"} {
		put(t, b, ref, content)
		use(t, b, ref)
	}
	use(t, b, "fetched a")
	put(t, b, "fetched d", content)
	for ref, want := range map[Ref]bool{"fetched a": true, "fetched b": false, "fetched c": true, "fetched d": true, Pending("waits"): true} {
		if b.Has(ref) != want {
			t.Errorf("%s is there: %v", ref, !want)
		}
	}
	put(t, b, "fetched large", strings.Repeat("x", 9000))
	if !b.Has("fetched large") || b.Has("fetched a") {
		t.Error("what is larger than the budget is kept alone")
	}
}

func use(t testing.TB, b *Box, ref Ref) {
	t.Helper()
	r, err := b.Open(ref)
	check(t, err)
	check(t, r.Close())
}

func TestWhatNothingNamesIsDeleted(t *testing.T) {
	b := openBox(t, t.TempDir(), 1<<30)
	for _, ref := range []Ref{Fetched("kept"), Fetched("withdrawn"), Pending("kept"), Pending("discarded")} {
		put(t, b, ref, "x")
	}
	check(t, b.Keep([]Ref{Fetched("kept"), Pending("kept")}))
	for ref, want := range map[Ref]bool{Fetched("kept"): true, Pending("kept"): true, Fetched("withdrawn"): false, Pending("discarded"): false} {
		if b.Has(ref) != want {
			t.Errorf("%s is there: %v", ref, !want)
		}
	}
	if b.Empty() {
		t.Error("nothing is left")
	}
	check(t, b.Keep(nil))
	if !b.Empty() {
		t.Error("something is left")
	}
}

func TestAFailureLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	b := openBox(t, dir, 1<<30)
	broken := errors.New("the stick was drawn")
	for _, at := range []int64{0, 10, pieceSize, pieceSize + 1} {
		from := io.MultiReader(io.LimitReader(zeros{}, at), iotest.ErrReader(broken))
		if _, err := b.Put(Fetched("x"), from); !errors.Is(err, broken) || errors.Is(err, ErrDisk) {
			t.Errorf("after %d bytes: %v", at, err)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("%d files are left", len(entries))
	}
	check(t, os.WriteFile(filepath.Join(dir, "abc.123"+partSuffix), []byte("x"), 0o600)) // a crash within Put
	openBox(t, dir, 1<<30)
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Error("what a crash left stays")
	}
	check(t, os.RemoveAll(dir))
	if _, err := b.Put(Fetched("x"), strings.NewReader("x")); !errors.Is(err, ErrDisk) {
		t.Errorf("without a folder: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestAPendingFileBecomesOneThatCanBeFetched(t *testing.T) {
	dir := t.TempDir()
	b := openBox(t, dir, 1<<30)
	put(t, b, Pending("1"), "texte")
	check(t, b.Move(Pending("1"), Fetched("1")))
	if got, err := b.Read(Fetched("1"), 10); err != nil || string(got) != "texte" || b.Has(Pending("1")) {
		t.Errorf("%q, %v", got, err)
	}
	if err := b.Move(Pending("1"), Fetched("2")); !errors.Is(err, ErrAbsent) {
		t.Errorf("one that is gone: %v", err)
	}
	t.Run("while it is read", func(t *testing.T) { // Windows renames nothing that is
		put(t, b, Pending("3"), "lu")
		r, err := b.Open(Pending("3"))
		check(t, err)
		defer r.Close()
		check(t, b.Move(Pending("3"), Fetched("3")))
		for name, r := range map[string]io.Reader{"the earlier reader": r, "a new one": readerOf(t, b, Fetched("3"))} {
			if got, err := io.ReadAll(r); err != nil || string(got) != "lu" {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		}
	})
	t.Run("killed before it has the name", func(t *testing.T) {
		put(t, b, Pending("4"), "texte")
		name, keys, err := b.keys(Pending("4"))
		check(t, err)
		_, later, err := b.keys(Fetched("4"))
		check(t, err)
		check(t, addProof(filepath.Join(dir, name), keys, later))
		if got, err := b.Read(Pending("4"), 10); err != nil || string(got) != "texte" {
			t.Errorf("%q, %v", got, err)
		}
	})
	t.Run("damaged", func(t *testing.T) {
		put(t, b, Pending("5"), "texte")
		name, _, err := b.keys(Pending("5"))
		check(t, err)
		check(t, os.WriteFile(filepath.Join(dir, name), []byte("DISCFIL1"), 0o600))
		if err := b.Move(Pending("5"), Fetched("5")); !errors.Is(err, ErrDamaged) {
			t.Errorf("%v", err)
		}
	})
}

func readerOf(t testing.TB, b *Box, ref Ref) io.Reader {
	t.Helper()
	r, err := b.Open(ref)
	check(t, err)
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// TestWhatIsBeingReadEndsWithTheLock: a large file that is being copied out of the program is not copied to its end.
func TestWhatIsBeingReadEndsWithTheLock(t *testing.T) {
	b := openBox(t, t.TempDir(), 1<<30)
	put(t, b, Fetched("x"), strings.Repeat("CANARI", 100_000))
	r, err := b.Open(Fetched("x"))
	check(t, err)
	defer r.Close()
	_, err = io.CopyN(io.Discard, r, 10)
	check(t, err)
	b.Close()
	if n, err := io.Copy(io.Discard, r); !errors.Is(err, ErrClosed) || n > pieceSize {
		t.Errorf("%d more bytes, %v", n, err)
	}
}
