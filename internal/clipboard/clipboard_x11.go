//go:build linux || freebsd || openbsd || netbsd || dragonfly

package clipboard

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"sync"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// ReadText reads the text of the clipboard as [Read] does. With [ErrTooLarge] it is the beginning of one of more than most bytes.
func ReadText(ctx context.Context, most int) (text string, err error) {
	err = connected(ctx, func(x *xgb.Conn) error {
		text, err = readText(x, most)
		return err
	})
	return text, err
}

// Read reads the clipboard of the X server that DISPLAY names, which under Wayland is the desktop's own bridge to it (Xwayland). It waits for
// the program that holds the content; the end of ctx ends that. A picture of more than most bytes is [ErrTooLarge].
func Read(ctx context.Context, most int) (c Content, err error) {
	err = connected(ctx, func(x *xgb.Conn) error {
		c, err = read(x, most)
		return err
	})
	return c, err
}

// connected calls f with a connection, which the end of ctx closes.
func connected(ctx context.Context, f func(*xgb.Conn) error) error {
	quiet()
	x, err := xgb.NewConn()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
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
	err = f(x)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// quiet keeps the library from writing what it notices to the standard error.
var quiet = sync.OnceFunc(func() { xgb.Logger = log.New(io.Discard, "", 0) })

// readText asks for UTF-8, then for Latin-1 (ICCCM, section 2.6.2), where the owner offers it: some give a picture to who asks for a text.
func readText(x *xgb.Conn, most int) (string, error) {
	r, err := newReader(x)
	if err != nil {
		return "", err
	}
	offered, err := r.targets()
	if err != nil && !errors.Is(err, ErrEmpty) { // it may not say what it offers
		return "", err
	}
	convert := func(kind xproto.Atom) ([]byte, error) {
		if offered != nil && !offered[kind] {
			return nil, ErrEmpty
		}
		return r.convert(kind, most)
	}
	data, err := convert(r.atoms[utf8Text])
	text := string(data)
	if errors.Is(err, ErrEmpty) {
		data, err = convert(xproto.AtomString)
		letters := make([]rune, len(data))
		for i, b := range data {
			letters[i] = rune(b)
		}
		text = string(letters)
	}
	if err != nil && !errors.Is(err, ErrTooLarge) {
		return "", err
	}
	text, cut := beginning(text, most)
	return text, cmp.Or(err, cut)
}

func read(x *xgb.Conn, most int) (Content, error) {
	r, err := newReader(x)
	if err != nil {
		return Content{}, err
	}
	offered, err := r.targets()
	if err != nil {
		return Content{}, err
	}
	if list := r.atoms[fileList]; offered[list] {
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
			if err != nil {
				return Content{}, err
			}
			return Content{Picture: data}, nil
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
	utf8Text  = "UTF8_STRING"
	pieces    = "INCR"
	property  = "DISCUSSIONS_PASTE"
)

func newReader(x *xgb.Conn) (*reader, error) {
	r := &reader{x: x, atoms: map[string]xproto.Atom{}}
	for _, name := range append(pictureTypes[:], clipboard, targets, utf8Text, pieces, property, fileList) {
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

// convert asks for the content in one type. [ErrEmpty]: there is no owner, or it does not give that type. With [ErrTooLarge] it
// returns the first bytes.
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
		data = append(data, piece...)
		if err != nil || len(piece) == 0 {
			return data, err
		}
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

// taken is how many units of four bytes are read of a property at once, at most.
const taken = 1 << 18

// take reads the property and deletes it. With [ErrTooLarge] it is still there, and the data are its first bytes.
func (r *reader) take(most int) (data []byte, kind xproto.Atom, err error) {
	for {
		p, err := xproto.GetProperty(r.x, true, r.window, r.atoms[property], xproto.GetPropertyTypeAny, uint32(len(data)/4), uint32(min(taken, most/4+1))).Reply()
		if err != nil {
			return nil, 0, unavailable(err)
		}
		data = append(data, p.Value...)
		if len(data)+int(p.BytesAfter) > most {
			return data, p.Type, ErrTooLarge
		}
		if p.BytesAfter == 0 { // now it is deleted
			return data, p.Type, nil
		}
	}
}
