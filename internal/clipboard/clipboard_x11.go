//go:build linux || freebsd || openbsd || netbsd || dragonfly

package clipboard

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"sync"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// Read reads the clipboard of the X server that DISPLAY names, which under Wayland is the desktop's own bridge to it (Xwayland). It waits for
// the program that holds the content; the end of ctx ends that. A picture of more than most bytes is [ErrTooLarge].
func Read(ctx context.Context, most int) (Content, error) {
	quiet()
	x, err := xgb.NewConn()
	if err != nil {
		return Content{}, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	defer func() { // wait until its goroutines have ended
		x.Close()
		for {
			if e, err := x.WaitForEvent(); e == nil && err == nil {
				return
			}
		}
	}()
	stop := context.AfterFunc(ctx, x.Close)
	defer stop()
	c, err := read(x, most)
	if ctx.Err() != nil {
		return Content{}, ctx.Err()
	}
	return c, err
}

// quiet keeps the library from writing what it notices to the standard error.
var quiet = sync.OnceFunc(func() { xgb.Logger = log.New(io.Discard, "", 0) })

func read(x *xgb.Conn, most int) (Content, error) {
	r, err := newReader(x)
	if err != nil {
		return Content{}, err
	}
	offered, err := r.targets()
	if err != nil {
		return Content{}, err
	}
	if list := r.atoms["text/uri-list"]; offered[list] {
		data, err := r.convert(list, mostListSize)
		if err != nil {
			return Content{}, err
		}
		if files := filesOf(data); files != nil {
			return Content{Files: files}, nil
		}
	}
	for _, name := range pictureTypes {
		if offered[r.atoms[name]] {
			data, err := r.convert(r.atoms[name], most)
			return Content{Picture: data}, err
		}
	}
	return Content{}, ErrEmpty
}

// reader asks the owner of the clipboard for its content, as ICCCM section 2 says.
type reader struct {
	x      *xgb.Conn
	window xproto.Window // to which the content is given
	atoms  map[string]xproto.Atom
}

const (
	clipboard = "CLIPBOARD"
	targets   = "TARGETS"
	pieces    = "INCR"
	property  = "DISCUSSIONS_PASTE"
)

func newReader(x *xgb.Conn) (*reader, error) {
	r := &reader{x: x, atoms: map[string]xproto.Atom{}}
	for _, name := range append(pictureTypes[:], clipboard, targets, pieces, property, "text/uri-list") {
		reply, err := xproto.InternAtom(x, false, uint16(len(name)), name).Reply()
		if err != nil {
			return nil, unavailable(err)
		}
		r.atoms[name] = reply.Atom
	}
	var err error
	if r.window, err = xproto.NewWindowId(x); err != nil {
		return nil, unavailable(err)
	}
	root := xproto.Setup(x).DefaultScreen(x)
	err = xproto.CreateWindowChecked(x, 0, r.window, root.Root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, root.RootVisual, xproto.CwEventMask,
		[]uint32{xproto.EventMaskPropertyChange}).Check()
	return r, unavailable(err)
}

func unavailable(err error) error {
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

// targets are the types that the owner offers.
func (r *reader) targets() (map[xproto.Atom]bool, error) {
	list, err := r.convert(r.atoms[targets], mostListSize)
	if err != nil {
		return nil, err
	}
	offered := map[xproto.Atom]bool{}
	for ; len(list) >= 4; list = list[4:] {
		offered[xproto.Atom(binary.LittleEndian.Uint32(list))] = true // xgb speaks so
	}
	return offered, nil
}

// convert asks for the content in one type. [ErrEmpty]: there is no owner, or it does not give that type.
func (r *reader) convert(target xproto.Atom, most int) ([]byte, error) {
	xproto.ConvertSelection(r.x, r.window, r.atoms[clipboard], target, r.atoms[property], xproto.TimeCurrentTime)
	for {
		e, err := r.next()
		if err != nil {
			return nil, err
		}
		if n, ok := e.(xproto.SelectionNotifyEvent); ok && n.Target == target {
			if n.Property == 0 {
				return nil, ErrEmpty
			}
			break
		}
	}
	data, kind, err := r.take(most)
	if err != nil || kind != r.atoms[pieces] {
		return data, err
	}
	data = nil
	for { // each piece comes once the one before it is deleted; an empty one is the end
		if err := r.awaitPiece(); err != nil {
			return nil, err
		}
		piece, _, err := r.take(most - len(data))
		switch {
		case err != nil:
			return nil, err
		case len(piece) == 0:
			return data, nil
		}
		data = append(data, piece...)
	}
}

func (r *reader) awaitPiece() error {
	for {
		e, err := r.next()
		if err != nil {
			return err
		}
		if n, ok := e.(xproto.PropertyNotifyEvent); ok && n.Atom == r.atoms[property] && n.State == xproto.PropertyNewValue {
			return nil
		}
	}
}

func (r *reader) next() (xgb.Event, error) {
	e, err := r.x.WaitForEvent()
	switch {
	case err != nil:
		return nil, unavailable(err)
	case e == nil:
		return nil, ErrUnavailable // the connection has ended
	}
	return e, nil
}

// taken is how many units of four bytes are read of a property at once.
const taken = 1 << 18

// take reads the property and deletes it.
func (r *reader) take(most int) (data []byte, kind xproto.Atom, err error) {
	for {
		p, err := xproto.GetProperty(r.x, true, r.window, r.atoms[property], xproto.GetPropertyTypeAny, uint32(len(data)/4), taken).Reply()
		if err != nil {
			return nil, 0, unavailable(err)
		}
		if len(data)+len(p.Value)+int(p.BytesAfter) > most {
			return nil, 0, ErrTooLarge
		}
		data = append(data, p.Value...)
		if p.BytesAfter == 0 { // now it is deleted
			return data, p.Type, nil
		}
	}
}
