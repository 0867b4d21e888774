//go:build linux

package clipboardtest

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// OwnOnWayland takes the clipboard of the compositor that WAYLAND_DISPLAY names until the test ends, or until another program takes it.
// The compositor has to be one that gives it to a program without windows: as sway does to those that manage the clipboard, or as Weston.
func OwnOnWayland(t testing.TB, o *Owner) {
	t.Helper()
	path := os.Getenv("WAYLAND_DISPLAY")
	if !filepath.IsAbs(path) {
		path = filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), path)
	}
	connection, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	c := &client{owner: o, c: connection.(*net.UnixConn), globals: map[string]uint32{}, ended: make(chan struct{})}
	c.send(display, 1, registry)
	c.send(display, 0, callback) // comes when all globals have come
	owns := make(chan struct{})
	done := make(chan struct{})
	go func() { defer close(done); c.serve(owns) }()
	t.Cleanup(func() { _ = c.c.Close(); close(c.ended); <-done; c.pipes.Wait() })
	select {
	case <-owns:
	case <-done:
		t.Fatal("the compositor has closed the connection")
	}
}

// client speaks the wire protocol of Wayland (https://wayland.freedesktop.org/docs/html/ch04.html#sect-Protocol-Wire-Format).
type client struct {
	owner    *Owner
	c        *net.UnixConn
	globals  map[string]uint32 // names of interfaces → their numbers
	controls bool              // by dataControl
	fds      []int             // came, and are for events to come
	pipes    sync.WaitGroup    // what is written
	ended    chan struct{}
}

// dataControl is for programs that manage the clipboard: wlr-data-control-unstable-v1.xml of wlr-protocols.
const dataControl = "zwlr_data_control_manager_v1"

// The objects of a client.
const (
	display = iota + 1
	registry
	callback
	seat
	manager
	source
	device
	owned
)

// send calls a method of an object. An argument is a number or a text.
func (c *client) send(object, method uint32, arguments ...any) {
	message := make([]byte, 8)
	for _, a := range arguments {
		switch a := a.(type) {
		case int:
			message = binary.NativeEndian.AppendUint32(message, uint32(a))
		case uint32:
			message = binary.NativeEndian.AppendUint32(message, a)
		case string:
			message = binary.NativeEndian.AppendUint32(message, uint32(len(a)+1))
			message = append(message, a...)
			message = append(message, make([]byte, 4-len(a)%4)...)
		}
	}
	binary.NativeEndian.PutUint32(message, object)
	binary.NativeEndian.PutUint32(message[4:], uint32(len(message))<<16|method)
	_, _ = c.c.Write(message)
}

func (c *client) serve(owns chan struct{}) {
	var data []byte
	buffer, control := make([]byte, 4096), make([]byte, 1024)
	defer func() {
		for _, fd := range c.fds {
			_ = unix.Close(fd)
		}
	}()
	for {
		n, m, _, _, err := c.c.ReadMsgUnix(buffer, control)
		if err != nil || n == 0 {
			return
		}
		messages, _ := unix.ParseSocketControlMessage(control[:m])
		for i := range messages {
			fds, _ := unix.ParseUnixRights(&messages[i])
			c.fds = append(c.fds, fds...)
		}
		data = append(data, buffer[:n]...)
		for len(data) >= 8 {
			head := binary.NativeEndian.Uint32(data[4:])
			size := int(head >> 16)
			if len(data) < size {
				break
			}
			c.event(binary.NativeEndian.Uint32(data), head&0xFFFF, data[8:size], owns)
			data = data[size:]
		}
	}
}

func (c *client) event(object, number uint32, body []byte, owns chan struct{}) {
	switch {
	case object == registry && number == 0: // a global
		name := text(body[4:])
		c.globals[name] = binary.NativeEndian.Uint32(body)
	case object == callback:
		managers := "wl_data_device_manager"
		if _, ok := c.globals[dataControl]; ok {
			managers, c.controls = dataControl, true
		}
		for _, global := range []struct { // in the order of their numbers, as the compositor wants new objects
			name string
			id   int
		}{{"wl_seat", seat}, {managers, manager}} {
			c.send(registry, 0, c.globals[global.name], global.name, 1, global.id)
		}
		c.send(manager, 0, source)
		c.send(manager, 1, device, seat)
		for kind := range c.owner.Offers {
			c.send(source, 0, kind)
		}
		if c.controls {
			c.send(device, 0, source)
		} else {
			c.send(device, 1, source, binary.NativeEndian.Uint32(body)+1) // newer than the last event of all
		}
		c.send(display, 0, owned)
	case object == owned:
		close(owns)
	case object == source && (number == 1 && !c.controls || number == 0 && c.controls): // send
		fd := c.fds[0]
		c.fds = c.fds[1:]
		content := c.owner.Offers[text(body)]
		c.pipes.Go(func() { c.give(fd, content) })
	}
}

// text is the first argument of an event, if that is a text.
func text(body []byte) string {
	return string(body[4 : 4+binary.NativeEndian.Uint32(body)-1])
}

// give writes content into a pipe, as far as the owner does.
func (c *client) give(fd int, content []byte) {
	_ = unix.SetNonblock(fd, true) // so that it can be closed while it is written
	pipe := os.NewFile(uintptr(fd), "pipe")
	stopped := make(chan struct{})
	defer close(stopped)
	go func() { // nobody may read
		select {
		case <-c.ended:
		case <-stopped:
		}
		_ = pipe.Close()
	}()
	if c.owner.Hangs && c.owner.Piece < len(content) {
		content = content[:c.owner.Piece]
	}
	if !c.owner.Mute {
		_, err := io.Copy(pipe, bytes.NewReader(content))
		if err == nil && c.owner.Given != nil {
			c.owner.Given()
		}
	}
	if c.owner.Mute || c.owner.Hangs {
		<-c.ended
	}
}
