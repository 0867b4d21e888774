package messaging

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/internal/dispatch"
	"discussions/internal/secret"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// Config is what a [Client] needs.
type Config struct {
	JID  string // the account's bare JID
	Name string // the account's own name, for own messages and in groups
	Dir  string // folder of the cache; it exists and is 0700

	Domain    string // finds the websocket (XEP-0156) where WebSocket is ""
	WebSocket string
	Transport *http.Transport

	// Token gives an access token that is valid now. Its error may wrap [ErrLoginNeeded] or [ErrClock].
	Token func(ctx context.Context) (secret.Text, error)

	Log *slog.Logger     // nil: nothing is logged. Never given any content.
	Now func() time.Time // nil: time.Now
}

// Client is the conversations of one account. Make one with [New]. All methods may be called from any goroutine.
type Client struct {
	cfg  Config
	own  jid.JID
	log  *slog.Logger
	wire wire

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	wg     sync.WaitGroup
	events dispatch.Publisher[Event]

	// What is asked for without waiting for the disk.
	connection atomic.Pointer[Connection]
	unread     atomic.Int64
	unsent     atomic.Int64

	// mu is held while the store is written and the events of that are queued, so that both have one order.
	mu       sync.Mutex
	started  bool
	closed   bool
	store    *store.Store // nil while locked
	watch    *watch       // what a locked client keeps; nil while unlocked
	session  *session     // nil before the first connection
	pending  map[string]*pending
	people   *people
	rooms    map[string]*room // groups that the account is in, by JID
	presence map[string]map[string]bool
	typing   map[string]map[string]*typist
	writing  map[string]*writing
}

// New makes a client that is locked and not started.
func New(cfg Config) *Client {
	c := newClient(cfg)
	c.wire = xmpp.New(xmpp.Config{
		JID: c.own, Domain: cfg.Domain, WebSocket: cfg.WebSocket, Transport: cfg.Transport, Token: cfg.Token, Handle: c.handle, Log: c.log,
	})
	return c
}

// newClient makes a client without a wire.
func newClient(cfg Config) *Client {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	c := &Client{
		cfg: cfg, log: cfg.Log,
		watch: newWatch(), pending: map[string]*pending{}, people: newPeople(), rooms: map[string]*room{},
		presence: map[string]map[string]bool{}, typing: map[string]map[string]*typist{}, writing: map[string]*writing{},
	}
	// A JID that is none makes a client that never connects: the wire says so.
	c.own, _ = jid.Parse(cfg.JID)
	c.own = c.own.Bare()
	c.connection.Store(&Connection{})
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// Start connects and keeps connected until Close.
func (c *Client) Start() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.started || c.closed {
		return
	}
	c.started = true
	c.setConnection(Connection{State: Connecting})
	c.wg.Go(func() {
		if err := c.wire.Run(c.ctx); c.ctx.Err() == nil {
			c.log.Error("the wire ended", "err", err)
			c.setConnection(Connection{Problem: problem(err)})
		}
	})
}

// Close disconnects, locks, and waits for all goroutines of the client. Not to be called by a subscriber.
func (c *Client) Close() error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.cancel()
	c.wg.Wait() // what came in last is stored
	err := c.Lock()
	c.events.Close()
	return err
}

// Retry connects now instead of at the end of the back-off.
func (c *Client) Retry() {
	if conn := c.Connection(); conn.State == Offline {
		c.setConnection(Connection{State: Connecting, Problem: conn.Problem})
	}
	c.wire.Retry()
}

// Subscribe calls f with each event from now on, in order, until unsubscribe. Events are published while the store is locked
// for writing, so their order is that of the store. All subscribers share one goroutine: f must not block, nor call Close.
func (c *Client) Subscribe(f func(Event)) (unsubscribe func()) { return c.events.Subscribe(f) }

func (c *Client) publish(events ...Event) { c.events.Publish(events...) }

// Connection is the present state of the websocket.
func (c *Client) Connection() Connection { return *c.connection.Load() }

// Unread is the number of unread messages of all conversations, also while locked.
func (c *Client) Unread() int { return int(c.unread.Load()) }

// Unsent is the number of messages in the outbox, failed ones included.
func (c *Client) Unsent() int { return int(c.unsent.Load()) }

func (c *Client) setConnection(conn Connection) {
	if old := c.connection.Swap(&conn); *old != conn {
		c.publish(ConnectionChanged{conn})
	}
}

func (c *Client) online() bool { return c.Connection().State == Online }

// count publishes the number of unread messages where it changed, or where a message came live. c.mu is held.
func (c *Client) count(n int, live bool) {
	if old := c.unread.Swap(int64(n)); int(old) != n || live {
		c.publish(CountChanged{Unread: n, Unsent: c.Unsent(), Live: live})
	}
}

// countUnsent publishes the number of messages in the outbox where it changed. c.mu is held.
func (c *Client) countUnsent() {
	n := len(c.pending)
	if old := c.unsent.Swap(int64(n)); int(old) != n {
		c.publish(CountChanged{Unread: c.Unread(), Unsent: n})
	}
}
