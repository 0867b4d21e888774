//go:build linux || freebsd || openbsd || netbsd || dragonfly

// Package clipboardtest is a program that has the clipboard of X11 or Wayland, for tests.
package clipboardtest

import (
	"encoding/binary"
	"testing"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// Owner is a program that has the clipboard: it offers content in several types.
type Owner struct {
	Offers map[string][]byte
	Piece  int  // bytes that are given at once; 0: all
	Mute   bool // it answers nothing
	Hangs  bool // after the first piece

	Given func() // called when a content was given whole, or its first piece; nil: nobody is told

	x      *xgb.Conn
	window xproto.Window
}

// Own takes the clipboard until the test ends, or until another program takes it.
func Own(t testing.TB, o *Owner) {
	t.Helper()
	var err error
	if o.x, err = xgb.NewConn(); err != nil {
		t.Fatal(err)
	}
	if o.window, err = xproto.NewWindowId(o.x); err != nil {
		t.Fatal(err)
	}
	root := xproto.Setup(o.x).DefaultScreen(o.x)
	xproto.CreateWindow(o.x, 0, o.window, root.Root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, root.RootVisual, 0, nil)
	if err := xproto.SetSelectionOwnerChecked(o.x, o.window, o.atom("CLIPBOARD"), xproto.TimeCurrentTime).Check(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); o.serve() }()
	t.Cleanup(func() { o.x.Close(); <-done })
}

func (o *Owner) atom(name string) xproto.Atom {
	reply, err := xproto.InternAtom(o.x, false, uint16(len(name)), name).Reply()
	if err != nil { // the test has ended
		return 0
	}
	return reply.Atom
}

func (o *Owner) serve() {
	rest := map[xproto.Window][]byte{} // what is still to be given
	for {
		e, err := o.x.WaitForEvent()
		if e == nil && err == nil {
			return
		}
		switch e := e.(type) {
		case xproto.SelectionRequestEvent:
			if !o.Mute {
				o.answer(e, rest)
			}
		case xproto.PropertyNotifyEvent:
			data, waiting := rest[e.Window]
			if e.State != xproto.PropertyDelete || !waiting || o.Hangs && len(data) < o.longest() {
				continue
			}
			n := min(o.Piece, len(data))
			o.put(e.Window, e.Atom, o.atom("image/png"), 8, data[:n])
			rest[e.Window] = data[n:]
			if n == 0 {
				delete(rest, e.Window)
			}
		}
	}
}

// longest is the length of the longest content.
func (o *Owner) longest() (n int) {
	for _, data := range o.Offers {
		n = max(n, len(data))
	}
	return n
}

func (o *Owner) put(w xproto.Window, property, kind xproto.Atom, bits int, data []byte) {
	for mode := byte(xproto.PropModeReplace); mode == xproto.PropModeReplace || len(data) > 0; mode = xproto.PropModeAppend {
		n := min(len(data), 1<<17) // a request has 256 KiB at most
		xproto.ChangeProperty(o.x, mode, w, property, kind, byte(bits), uint32(n*8/bits), data[:n])
		data = data[n:]
	}
}

func (o *Owner) answer(e xproto.SelectionRequestEvent, rest map[xproto.Window][]byte) {
	given := e.Property
	if e.Target == o.atom("TARGETS") {
		var list []byte
		for name := range o.Offers {
			list = binary.LittleEndian.AppendUint32(list, uint32(o.atom(name)))
		}
		o.put(e.Requestor, e.Property, xproto.AtomAtom, 32, list)
	} else {
		given = 0
		for name, data := range o.Offers {
			switch {
			case e.Target != o.atom(name) || data == nil:
			case o.Piece > 0:
				xproto.ChangeWindowAttributes(o.x, e.Requestor, xproto.CwEventMask, []uint32{xproto.EventMaskPropertyChange})
				rest[e.Requestor] = data
				o.put(e.Requestor, e.Property, o.atom("INCR"), 32, binary.LittleEndian.AppendUint32(nil, uint32(len(data))))
				given = e.Property
			default:
				o.put(e.Requestor, e.Property, e.Target, 8, data)
				given = e.Property
			}
		}
	}
	n := xproto.SelectionNotifyEvent{Time: e.Time, Requestor: e.Requestor, Selection: e.Selection, Target: e.Target, Property: given}
	err := xproto.SendEventChecked(o.x, false, e.Requestor, 0, string(n.Bytes())).Check()
	if err == nil && given != 0 && e.Target != o.atom("TARGETS") && o.Given != nil {
		o.Given()
	}
}
