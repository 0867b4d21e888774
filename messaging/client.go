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
	"discussions/internal/picture"
	"discussions/internal/secret"
	"discussions/internal/tally"
	"discussions/messaging/outbox"
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
	// Refused is told that the server did not accept a token; Token is then called for another. May be nil.
	Refused func(secret.Text)

	Files FilePolicy

	Log *slog.Logger     // nil: nothing is logged. Never given any content.
	Now func() time.Time // nil: time.Now
}

// Client is the conversations of one account. Make one with [New]. All methods may be called from any goroutine.
//
// What changes the account's state runs on one goroutine, the writer, one thing after another: see [Client.do]. So writes to the store
// and the events that tell of them have one order, and no lock is held while the disk is waited for.
type Client struct {
	cfg  Config
	own  jid.JID
	log  *slog.Logger
	wire wire

	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	wg      sync.WaitGroup // of what works beside the writer
	writer  *dispatch.Queue[func()]
	events  dispatch.Publisher[Event]
	changed chan struct{} // signals that something was published

	// What is asked for without waiting for the disk.
	connection atomic.Pointer[Connection]
	unread     atomic.Int64
	unsent     atomic.Int64
	store      atomic.Pointer[store.Store] // nil while locked; set by the writer alone
	aside      atomic.Pointer[string]
	closed     atomic.Bool
	behind     atomic.Int32 // archives that are read for long
	disk       diskWait
	files      *fileWork
	pictures   *picture.Decoder // of groups' pictures

	ignoredCount tally.Counts[ignored]
	againCount   tally.Counts[again]

	// Of the writer:
	started    bool
	hidden     bool           // the user cannot see the conversations
	counter    *lockedCounter // while locked
	unindex    func()         // ends the indexing of messages, while unlocked
	unmute     *time.Timer    // to the end of the next silence; nil: none ends
	statusEnds *time.Timer    // to the end of the status; nil: it does not end
	syncer     *syncer        // nil before the first connection
	outbox     *outbox.Outbox
	writing    map[ConversationID]*writing
	undone     []func() error            // what a full disk prevented, to be done when it has room
	drafts     map[ConversationID]string // that are among it

	// mu guards what follows. The writer alone changes it, and holds mu while it does; all others hold mu while they read. No method of
	// the store or the wire is called with mu held.
	mu     sync.RWMutex
	people *people
	rooms  map[ConversationID]*room // groups that the account is in

	avatars map[ConversationID]*Avatar // of groups; none while locked

	groupsKnown bool // which conversations are groups; the writer's alone
	presence    map[string]map[string]devicePresence
	crowded     bool                    // somebody's presence was not kept, see [mostHeard]; the writer's alone
	blocked     map[ConversationID]bool // by the account
	status      Status                  // of the account itself
	requests    []ContactRequest        // that wait for an answer
	choices     map[ConversationID]store.Choices
	counted     sessionCount
	typing      map[ConversationID]map[string]*typist
}

