package xmpp

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"discussions/internal/secret"
	"github.com/coder/websocket"
	"mellium.im/xmpp/jid"
)

// fake is a server whose every step the test decides, over pipes in memory: it can be used inside a synctest bubble.
type fake struct {
	t      testing.TB
	pair   func() (client, server net.Conn)
	dials  chan net.Conn
	conns  chan *fakeConn
	server *http.Server
	done   chan struct{}

	mu     sync.Mutex
	refuse error // what dialling gives instead
	count  int   // of dials
	asked  []string
}

func newFake(t testing.TB) *fake {
	f := &fake{t: t, pair: net.Pipe, dials: make(chan net.Conn), conns: make(chan *fakeConn, 16), done: make(chan struct{})}
	f.server = &http.Server{Handler: http.HandlerFunc(f.serve), ConnContext: func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, rawConn{}, c)
	}}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = f.server.Serve(f)
	}()
	t.Cleanup(func() {
		_ = f.server.Close()
		<-served
	})
	return f
}

func (f *fake) serve(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"xmpp"}})
	if err != nil {
		f.t.Errorf("accept: %v", err)
		return
	}
	ws.SetReadLimit(-1)
	select {
	case f.conns <- &fakeConn{t: f.t, fake: f, ws: ws, raw: r.Context().Value(rawConn{}).(net.Conn)}:
	default:
		f.t.Error("the client connects again and again")
		f.setRefuse(errNoNetwork)
	}
}

// rawConn is the context's key of a request's connection.
type rawConn struct{}

// Accept, Close and Addr make the fake its own net.Listener.
func (f *fake) Accept() (net.Conn, error) {
	select {
	case c := <-f.dials:
		return c, nil
	case <-f.done:
		return nil, net.ErrClosed
	}
}

func (f *fake) Close() error {
	select {
	case <-f.done:
	default:
		close(f.done)
	}
	return nil
}

func (f *fake) Addr() net.Addr { return &net.TCPAddr{} }

func (f *fake) dial(ctx context.Context, _, address string) (net.Conn, error) {
	f.mu.Lock()
	f.asked = append(f.asked, address)
	f.count++
	refuse := f.refuse
	f.mu.Unlock()
	if refuse != nil {
		return nil, refuse
	}
	client, server := f.pair()
	select {
	case f.dials <- server:
		return client, nil
	case <-f.done:
		return nil, errors.New("nobody listens")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (f *fake) setRefuse(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refuse = err
}

// addresses lists what was dialled.
func (f *fake) addresses() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.asked)
}

func (f *fake) dialled() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.count
}

// next waits for the client's next connection.
func (f *fake) next() *fakeConn {
	f.t.Helper()
	select {
	case c := <-f.conns:
		return c
	case <-time.After(time.Hour):
		f.t.Fatal("the client did not connect")
		return nil
	}
}

var errNoNetwork = errors.New("no network")

// fakeConn is the server's end of one connection.
type fakeConn struct {
	t    testing.TB
	fake *fake
	ws   *websocket.Conn
	raw  net.Conn // below the WebSocket
}

func (c *fakeConn) read() string {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	_, data, err := c.ws.Read(ctx)
	if err != nil {
		c.t.Fatalf("read: %v", err)
	}
	return string(data)
}

// expect reads up to an element that contains all parts. What the client asks by itself (pings, <r/>) is passed over.
func (c *fakeConn) expect(parts ...string) string {
	c.t.Helper()
	for {
		text := c.read()
		missing := ""
		for _, part := range parts {
			if !strings.Contains(text, part) {
				missing = part
			}
		}
		if missing == "" {
			return text
		}
		if strings.HasPrefix(text, "<r ") || strings.Contains(text, "urn:xmpp:ping") {
			continue
		}
		c.t.Fatalf("got %s, want %s", text, missing)
	}
}

func (c *fakeConn) write(text string) {
	c.t.Helper()
	if err := c.ws.Write(context.Background(), websocket.MessageText, []byte(text)); err != nil {
		c.t.Fatalf("write: %v", err)
	}
}

// drain reads and answers nothing, to the end.
func (c *fakeConn) drain() {
	for {
		if _, _, err := c.ws.Read(context.Background()); err != nil {
			return
		}
	}
}

func (c *fakeConn) close() { _ = c.ws.CloseNow() }

