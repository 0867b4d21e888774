package xmpp

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"discussions/internal/dispatch"
	"discussions/internal/secret"
	"discussions/internal/tally"
	"mellium.im/xmpp/jid"
)

// MaxSent is the longest stanza that is sent, in bytes. Some servers end the stream at 256 KiB; a longer stanza would be sent again
// after each reconnection.
const MaxSent = 64 << 10

// Config is what a [Client] needs. JID and Token are required.
type Config struct {
	JID       jid.JID // the account; a resource in it is ignored
	Domain    string  // where to look for the WebSocket address (XEP-0156) if WebSocket is empty; default: the JID's domain
	WebSocket string  // a fixed address, wss:// (ws:// for a loopback address only)
	// Transport holds the trusted certificates and the proxy; it is cloned. Nil: the defaults of net/http.
	Transport *http.Transport
	// Token returns a valid access token. It is called for each login, and once more if the token is refused.
	Token func(ctx context.Context) (secret.Text, error)
	// Refused is told that the server did not accept a token, before Token is called once more: it should return another. Nil: Token
	// is called nevertheless.
	Refused func(secret.Text)
	// Resource identifies this client among the account's clients. It should be stable for one installation and unique. If another one
	// turns out to have it too, as in a copied profile, a random part is added, and both stay connected.
	// Empty: a random one for the life of the Client.
	Resource string
	// Handle receives the events, in stream order, on one goroutine. It may call any method of the Client and may wait for the disk.
	// Meanwhile incoming stanzas are queued; they are acknowledged only when handled, and no more once Run's context has ended: Handle may
	// then return without having done anything. Nil: events are dropped.
	Handle func(Event)
	Log    *slog.Logger // no contents, tokens or names are logged. Nil: no log

	PingEvery   time.Duration // default 30 s
	PingTimeout time.Duration // limit for an answer, and for a write; default 10 s
	SendTimeout time.Duration // limit for a sign of life after Send or Retry; default 5 s, on a slow network up to PingTimeout

	queuedBytes int // how much may wait for Handle; 0: maxQueuedBytes
}

const (
	attemptTimeout = 20 * time.Second // from the first byte to a bound session
	answerTimeout  = 60 * time.Second // for an IQ; longer than a lost connection that is resumed
	closeGrace     = time.Second      // for the server's <close/> at the end
)

// Client is one account's session, kept up while Run runs. Its methods may be called from any goroutine.
type Client struct {
	cfg       Config
	own       jid.JID // bare
	log       *slog.Logger
	transport *http.Transport
	retry     chan struct{}
	// events decouples Handle from the reading goroutine, so that Handle may wait for an answer.
	events   *dispatch.Queue[queued]
	refusals tally.Counts[Rule]

	// ctx is Run's; it is set before there are events.
	ctx context.Context

	// Only Run's goroutine touches these.
	found     string      // the address from discovery
	resource  string      // to ask for: that of the configuration, until another program turned out to have it too
	mechanism string      // of the last successful login
	offered   secret.Text // the token of the last login
	moves     moves
	unacked   []string // ids for the next Connected.Unacked
	suspect   string   // the id of the message with which a server ended the last session, maybe as it is too long

	mu        sync.Mutex
	session   *session    // nil: not connected
	resuming  *session    // of the attempt that waits for the answer to its resume; else nil
	stream    *management // outlives its session until a resume was refused; nil: none to resume
	requests  map[string]*openRequest
	queries   map[string]*archiveQuery
	rooms     map[string]*room // by bare JID
	inactive  bool
	account   *Info           // nil: not asked in this session
	directory *directory      // nil: not asked in this session
	wide      map[string]bool // nodes that keep many items
}

