package files

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

func TestAPartIsNoFileBeforeItIsKept(t *testing.T) {
	dir := t.TempDir()
	b := openBox(t, dir, 1<<30)
	p, err := b.Begin(Fetched("x"))
	check(t, err)
	content := strings.Repeat("plaie du 12 ", 15000) // three pieces
	_, err = io.WriteString(p, content)
	check(t, err)
	if _, err := b.Open(Fetched("x")); !errors.Is(err, ErrAbsent) || b.Has(Fetched("x")) {
		t.Errorf("it can be read: %v", err)
	}
	check(t, p.Keep())
	p.Discard()
	if got, err := b.Read(Fetched("x"), 1<<20); err != nil || string(got) != content {
		t.Errorf("%d of %d bytes, %v", len(got), len(content), err)
	}
}

// TestAPartThatIsBegunAnewHasOtherNonces: two contents sealed with the same nonces would tell their difference.
func TestAPartThatIsBegunAnewHasOtherNonces(t *testing.T) {
	dir := t.TempDir()
	b := openBox(t, dir, 1<<30)
	p, err := b.Begin(Fetched("x"))
	check(t, err)
	defer p.Discard()
	prefix := func() string {
		data, err := os.ReadFile(onDisk(t, dir))
		check(t, err)
		if len(data) < headSize {
			t.Fatalf("%d bytes", len(data))
		}
		return string(data[len(magic):proofsAt])
	}
	first := prefix()
	_, err = io.WriteString(p, strings.Repeat("la première version ", 10_000))
	check(t, err)
	check(t, p.Reset())
	if prefix() == first {
		t.Error("the same nonces")
	}
	_, err = io.WriteString(p, "la seconde")
	check(t, err)
	check(t, p.Keep())
	if got, err := b.Read(Fetched("x"), 1<<20); err != nil || string(got) != "la seconde" {
		t.Errorf("%q, %v", got, err)
	}
}

// TestAPartEndsWithTheBox: with the lock nothing is sealed any more, and nothing is left.
func TestAPartEndsWithTheBox(t *testing.T) {
	for name, do := range map[string]func(p *Part) error{
		"while it is written": func(p *Part) error { _, err := io.Copy(p, io.LimitReader(zeros{}, 3*pieceSize)); return err },
		"when it is kept":     func(p *Part) error { return p.Keep() },
	} {
		dir := t.TempDir()
		b := openBox(t, dir, 1<<30)
		p, err := b.Begin(Fetched("x"))
		check(t, err)
		b.Close()
		if err := do(p); !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
		p.Discard()
		if entries, _ := os.ReadDir(dir); len(entries) != 0 {
			t.Errorf("%s: %d files are left", name, len(entries))
		}
		if _, err := b.Begin(Fetched("x")); !errors.Is(err, ErrClosed) {
			t.Errorf("begun after that: %v", err)
		}
	}
}