var idAttribute = regexp.MustCompile(` id="([^"]*)"`)

func idOf(text string) string {
	if m := idAttribute.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

const (
	fakeOpen     = `<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" from="montague.example" id="s1" version="1.0"/>`
	fakeFeatures = `<stream:features xmlns:stream="http://etherx.jabber.org/streams" xmlns="jabber:client">` +
		`<bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/><sm xmlns="urn:xmpp:sm:3"/><csi xmlns="urn:xmpp:csi:0"/></stream:features>`
	romeo     = "romeo@montague.example"
	romeoFull = romeo + "/orchard"
	juliet    = "juliet@capulet.example"
)

func saslFeatures(mechanisms ...string) string {
	text := `<stream:features xmlns:stream="http://etherx.jabber.org/streams"><mechanisms xmlns="urn:ietf:params:xml:ns:xmpp-sasl">`
	for _, m := range mechanisms {
		text += "<mechanism>" + m + "</mechanism>"
	}
	return text + `</mechanisms></stream:features>`
}

// login goes up to the features after SASL.
func (c *fakeConn) login() {
	c.t.Helper()
	c.expect("<open ", `to="montague.example"`)
	c.write(fakeOpen)
	c.write(saslFeatures("PLAIN"))
	c.expect("<auth ", "PLAIN")
	c.write(`<success xmlns="urn:ietf:params:xml:ns:xmpp-sasl"/>`)
	c.expect("<open ")
	c.write(fakeOpen)
	c.write(fakeFeatures)
}

// bind answers bind, 0198 and carbons: a new session. It gives what asked for it.
func (c *fakeConn) bind() (asked string) {
	c.t.Helper()
	asked = c.expect("<bind ")
	id := idOf(asked)
	c.write(`<iq xmlns="jabber:client" type="result" id="` + id + `"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><jid>` + romeoFull + `</jid></bind></iq>`)
	c.enable()
	return asked
}

func (c *fakeConn) enable() {
	c.t.Helper()
	c.expect("<enable ", `resume="true"`)
	id := idOf(c.expect("urn:xmpp:carbons:2")) // a pipe holds nothing: the client writes both before it reads
	c.write(`<enabled xmlns="urn:xmpp:sm:3" id="sm1" resume="true" max="600"/>`)
	c.write(`<iq xmlns="jabber:client" type="result" id="` + id + `"/>`)
}

// session gives a client its session.
func (f *fake) session() *fakeConn {
	f.t.Helper()
	c := f.next()
	c.login()
	c.bind()
	return c
}

// resuming awaits a client that asks to resume its session.
func (f *fake) resuming(parts ...string) *fakeConn {
	f.t.Helper()
	c := f.next()
	c.login()
	c.expect(append(parts, "<resume ")...)
	return c
}

// running is a client under test with what it told.
type running struct {
	*Client
	t      *testing.T
	events chan Event
	stop   context.CancelFunc
	ended  chan struct{}
}

func (f *fake) config() Config {
	return Config{
		JID: jid.MustParse(romeo), WebSocket: "ws://127.0.0.1/ws", Transport: &http.Transport{DialContext: f.dial},
		Resource: "orchard", Token: func(context.Context) (secret.Text, error) { return secret.New("token-1"), nil },
	}
}

// start runs a client; it is stopped before the test ends.
func start(t *testing.T, cfg Config) *running {
	r := &running{t: t, events: make(chan Event, 10_000), ended: make(chan struct{})}
	if cfg.Handle == nil {
		cfg.Handle = func(e Event) { r.events <- e }
	}
	r.Client = New(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	r.stop = cancel
	go func() {
		defer close(r.ended)
		if err := r.Run(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("Run ended with %v", err)
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-r.ended
	})
	return r
}

// await returns the next event of a type, passing over others.
func await[E Event](r *running) E {
	r.t.Helper()
	limit := time.After(2 * time.Hour)
	for {
		select {
		case e := <-r.events:
			if e, ok := e.(E); ok {
				return e
			}
		case <-limit:
			var want E
			r.t.Fatalf("no %T came", want)
		}
	}
}

// unawaited returns the events that came and were not awaited.
func (r *running) unawaited() (events []Event) {
	for {
		select {
		case e := <-r.events:
			events = append(events, e)
		default:
			return events
		}
	}
}

func newTextLog(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }
