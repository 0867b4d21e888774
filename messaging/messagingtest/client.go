// Package messagingtest has a fake of [messaging.Client] for the tests of what is built on it, and the contract that the fake and the real
// client keep: see [TestClient].
package messagingtest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/internal/secret"
	"discussions/messaging"
)

// Client is the conversations of one account in memory, without disk or network. Make one with [New] or [Open]. What a test knows of the
// rest of the world it tells by the methods of peer.go.
//
// Events are told before the method that caused them returns, on the goroutine of its caller, so that a test need not wait for them. Where
// another goroutine is telling events just then, it tells these as well: see [Client.Settled].
// A message leaves the outbox when the server acknowledges it.
type Client struct {
	// Aside is what SetAside returns.
	Aside string
	// Directory is who is found by FindPeople.
	Directory []messaging.Card
	// NoPictures: groups keep no picture.
	NoPictures bool

	cfg messaging.Config
	own jid.JID

	mu            sync.Mutex
	open, closed  bool
	connection    messaging.Connection
	status        messaging.Status
	conversations map[messaging.ConversationID]*Conversation
	handed        map[messaging.MessageID]bool // the wire has them
	versions      map[messaging.MessageID][]messaging.Version
	readers       map[messaging.MessageID][]messaging.Reader
	reached       map[messaging.ConversationID]*reached
	typing        map[messaging.ConversationID][]typing
	connections   []online
	unannounced   []messaging.Message // they came while the client was locked
	files         map[messaging.MessageID]*storedFile
	last          int // number of the newest message
	requests      []messaging.ContactRequest
	answers       []string // types of presences that answered requests
	calls         []string
	failures      map[string]error
	holds         map[string]*hold
	held          int // calls that wait for a release

	subscribers []*subscriber
	events      []publication
	delivering  bool
}

// New returns a client that is locked and not started, as [messaging.New] does. It uses the JID, the Name and the clock of cfg.
func New(cfg messaging.Config) *Client {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	own, _ := jid.Parse(cfg.JID)
	return &Client{
		status: messaging.Status{Presence: messaging.Available}, cfg: cfg, own: own.Bare(), conversations: map[messaging.ConversationID]*Conversation{}, handed: map[messaging.MessageID]bool{}, files: map[messaging.MessageID]*storedFile{},
		reached: map[messaging.ConversationID]*reached{}, typing: map[messaging.ConversationID][]typing{}, failures: map[string]error{}, holds: map[string]*hold{},
	}
}

// Open returns a client that is unlocked and online.
func Open(cfg messaging.Config) *Client {
	c := New(cfg)
	c.open, c.connection.State = true, messaging.Online
	c.connections = []online{{c.cfg.Now(), true}}
	return c
}

// Unlock opens the client with any key.
func (c *Client) Unlock(secret.Key) error {
	return c.locked(func() error {
		if c.closed {
			return messaging.ErrClosed
		}
		if !c.open {
			c.open = true
			c.publish(messaging.ConversationsChanged{})
			for _, m := range c.unannounced {
				c.publish(messaging.MessageAdded{Message: m}, messaging.ConversationChanged{ID: m.Conversation})
			}
			c.unannounced = nil
		}
		return nil
	})
}

// Lock implements the method of [messaging.Client].
func (c *Client) Lock() error {
	return c.locked(func() error {
		for _, v := range c.conversations {
			c.setTyping(v, nil)
		}
		for id := range c.typing {
			c.typing[id] = append(c.typing[id], typing{at: c.cfg.Now()})
		}
		c.open = false
		return nil
	})
}

// Start implements the method of [messaging.Client]. The connection comes with [Client.SetConnection].
func (c *Client) Start() {
	if c.Connection().State == messaging.Offline {
		c.SetConnection(messaging.Connection{State: messaging.Connecting})
	}
}

// Close implements the method of [messaging.Client].
func (c *Client) Close() error {
	return c.locked(func() error {
		c.open, c.closed = false, true
		return nil
	})
}

// SetVisible implements the method of [messaging.Client].
func (c *Client) SetVisible(on bool) { c.called("visible %v", on) }

// Retry implements the method of [messaging.Client].
func (c *Client) Retry() {
	c.called("retry")
	if conn := c.Connection(); conn.State == messaging.Offline {
		c.SetConnection(messaging.Connection{State: messaging.Connecting, Problem: conn.Problem})
	}
}

// Connection implements the method of [messaging.Client].
func (c *Client) Connection() messaging.Connection {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.connection
}

// SetAside implements the method of [messaging.Client].
func (c *Client) SetAside() string { return c.Aside }

// Unread implements the method of [messaging.Client].
func (c *Client) Unread() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.unread()
}

// Unsent implements the method of [messaging.Client].
func (c *Client) Unsent() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.unsent()
}

// hold is a method that a test holds.
type hold struct {
	calls    int // that wait
	released chan struct{}
}

// enter waits where a test holds the method, and fails where a test says so.
func (c *Client) enter(ctx context.Context, method string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h := c.holds[method]; h != nil {
		c.held, h.calls = c.held+1, h.calls+1
		c.mu.Unlock()
		select {
		case <-h.released:
			c.mu.Lock()
		case <-ctx.Done():
			c.mu.Lock()
			if h.calls > 0 { // not released meanwhile
				c.held, h.calls = c.held-1, h.calls-1
			}
			return ctx.Err()
		}
	}
	return c.failures[method]
}

// locked runs f with mu held, and then tells the events of f.
func (c *Client) locked(f func() error) error {
	c.mu.Lock()
	err := f()
	c.mu.Unlock()
	c.deliver()
	return err
}

// opened runs f with mu held where the client is unlocked.
func (c *Client) opened(f func() error) error {
	return c.locked(func() error {
		switch {
		case c.closed:
			return messaging.ErrClosed
		case !c.open:
			return messaging.ErrLocked
		}
		return f()
	})
}

func (c *Client) called(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, fmt.Sprintf(format, args...))
}
