// Package engine runs the message server of the sandbox: ejabberd, alone or as a node of a cluster, or Prosody.
//
// A server is started directly, by the user who runs the sandbox, and listens on Unix sockets in its own folder: any number of them
// run side by side, and no other program can take a port between its choice and its use.
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

	"discussions/cmd/sandbox/internal/people"
)

// The kinds of server.
const (
	Ejabberd = "ejabberd"
	Prosody  = "prosody"
)

// Options are the folder, the domains and the keys of an engine.
type Options struct {
	Kind        string // [Ejabberd] or [Prosody]
	Dir         string // its folder: exists, empty
	Domain      string
	Rooms       string // domain of the multi-user chats
	Certificate []byte // PEM: certificate, then key
	TokenKey    []byte // public JWK which the access tokens are signed with
	WebSocket   string // public address, for XEP-0156
	Public      string // its public address for HTTP, without a path, for XEP-0363
	Unacked     int    // stanzas that it keeps for a session, at most
	Node        *Node  // its place in a cluster; nil: it is alone
	LDAP        *LDAP  // where it has cards and directory from; nil: its own database
}

// Engine is one message server.
type Engine struct {
	o      Options
	server server

	mu      sync.Mutex
	command *exec.Cmd
	ended   chan struct{} // closed when the process of command is gone
}

// server is what one kind of message server has of its own.
type server interface {
	// files are those of its folder, by name.
	files() (map[string][]byte, error)
	// command is its command line; the environment names the socket that it tells its readiness to.
	command() *exec.Cmd
	// seed fills the database of a server that has never run.
	seed(ctx context.Context, everyone []people.Person, history []people.Message) error
}

// New writes the engine's configuration; nothing runs before [Engine.Start].
func New(o Options) (*Engine, error) {
	e := &Engine{o: o}
	switch o.Kind {
	case Ejabberd:
		e.server = &ejabberd{Options: o, database: newDatabase(o)}
	case Prosody:
		e.server = &prosody{o}
	default:
		return nil, fmt.Errorf("unknown engine %q: %s or %s", o.Kind, Ejabberd, Prosody)
	}
	for _, socket := range e.sockets() {
		if len(socket) > 100 { // sun_path holds 108 bytes
			return nil, fmt.Errorf("the path %s is too long for a Unix socket: set TMPDIR to a shorter folder", socket)
		}
	}
	files, err := e.server.files()
	if err != nil {
		return nil, err
	}
	for name, data := range files {
		path := filepath.Join(o.Dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			return nil, err
		}
	}
	return e, os.MkdirAll(filepath.Join(o.Dir, "upload"), 0o700)
}

// Seed fills the database of an engine that has never run: everyone an account and a card, everyone the contact of everyone, and what
// was said before.
func (e *Engine) Seed(ctx context.Context, everyone []people.Person, history []people.Message) error {
	if err := e.server.seed(ctx, everyone, history); err != nil {
		return fmt.Errorf("fill the database of %s: %w", e.o.Kind, err)
	}
	return nil
}

// HTTPSocket serves TLS with the websocket, XEP-0156 and uploads.
func (e *Engine) HTTPSocket() string { return filepath.Join(e.o.Dir, "http.sock") }

// ClientSocket serves XMPP with STARTTLS, for the sandbox's own people.
func (e *Engine) ClientSocket() string { return filepath.Join(e.o.Dir, "c2s.sock") }

func (e *Engine) sockets() []string { return []string{e.HTTPSocket(), e.ClientSocket()} }

func (e *Engine) log() string { return filepath.Join(e.o.Dir, e.o.Kind+".log") }

// Dial connects to [Engine.HTTPSocket].
func (e *Engine) Dial(ctx context.Context) (net.Conn, error) {
	return dialUnix(ctx, e.HTTPSocket())
}

// DialClient connects to [Engine.ClientSocket].
func (e *Engine) DialClient(ctx context.Context) (net.Conn, error) {
	return dialUnix(ctx, e.ClientSocket())
}

func dialUnix(ctx context.Context, path string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "unix", path)
}

// Start runs the server and returns when it serves; it is an error only when
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
	// A killed server leaves its sockets, and does not bind over them.
	for _, socket := range e.sockets() {
		if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	output := &bytes.Buffer{}
	command, ended, err := spawn(func() *exec.Cmd {
		c := e.server.command()
		c.Dir = e.o.Dir
		c.Env = append(c.Env, "NOTIFY_SOCKET="+notice.LocalAddr().String())
		c.Stdout, c.Stderr = output, output
		return c
	}, nil)
	if err != nil {
		return fmt.Errorf("start %s: %w", e.o.Kind, err)
	}
	e.command, e.ended = command, ended

	ready := make(chan error, 1)
	go func() { ready <- waitReady(notice) }()
	select {
	case err = <-ready:
	case <-ended:
		err = fmt.Errorf("%s ended at its start: %s%s", e.o.Kind, strings.TrimSpace(output.String()), e.lastLog())
	case <-ctx.Done():
		err = fmt.Errorf("%s is not ready: %w%s", e.o.Kind, ctx.Err(), e.lastLog())
	}
	if err == nil {
		err = e.waitSockets(ctx)
	}
	if err != nil {
		e.kill()
	}
	return err
}

// mostStopping is how long a server may take to end in order, as a service manager limits it: ejabberd 23.01 may wait for a WebSocket that
// nobody reads any more.
const mostStopping = 20 * time.Second

// Stop ends the server in order: it closes every stream and saves its state.
func (e *Engine) Stop(ctx context.Context) error {
	ctx, done := context.WithTimeout(ctx, mostStopping)
	defer done()
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

// Kill ends the server as a power failure would, and waits until it is gone.
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
	for _, socket := range e.sockets() {
		for {
			c, err := dialUnix(ctx, socket)
			if err == nil {
				_ = c.Close()
				break
			}
			select {
			case <-time.After(5 * time.Millisecond):
			case <-e.ended:
				return fmt.Errorf("%s ended before it listened%s", e.o.Kind, e.lastLog())
			case <-ctx.Done():
				return fmt.Errorf("%s does not listen: %w%s", e.o.Kind, err, e.lastLog())
			}
		}
	}
	return nil
}

// lastLog is the end of the server's log, for an error message.
func (e *Engine) lastLog() string {
	text, err := os.ReadFile(e.log())
	if err != nil {
		return ""
	}
	return "\n" + string(text[max(0, len(text)-2000):])
}