// New makes a client that is locked and not started.
func New(cfg Config) *Client {
	c := newClient(cfg)
	c.wire = xmpp.New(xmpp.Config{
		JID: c.own, Domain: cfg.Domain, WebSocket: cfg.WebSocket, Transport: cfg.Transport, Token: cfg.Token,
		Refused: cfg.Refused, Resource: device(cfg.Dir), Handle: c.handle, Log: c.log,
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
		cfg: cfg, log: cfg.Log, changed: make(chan struct{}, 1), writer: dispatch.New(func(f func()) { f() }),
		counter: newLockedCounter(), outbox: outbox.New(), rooms: map[ConversationID]*room{},
		avatars: map[ConversationID]*Avatar{}, pictures: picture.NewDecoder(),
		presence: map[string]map[string]devicePresence{}, typing: map[ConversationID]map[string]*typist{}, writing: map[ConversationID]*writing{},
	}
	c.files = newFileWork(&c.cfg)
	// An invalid JID yields a client that never connects; Run reports it.
	c.own, _ = jid.Parse(cfg.JID)
	c.own = c.own.Bare()
	c.people = newPeople(c.own.String(), cfg.Name)
	c.connection.Store(&Connection{})
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// do runs f on the writer and waits for it. It returns false without running f when the client is closed. Not to be called by what runs on
// the writer, nor with mu held.
func (c *Client) do(f func()) bool {
	done := make(chan struct{})
	if !c.writer.Put(func() { defer close(done); f() }) {
		return false
	}
	<-done
	return true
}

// post has f run on the writer, and does not wait.
func (c *Client) post(f func()) { c.writer.Put(f) }

// Start connects and keeps connected until Close.
func (c *Client) Start() {
	c.do(func() {
		if c.started || c.closed.Load() {
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
	})
}

// Close disconnects, locks, and waits for all goroutines of the client. Not to be called by a subscriber.
func (c *Client) Close() error {
	c.do(func() { c.closed.Store(true) }) // from now on the writer starts nothing
	c.cancel()
	c.files.stop()
	c.wg.Wait() // what came in last is stored
	err := c.Lock()
	c.do(func() {
		for _, timer := range []*time.Timer{c.unmute, c.statusEnds} {
			if timer != nil {
				timer.Stop()
			}
		}
	})
	c.writer.Close()
	c.events.Close()
	c.files.transfer.Close()
	return err
}

// Retry connects now instead of at the end of the back-off, and checks whether a full disk has room again.
func (c *Client) Retry() {
	c.disk.look()
	if conn := c.Connection(); conn.State == Offline {
		c.setConnection(Connection{State: Connecting, Problem: conn.Problem})
	}
	c.wire.Retry()
}

// Subscribe calls f with each event from now on, in order, until unsubscribe. Events are published while the store is locked
// for writing, so their order is that of the store. All subscribers share one goroutine: f must not block, nor call Close.
func (c *Client) Subscribe(f func(Event)) (unsubscribe func()) { return c.events.Subscribe(f) }

// Connection is the present state of the websocket.
func (c *Client) Connection() Connection { return *c.connection.Load() }

// Unread is the number of unread messages of all conversations that are not muted, also while locked.
func (c *Client) Unread() int { return int(c.unread.Load()) }

// Unsent is the number of messages in the outbox, failed ones included.
func (c *Client) Unsent() int { return int(c.unsent.Load()) }

func (c *Client) setConnection(conn Connection) {
	c.changeConnection(func(old *Connection) {
		conn.DiskFull, conn.Behind = old.DiskFull, old.Behind
		*old = conn
	})
}

// changeConnection changes the state of the connection, and tells it where it differs.
func (c *Client) changeConnection(change func(*Connection)) {
	for {
		old := c.connection.Load()
		conn := *old
		change(&conn)
		if conn == *old {
			return
		}
		if c.connection.CompareAndSwap(old, &conn) {
			c.publish(ConnectionChanged{conn})
			return
		}
	}
}

func (c *Client) online() bool { return c.Connection().State == Online }

// count publishes the number of unread messages where it changed.
func (c *Client) count(n int) { c.countAfter(n, false) }

// countAfter publishes the number of unread messages where it changed, or where a message came live.
func (c *Client) countAfter(n int, live bool) {
	if old := c.unread.Swap(int64(n)); int(old) != n || live {
		c.publish(CountChanged{Unread: n, Unsent: c.Unsent(), Live: live})
	}
}

// countUnsent publishes the number of messages in the outbox where it changed.
func (c *Client) countUnsent() {
	n := c.outbox.Len()
	if old := c.unsent.Swap(int64(n)); int(old) != n {
		c.publish(CountChanged{Unread: c.Unread(), Unsent: n})
	}
}

func (c *Client) publish(list ...Event) {
	c.events.Publish(list...)
	c.sweepAfter(list)
	poke(c.changed)
}

// poke wakes the reader of a channel that holds one value. It does not wait; nobody reads a nil channel.
func poke(ch chan<- struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}