// New returns a client that does nothing before Run.
func New(c Config) *Client {
	if c.Domain == "" {
		c.Domain = c.JID.Domainpart()
	}
	if c.Resource == "" {
		c.Resource = "discussions-" + newID()[:8]
	}
	if c.PingEvery == 0 {
		c.PingEvery = 30 * time.Second
	}
	if c.PingTimeout == 0 {
		c.PingTimeout = 10 * time.Second
	}
	if c.SendTimeout == 0 {
		c.SendTimeout = 5 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	client := &Client{
		cfg: c, own: c.JID.Bare(), resource: c.Resource, log: c.Log, transport: webSocketTransport(c.Transport),
		retry: make(chan struct{}, 1),
		wide:  map[string]bool{}, requests: map[string]*openRequest{}, queries: map[string]*archiveQuery{}, rooms: map[string]*room{},
	}
	client.events = dispatch.New(client.handle)
	return client
}

// newID returns an unguessable id. Answers are matched by it.
func newID() string { return rand.Text() }

// Run connects and stays connected until ctx ends. Then it closes the stream, ends its goroutines, handles the queued events and
// returns ctx's error. Run may be called once.
func (c *Client) Run(ctx context.Context) error {
	defer c.transport.CloseIdleConnections()
	defer c.events.Close()
	defer c.abandonStream()

	c.ctx = ctx
	var wait backoff
	for {
		c.events.Put(queued{event: Connecting{}})
		err := c.connectOnce(ctx, &wait)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if c.move(err) {
			continue
		}
		if errors.Is(err, ErrReplaced) {
			c.resource = c.cfg.Resource + "-" + newID()[:8]
		}
		select { // drop a Retry from before this loss
		case <-c.retry:
		default:
		}
		retried := c.pause(ctx, err, wait.next(err))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if retried {
			wait.failures = 0 // the network may need a second more
		}
	}
}

// pause reports the loss and waits for delay, Retry or the end of ctx.
func (c *Client) pause(ctx context.Context, err error, delay time.Duration) (retried bool) {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	c.log.Info("disconnected", "error", err, "next", delay)
	c.events.Put(queued{event: Disconnected{Err: err, Next: time.Now().Add(delay)}})
	select {
	case <-timer.C:
	case <-c.retry:
		return true
	case <-ctx.Done():
	}
	return false
}

// Retry starts the next attempt now instead of waiting. An attempt in progress starts over, once it has asked to resume only if there is no
// answer within SendTimeout; a live session is tested. Call it when the user asks, when the network changed or when the computer woke up.
func (c *Client) Retry() {
	signal(c.retry)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session != nil {
		signal(c.session.probe)
	}
}

// Send queues a message and returns before it is written. [Acked] reports that the server has it. If the session is lost for good before
// that, the next [Connected].Unacked holds its ID. Errors: ErrNotConnected, ErrTooLong.
func (c *Client) Send(m Message) error {
	data, err := encode(m.encode())
	if err != nil {
		return err
	}
	return c.enqueue(sent{id: m.ID, to: m.To, data: data, prove: m.hasContent()})
}

// enqueue queues one stanza in the session.
func (c *Client) enqueue(s sent) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session == nil {
		return ErrNotConnected
	}
	c.session.push(s)
	return nil
}

// queued is one step in stream order: deliver an event, count a stanza as handled, answer an acknowledgement request.
type queued struct {
	event Event
	count *management   // the stream in which this stanza is counted
	ack   *ackWanted    // the server wants to know the count
	done  chan struct{} // closed when all that came before is handled
}

// ackWanted is a server's request for an acknowledgement. It is answered when all that came before it is handled, and before that as well if
// this takes long: a server that gets no answer ends the session.
type ackWanted struct {
	session *session
	early   *time.Timer
}

// ackLate is after how long a request is answered with what is handled so far. ejabberd waits for 60 s.
const ackLate = 5 * time.Second

func (s *session) ackWanted() *ackWanted {
	return &ackWanted{s, time.AfterFunc(ackLate, s.acknowledge)}
}

// ackHandled is how many stanzas are handled at most before they are acknowledged, asked or not. A server without acknowledgements ends a
// session once thousands of stanzas wait, which a flood causes within a second.
const ackHandled = 200

// acknowledge tells the server how much of a stream is handled, if that is the stream of the session.
func (c *Client) acknowledge(m *management) {
	c.mu.Lock()
	s := c.session
	c.mu.Unlock()
	if s != nil && s.stream == m {
		s.acknowledge()
	}
}

// handle runs on Handle's goroutine.
func (c *Client) handle(q queued) {
	if q.event != nil && c.cfg.Handle != nil {
		c.cfg.Handle(q.event)
	}
	if q.count != nil && c.ctx.Err() == nil && q.count.handled.Add(1)%ackHandled == 0 {
		c.acknowledge(q.count)
	}
	if q.ack != nil {
		q.ack.early.Stop()
		q.ack.session.acknowledge()
	}
	if q.done != nil {
		close(q.done)
	}
}

// Handled waits until Handle has had the events that came before: the answer of a request may overtake them. Not to be called by Handle.
func (c *Client) Handled(ctx context.Context) error {
	done := make(chan struct{})
	if !c.events.Put(queued{done: done}) {
		return ErrNotConnected
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// endStream ends the stream for good. Requests and Joins that still wait fail with err.
func (c *Client) endStream(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stream, c.account, c.directory, c.wide = nil, nil, nil, map[string]bool{}
	for id, p := range c.requests {
		p.answer <- answer{err: err}
		delete(c.requests, id)
	}
	for id, q := range c.queries {
		if q.givenUp {
			delete(c.queries, id)
		}
	}
	for id, r := range c.rooms {
		r.settle(err)
		delete(c.rooms, id)
	}
}

// signal wakes the reader of ch, whose capacity is 1, without blocking.
func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}
