// Package engine runs ejabberd, the message server of the sandbox.
//
// ejabberd is started straight from the Erlang virtual machine, by whatever
// user runs the sandbox, without a node name: so there is no Erlang
// distribution, no epmd and no cookie, and any number of engines run side by
// side. It listens on Unix sockets in its own folder: no port is ever taken
// from somebody else between choosing it and using it.
package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Options are the folder, the domains and the keys of an engine.
type Options struct {
	Dir         string // its folder: exists, empty
	Domain      string
	Rooms       string // domain of the multi-user chats
	Certificate []byte // PEM: certificate, then key
	TokenKey    []byte // public JWK which the access tokens are signed with
	WebSocket   string // public address, for XEP-0156
	Upload      string // public address, for XEP-0363
}

// Engine is one ejabberd.
type Engine struct {
	o Options

	mu      sync.Mutex
	command *exec.Cmd
	ended   chan struct{} // closed when the process of command is gone
}

// New writes the engine's configuration; nothing runs before [Engine.Start].
func New(o Options) (*Engine, error) {
	e := &Engine{o: o}
	for _, socket := range []string{e.HTTPSocket(), e.ClientSocket()} {
		if len(socket) > 100 { // sun_path holds 108 bytes
			return nil, fmt.Errorf("the path %s is too long for a Unix socket: set TMPDIR to a shorter folder", socket)
		}
	}
	if err := e.writeFiles(); err != nil {
		return nil, err
	}
	return e, nil
}

// HTTPSocket serves TLS with the websocket, XEP-0156 and uploads.
func (e *Engine) HTTPSocket() string { return filepath.Join(e.o.Dir, "http.sock") }

// ClientSocket serves XMPP with STARTTLS, for the sandbox's own people.
func (e *Engine) ClientSocket() string { return filepath.Join(e.o.Dir, "c2s.sock") }

// Database is the SQLite file of archives, rosters and rooms.
func (e *Engine) Database() string { return filepath.Join(e.o.Dir, "ejabberd.sqlite") }

func (e *Engine) log() string { return filepath.Join(e.o.Dir, "ejabberd.log") }

// Dial connects to [Engine.HTTPSocket].
func (e *Engine) Dial(ctx context.Context) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "unix", e.HTTPSocket())
}

// Start runs ejabberd and returns when it serves; it is an error only when
// it cannot serve. An engine that runs is left alone.
func (e *Engine) Start(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.running() {
		return nil
	}
	notice, err := listenNotice(filepath.Join(e.o.Dir, "notify"))
	if err != nil {
		return err
	}
	defer notice.Close()
	// A killed ejabberd leaves its sockets, and does not bind over them.
	for _, socket := range []string{e.HTTPSocket(), e.ClientSocket()} {
		if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	output := &bytes.Buffer{}
	command, ended, err := spawn(func() *exec.Cmd { return e.build(notice.LocalAddr().String(), output) })
	if err != nil {
		return fmt.Errorf("start ejabberd: %w", err)
	}
	e.command, e.ended = command, ended

	ready := make(chan error, 1)
	go func() { ready <- waitReady(notice) }()
	select {
	case err = <-ready:
	case <-ended:
		err = fmt.Errorf("ejabberd ended at its start: %s%s", strings.TrimSpace(output.String()), e.lastLog())
	case <-ctx.Done():
		err = fmt.Errorf("ejabberd is not ready: %w%s", ctx.Err(), e.lastLog())
	}
	if err == nil {
		err = e.waitSockets(ctx)
	}
	if err != nil {
		e.kill()
	}
	return err
}

// build is the command line, as ejabberdctl would have it but for the user
// switch and the node name.
func (e *Engine) build(notice string, output *bytes.Buffer) *exec.Cmd {
	c := exec.Command("erl", "+P", "250000", "-noinput", "-mnesia", "dir", `"`+filepath.Join(e.o.Dir, "mnesia")+`"`,
		"-ejabberd", "log_rotate_size", "infinity", "-s", "ejabberd")
	c.Dir = e.o.Dir
	c.Env = append(os.Environ(),
		"HOME="+e.o.Dir,
		"ERL_LIBS="+library,
		"ERL_CRASH_DUMP_BYTES=0",
		"EJABBERD_CONFIG_PATH="+filepath.Join(e.o.Dir, "ejabberd.yml"),
		"EJABBERD_LOG_PATH="+e.log(),
		"CONTRIB_MODULES_PATH="+filepath.Join(e.o.Dir, "modules"),
		"NOTIFY_SOCKET="+notice,
	)
	c.Stdout, c.Stderr = output, output
	return c
}

// library is where Debian puts ejabberd and its dependencies.
var library = func() string {
	if found, _ := filepath.Glob("/usr/lib/*/ejabberd-*/ebin"); len(found) > 0 {
		return filepath.Dir(filepath.Dir(found[0]))
	}
	return "/usr/lib"
}()

// Stop ends ejabberd in order: it closes every stream and saves its state.
func (e *Engine) Stop(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.running() {
		return nil
	}
	if err := e.command.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-e.ended:
	case <-ctx.Done():
		e.kill()
	}
	return nil
}

// Kill ends ejabberd as a power failure would, and waits until it is gone.
func (e *Engine) Kill() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.running() {
		e.kill()
	}
}

func (e *Engine) running() bool {
	if e.command == nil {
		return false
	}
	select {
	case <-e.ended:
		return false
	default:
		return true
	}
}

func (e *Engine) kill() {
	killTree(e.command)
	<-e.ended
}

// waitSockets waits for the listeners, which follow the notice of readiness at
// once.
func (e *Engine) waitSockets(ctx context.Context) error {
	for _, socket := range []string{e.HTTPSocket(), e.ClientSocket()} {
		for {
			var d net.Dialer
			c, err := d.DialContext(ctx, "unix", socket)
			if err == nil {
				_ = c.Close()
				break
			}
			select {
			case <-time.After(5 * time.Millisecond):
			case <-e.ended:
				return fmt.Errorf("ejabberd ended before it listened%s", e.lastLog())
			case <-ctx.Done():
				return fmt.Errorf("ejabberd does not listen: %w%s", err, e.lastLog())
			}
		}
	}
	return nil
}

// lastLog is the end of ejabberd's log, for an error message.
func (e *Engine) lastLog() string {
	text, err := os.ReadFile(e.log())
	if err != nil {
		return ""
	}
	return "\n" + string(text[max(0, len(text)-2000):])
}
