//go:build linux

package clipboard

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os/exec"
	"slices"
	"testing"
	"time"

	"discussions/internal/needs"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"go.uber.org/goleak"
)

// owner holds the clipboard: it offers content in several types.
type owner struct {
	x      *xgb.Conn
	window xproto.Window
	offers map[string][]byte
	piece  int  // bytes that are given at once; 0: all
	mute   bool // it answers nothing
	hangs  bool // after the first piece
}

// own takes the clipboard until the test ends.
func own(t *testing.T, o *owner) {
	t.Helper()
	quiet()
	var err error
	if o.x, err = xgb.NewConn(); err != nil {
		t.Fatal(err)
	}
	if o.window, err = xproto.NewWindowId(o.x); err != nil {
		t.Fatal(err)
	}
	root := xproto.Setup(o.x).DefaultScreen(o.x)
	xproto.CreateWindow(o.x, 0, o.window, root.Root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, root.RootVisual, 0, nil)
	if err := xproto.SetSelectionOwnerChecked(o.x, o.window, o.atom(clipboard), xproto.TimeCurrentTime).Check(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); o.serve() }()
	t.Cleanup(func() { o.x.Close(); <-done })
}

func (o *owner) atom(name string) xproto.Atom {
	reply, err := xproto.InternAtom(o.x, false, uint16(len(name)), name).Reply()
	if err != nil { // the test has ended
		return 0
	}
	return reply.Atom
}

func (o *owner) serve() {
	rest := map[xproto.Window][]byte{} // what is still to be given
	for {
		e, err := o.x.WaitForEvent()
		if e == nil && err == nil {
			return
		}
		switch e := e.(type) {
		case xproto.SelectionRequestEvent:
			if !o.mute {
				o.answer(e, rest)
			}
		case xproto.PropertyNotifyEvent:
			data, waiting := rest[e.Window]
			if e.State != xproto.PropertyDelete || !waiting || o.hangs && len(data) < o.longest() {
				continue
			}
			n := min(o.piece, len(data))
			o.put(e.Window, e.Atom, o.atom("image/png"), 8, data[:n])
			rest[e.Window] = data[n:]
			if n == 0 {
				delete(rest, e.Window)
			}
		}
	}
}

// longest is the length of the longest content.
func (o *owner) longest() (n int) {
	for _, data := range o.offers {
		n = max(n, len(data))
	}
	return n
}

func (o *owner) put(w xproto.Window, property, kind xproto.Atom, bits int, data []byte) {
	for mode := byte(xproto.PropModeReplace); mode == xproto.PropModeReplace || len(data) > 0; mode = xproto.PropModeAppend {
		n := min(len(data), 1<<17) // a request has 256 KiB at most
		xproto.ChangeProperty(o.x, mode, w, property, kind, byte(bits), uint32(n*8/bits), data[:n])
		data = data[n:]
	}
}

