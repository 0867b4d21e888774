//go:build linux

package clipboard

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os/exec"
	"slices"
	"testing"
	"time"

	"discussions/internal/clipboard/clipboardtest"
	"discussions/internal/needs"

	"go.uber.org/goleak"
)

// noise are bytes of which none is where another could be.
func noise(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{1})
	_, _ = r.Read(b)
	return b
}

func TestTheClipboardOfX11(t *testing.T) {
	needs.Session(t)
	for name, c := range map[string]struct {
		owner clipboardtest.Owner
		want  Content
		err   error
	}{
		"a picture":                        {clipboardtest.Owner{Offers: map[string][]byte{"image/png": noise(5000), "UTF8_STRING": []byte("x")}}, Content{Picture: noise(5000)}, nil},
		"the best of its types":            {clipboardtest.Owner{Offers: map[string][]byte{"image/bmp": noise(10), "image/jpeg": noise(20)}}, Content{Picture: noise(20)}, nil},
		"in pieces":                        {clipboardtest.Owner{Offers: map[string][]byte{"image/png": noise(300_001)}, Piece: 7001}, Content{Picture: noise(300_001)}, nil},
		"of a length that is no word's":    {clipboardtest.Owner{Offers: map[string][]byte{"image/png": noise(4*taken + 3)}}, Content{Picture: noise(4*taken + 3)}, nil},
		"files":                            {clipboardtest.Owner{Offers: map[string][]byte{"text/uri-list": []byte("file:///a\r\nfile:///b"), "image/png": noise(9)}}, Content{Files: []string{"/a", "/b"}}, nil},
		"addresses that are no files":      {clipboardtest.Owner{Offers: map[string][]byte{"text/uri-list": []byte("https://x.example/"), "image/png": noise(9)}}, Content{Picture: noise(9)}, nil},
		"text":                             {clipboardtest.Owner{Offers: map[string][]byte{"UTF8_STRING": []byte("x")}}, Content{}, ErrEmpty},
		"more than allowed":                {clipboardtest.Owner{Offers: map[string][]byte{"image/png": noise(most + 1)}}, Content{}, ErrTooLarge},
		"more than allowed, in pieces":     {clipboardtest.Owner{Offers: map[string][]byte{"image/png": noise(most + 1)}, Piece: 100_000}, Content{}, ErrTooLarge},
		"an owner that does not keep word": {clipboardtest.Owner{Offers: map[string][]byte{"image/png": nil}}, Content{}, ErrEmpty},
	} {
		t.Run(name, func(t *testing.T) {
			leakFree(t)
			clipboardtest.Own(t, &c.owner)
			got, err := Read(t.Context(), most)
			if !errors.Is(err, c.err) {
				t.Fatalf("%v, want %v", err, c.err)
			}
			if !bytes.Equal(got.Picture, c.want.Picture) || !slices.Equal(got.Files, c.want.Files) {
				t.Errorf("%d bytes and %q, want %d and %q", len(got.Picture), got.Files, len(c.want.Picture), c.want.Files)
			}
		})
	}
}

const most = 4*taken + 3

func TestTheTextOfTheClipboardOfX11(t *testing.T) {
	needs.Session(t)
	const most = 1000
	huge := bytes.Repeat([]byte("é"), 5<<20)
	for name, c := range map[string]struct {
		owner clipboardtest.Owner
		want  string
		err   error
	}{
		"a text":                          {clipboardtest.Owner{Offers: map[string][]byte{"UTF8_STRING": []byte("Moussa Keïta"), "image/png": noise(9)}}, "Moussa Keïta", nil},
		"in pieces":                       {clipboardtest.Owner{Offers: map[string][]byte{"UTF8_STRING": []byte("Moussa Keïta")}, Piece: 5}, "Moussa Keïta", nil},
		"of an old program":               {clipboardtest.Owner{Offers: map[string][]byte{"STRING": []byte("Ke\xefta")}}, "Keïta", nil},
		"of one that writes its end":      {clipboardtest.Owner{Offers: map[string][]byte{"UTF8_STRING": []byte("Sophie\x00")}}, "Sophie", nil},
		"as long as allowed":              {clipboardtest.Owner{Offers: map[string][]byte{"UTF8_STRING": huge[:most]}}, string(huge[:most]), nil},
		"10 MB":                           {clipboardtest.Owner{Offers: map[string][]byte{"UTF8_STRING": huge}}, string(huge[:most]), ErrTooLarge},
		"10 MB, in pieces":                {clipboardtest.Owner{Offers: map[string][]byte{"UTF8_STRING": huge}, Piece: 300}, string(huge[:most]), ErrTooLarge},
		"10 MB, in one piece of its own":  {clipboardtest.Owner{Offers: map[string][]byte{"UTF8_STRING": huge}, Piece: 100_000}, string(huge[:most]), ErrTooLarge},
		"none":                            {clipboardtest.Owner{Offers: map[string][]byte{"image/png": noise(9)}}, "", ErrEmpty},
		"of an owner that never answers":  {clipboardtest.Owner{Mute: true}, "", context.DeadlineExceeded},
		"of one that hangs in the middle": {clipboardtest.Owner{Offers: map[string][]byte{"UTF8_STRING": huge[:400]}, Piece: 300, Hangs: true}, "", context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			leakFree(t)
			clipboardtest.Own(t, &c.owner)
			limit := 10 * time.Second
			if errors.Is(c.err, context.DeadlineExceeded) {
				limit = 50 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			got, err := ReadText(ctx, most)
			if !errors.Is(err, c.err) {
				t.Fatalf("%v, want %v", err, c.err)
			}
			if got != c.want {
				t.Errorf("%d bytes, %.40q, want %d", len(got), got, len(c.want))
			}
		})
	}
}

func TestAnOwnerThatNeverAnswersIsGivenUp(t *testing.T) {
	needs.Session(t)
	leakFree(t)
	clipboardtest.Own(t, &clipboardtest.Owner{Mute: true})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Read(ctx, most); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestNoScreen(t *testing.T) {
	for _, display := range []string{"", "nonsense", ":65000"} {
		t.Setenv("DISPLAY", display)
		if _, err := Read(t.Context(), most); !errors.Is(err, ErrUnavailable) {
			t.Errorf("%q: %v", display, err)
		}
	}
}

// xclip gives large content in pieces of its own.
func TestAnotherProgramHasThePicture(t *testing.T) {
	needs.Session(t)
	needs.Programs(t, "xclip")
	data := noise(900_000)
	c := exec.Command("xclip", "-selection", "clipboard", "-t", "image/png", "-quiet")
	c.Stdin = bytes.NewReader(data)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
	for deadline := time.Now().Add(10 * time.Second); ; {
		got, err := Read(t.Context(), most)
		if err == nil && bytes.Equal(got.Picture, data) {
			break
		}
		if !errors.Is(err, ErrEmpty) || time.Now().After(deadline) { // it owns the clipboard a moment after its start
			t.Fatalf("%d bytes, %v", len(got.Picture), err)
		}
	}
	if text, err := ReadText(t.Context(), most); !errors.Is(err, ErrEmpty) { // it would give the picture
		t.Errorf("as a text: %d bytes, %v", len(text), err)
	}
}

// leakFree fails the test if goroutines are left when all that follows has been cleaned up.
func leakFree(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
}
