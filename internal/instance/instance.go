// Package instance keeps the program to one run for each profile folder. A second start asks the first to come to the
// front and ends.
//
// The running program holds a lock on a file of the profile folder, which the operating system releases when the program ends,
// even by a crash. It listens on a socket (on Windows a named pipe) that only the same user can reach, for a [Message]. Anything
// else is dropped, and slow clients are disconnected.
package instance

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"discussions/internal/privatedir"
)

var (
	// ErrRunning: another run of the program has this profile, and was asked to come to the front.
	ErrRunning = errors.New("the program is already running on this profile")
	// ErrBusy: another run has this profile and does not answer: it hangs, or it is on another computer that shares the folder.
	ErrBusy = errors.New("another run of the program has this profile and does not answer")
)

const (
	waitForOther = 5 * time.Second        // for a run that is starting or ending
	pollEvery    = 25 * time.Millisecond  // meanwhile
	talkLimit    = 2 * time.Second        // for one exchange, on both sides
	maxClients   = 8                      // at the same time; further ones are disconnected
	acceptPause  = 100 * time.Millisecond // after a failed accept, such as too many open files
)

// Instance is the claim of this run on a profile folder.
type Instance struct {
	onMessage func(Message)
	limit     time.Duration // for everything that one client says
	claim     *os.File
	listener  net.Listener

	running sync.WaitGroup
	leave   sync.Once
	gone    chan struct{}

	mu      sync.Mutex // one message at a time, and none after Leave
	clients map[net.Conn]struct{}
}

// Acquire claims the profile folder dir, and makes it if needed. It calls onMessage for each message of a later start, one at a
// time; onMessage must neither wait nor call Leave. If another run has the folder, that run is asked to come to the front, and
// the error is [ErrRunning]. If it does not answer within five seconds, the error is [ErrBusy].
func Acquire(dir string, onMessage func(Message)) (*Instance, error) {
	return AcquireOrAsk(dir, Message{}, onMessage)
}

// AcquireOrAsk is Acquire, but sends ask to the other run.
func AcquireOrAsk(dir string, ask Message, onMessage func(Message)) (*Instance, error) {
	return acquire(dir, ask, &Instance{onMessage: onMessage, limit: talkLimit})
}

func acquire(dir string, ask Message, i *Instance) (*Instance, error) {
	dir, err := prepare(dir)
	if err != nil {
		return nil, fmt.Errorf("claim the profile folder: %w", err)
	}
	deadline := time.Now().Add(waitForOther)
	for {
		claim, err := lock(filepath.Join(dir, "instance.lock"))
		if err == nil {
			if err := i.start(dir, claim); err != nil {
				return nil, err
			}
			return i, nil
		}
		if !errors.Is(err, errLocked) {
			return nil, fmt.Errorf("claim the profile folder: %w", err)
		}
		if send(dir, ask, deadline) == nil {
			return nil, ErrRunning
		}
		// The other run does not listen yet, or no longer.
		if !time.Now().Add(pollEvery).Before(deadline) {
			return nil, ErrBusy
		}
		time.Sleep(pollEvery)
	}
}

// prepare makes the folder and returns its path without links, so that two spellings of one folder meet.
func prepare(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if err := privatedir.Make(dir); err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	return dir, nil
}

func (i *Instance) start(dir string, claim *os.File) error {
	l, err := listen(dir)
	if err != nil {
		claim.Close()
		return fmt.Errorf("listen for later starts: %w", err)
	}
	i.claim, i.listener, i.gone, i.clients = claim, l, make(chan struct{}), map[net.Conn]struct{}{}
	i.running.Go(i.serve)
	return nil
}

// Leave stops listening. Call it when the program begins to end: a start from now on waits for that end, instead of asking this
// run to come to the front. The claim stays until Close.
func (i *Instance) Leave() {
	i.leave.Do(func() {
		close(i.gone)
		i.listener.Close()
		i.mu.Lock()
		for c := range i.clients {
			c.Close()
		}
		i.mu.Unlock()
		i.running.Wait()
	})
}

// Close gives the profile folder back. No message comes after it.
func (i *Instance) Close() error {
	i.Leave()
	return i.claim.Close()
}

func (i *Instance) serve() {
	for {
		c, err := i.listener.Accept()
		if err != nil {
			select {
			case <-i.gone:
				return
			case <-time.After(acceptPause):
				continue
			}
		}
		if !i.admit(c) {
			c.Close()
			continue
		}
		i.running.Go(func() { i.serveClient(c) })
	}
}

func (i *Instance) admit(c net.Conn) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	select {
	case <-i.gone:
		return false
	default:
	}
	if len(i.clients) >= maxClients {
		return false
	}
	i.clients[c] = struct{}{}
	return true
}

// serveClient reads one line of a client, and answers if it is a message.
func (i *Instance) serveClient(c net.Conn) {
	defer func() {
		c.Close()
		i.mu.Lock()
		delete(i.clients, c)
		i.mu.Unlock()
	}()
	if c.SetDeadline(time.Now().Add(i.limit)) != nil || samePerson(c) != nil {
		return
	}
	line, err := bufio.NewReader(io.LimitReader(c, int64(maxLine))).ReadBytes('\n')
	if err != nil {
		return
	}
	m, ok := parse(line)
	if !ok || !i.deliver(m) {
		return
	}
	io.WriteString(c, answer) // an error does not matter: the message was delivered
}

func (i *Instance) deliver(m Message) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	select {
	case <-i.gone:
		return false
	default:
	}
	i.onMessage(m)
	return true
}

// send sends a message to the run that has dir, and waits for its answer until the deadline.
func send(dir string, m Message, deadline time.Time) error {
	if limit := time.Now().Add(talkLimit); limit.Before(deadline) {
		deadline = limit
	}
	c, err := dial(dir, deadline)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SetDeadline(deadline); err != nil {
		return err
	}
	if err := samePerson(c); err != nil {
		return err
	}
	letForward(c)
	if _, err := io.WriteString(c, m.line()); err != nil {
		return err
	}
	got := make([]byte, len(answer))
	if _, err := io.ReadFull(c, got); err != nil {
		return err
	}
	if string(got) != answer {
		return errors.New("the answer is not understood")
	}
	return nil
}