func (o *owner) answer(e xproto.SelectionRequestEvent, rest map[xproto.Window][]byte) {
	given := e.Property
	if e.Target == o.atom(targets) {
		var list []byte
		for name := range o.offers {
			list = binary.LittleEndian.AppendUint32(list, uint32(o.atom(name)))
		}
		o.put(e.Requestor, e.Property, xproto.AtomAtom, 32, list)
	} else {
		given = 0
		for name, data := range o.offers {
			switch {
			case e.Target != o.atom(name) || data == nil:
			case o.piece > 0:
				xproto.ChangeWindowAttributes(o.x, e.Requestor, xproto.CwEventMask, []uint32{xproto.EventMaskPropertyChange})
				rest[e.Requestor] = data
				o.put(e.Requestor, e.Property, o.atom(pieces), 32, binary.LittleEndian.AppendUint32(nil, uint32(len(data))))
				given = e.Property
			default:
				o.put(e.Requestor, e.Property, e.Target, 8, data)
				given = e.Property
			}
		}
	}
	n := xproto.SelectionNotifyEvent{Time: e.Time, Requestor: e.Requestor, Selection: e.Selection, Target: e.Target, Property: given}
	xproto.SendEvent(o.x, false, e.Requestor, 0, string(n.Bytes()))
}

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
		owner owner
		want  Content
		err   error
	}{
		"a picture":                        {owner{offers: map[string][]byte{"image/png": noise(5000), "UTF8_STRING": []byte("x")}}, Content{Picture: noise(5000)}, nil},
		"the best of its types":            {owner{offers: map[string][]byte{"image/bmp": noise(10), "image/jpeg": noise(20)}}, Content{Picture: noise(20)}, nil},
		"in pieces":                        {owner{offers: map[string][]byte{"image/png": noise(300_001)}, piece: 7001}, Content{Picture: noise(300_001)}, nil},
		"of a length that is no word's":    {owner{offers: map[string][]byte{"image/png": noise(4*taken + 3)}}, Content{Picture: noise(4*taken + 3)}, nil},
		"files":                            {owner{offers: map[string][]byte{"text/uri-list": []byte("file:///a\r\nfile:///b"), "image/png": noise(9)}}, Content{Files: []string{"/a", "/b"}}, nil},
		"addresses that are no files":      {owner{offers: map[string][]byte{"text/uri-list": []byte("https://x.example/"), "image/png": noise(9)}}, Content{Picture: noise(9)}, nil},
		"text":                             {owner{offers: map[string][]byte{"UTF8_STRING": []byte("x")}}, Content{}, ErrEmpty},
		"more than allowed":                {owner{offers: map[string][]byte{"image/png": noise(most + 1)}}, Content{}, ErrTooLarge},
		"more than allowed, in pieces":     {owner{offers: map[string][]byte{"image/png": noise(most + 1)}, piece: 100_000}, Content{}, ErrTooLarge},
		"an owner that does not keep word": {owner{offers: map[string][]byte{"image/png": nil}}, Content{}, ErrEmpty},
	} {
		t.Run(name, func(t *testing.T) {
			leakFree(t)
			own(t, &c.owner)
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
		owner owner
		want  string
		err   error
	}{
		"a text":                          {owner{offers: map[string][]byte{"UTF8_STRING": []byte("Moussa Keïta"), "image/png": noise(9)}}, "Moussa Keïta", nil},
		"in pieces":                       {owner{offers: map[string][]byte{"UTF8_STRING": []byte("Moussa Keïta")}, piece: 5}, "Moussa Keïta", nil},
		"of an old program":               {owner{offers: map[string][]byte{"STRING": []byte("Ke\xefta")}}, "Keïta", nil},
		"of one that writes its end":      {owner{offers: map[string][]byte{"UTF8_STRING": []byte("Sophie\x00")}}, "Sophie", nil},
		"as long as allowed":              {owner{offers: map[string][]byte{"UTF8_STRING": huge[:most]}}, string(huge[:most]), nil},
		"10 MB":                           {owner{offers: map[string][]byte{"UTF8_STRING": huge}}, string(huge[:most]), ErrTooLarge},
		"10 MB, in pieces":                {owner{offers: map[string][]byte{"UTF8_STRING": huge}, piece: 300}, string(huge[:most]), ErrTooLarge},
		"10 MB, in one piece of its own":  {owner{offers: map[string][]byte{"UTF8_STRING": huge}, piece: 100_000}, string(huge[:most]), ErrTooLarge},
		"none":                            {owner{offers: map[string][]byte{"image/png": noise(9)}}, "", ErrEmpty},
		"of an owner that never answers":  {owner{mute: true}, "", context.DeadlineExceeded},
		"of one that hangs in the middle": {owner{offers: map[string][]byte{"UTF8_STRING": huge[:400]}, piece: 300, hangs: true}, "", context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			leakFree(t)
			own(t, &c.owner)
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
	own(t, &owner{mute: true})
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
