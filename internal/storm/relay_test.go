//go:build linux

package storm

import (
	"bytes"
	"context"
	"encoding/pem"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/coder/websocket"
)

// relay stands between a program's network and the message server, inside the encryption: what it does, it does to whole elements.
type relay struct {
	server *httptest.Server
	engine string // address of the engine's websocket
	client *http.Client
	ctx    context.Context
	stop   context.CancelFunc
	links  sync.WaitGroup

	mu      sync.Mutex
	orders  []twice
	refuse  int // so many resumes are refused
	streams map[string]*stream
	taken   map[string]bool // bodies of the messages that the program has acknowledged: it must show them, whatever the archive has
}

// twice is an order to send an element twice.
type twice struct {
	up      bool // to the server
	message bool // the next message; else the next element of any kind
	late    int  // so many elements before the copy
	told    bool // who sends it counts the copy as well, as when it is the one who sends it twice
}

func newRelay(engine string, transport *http.Transport) *relay {
	r := &relay{engine: strings.Replace(engine, "wss://", "https://", 1), streams: map[string]*stream{}, taken: map[string]bool{}}
	transport = transport.Clone()
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetHTTP1(true)
	r.client = &http.Client{Transport: transport}
	r.ctx, r.stop = context.WithCancel(context.Background())
	r.server = httptest.NewUnstartedServer(http.HandlerFunc(r.serve))
	r.server.Config.ErrorLog = log.New(io.Discard, "", 0) // connections that end early are what the storm is about
	r.server.StartTLS()
	return r
}

// host and webSocket are its addresses, certificate is what a program trusts.
func (r *relay) host() string      { return r.server.Listener.Addr().String() }
func (r *relay) webSocket() string { return "wss://" + r.host() + "/ws" }
func (r *relay) certificate() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.server.Certificate().Raw}))
}

func (r *relay) close() {
	r.stop()
	r.server.Close()
	r.links.Wait()
	r.client.CloseIdleConnections()
}

func (r *relay) sendTwice(t twice) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.orders = append(r.orders, t)
}

// acknowledged gives the bodies of the messages that the program has acknowledged.
func (r *relay) acknowledged() map[string]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.taken)
}

// refuseResume makes the server refuse to resume the stream that the program asks for next.
func (r *relay) refuseResume() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refuse++
}

// calm forgets the orders that are not carried out yet.
func (r *relay) calm() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.orders, r.refuse = nil, 0
}

// serve connects a program with the server. Without a server the answer is that of a web server in front of one.
func (r *relay) serve(w http.ResponseWriter, request *http.Request) {
	r.links.Add(1)
	defer r.links.Done()
	ctx, cancel := context.WithCancel(r.ctx)
	defer cancel()
	subprotocols := []string{"xmpp"}
	server, _, err := websocket.Dial(ctx, r.engine, &websocket.DialOptions{Subprotocols: subprotocols, HTTPClient: r.client})
	if err != nil {
		http.Error(w, "no server", http.StatusBadGateway)
		return
	}
	defer server.CloseNow()
	program, err := websocket.Accept(w, request, &websocket.AcceptOptions{Subprotocols: subprotocols})
	if err != nil {
		return
	}
	defer program.CloseNow()
	server.SetReadLimit(-1)
	program.SetReadLimit(-1)
	l := &link{relay: r, stream: new(stream)}
	var both sync.WaitGroup
	for _, d := range []struct {
		up       bool
		from, to *websocket.Conn
	}{{true, program, server}, {false, server, program}} {
		both.Go(func() {
			defer cancel() // one end is the end of both
			l.pump(ctx, d.from, d.to, d.up)
		})
	}
	both.Wait()
}

// link is one connection of a program.
type link struct {
	relay  *relay
	stream *stream // guarded by relay.mu
}

// pump carries elements in one direction until one end is gone.
func (l *link) pump(ctx context.Context, from, to *websocket.Conn, up bool) {
	type copied struct {
		data []byte
		due  int
		told bool
	}
	var late []copied
	for {
		kind, data, err := from.Read(ctx)
		if err != nil {
			if status := websocket.CloseStatus(err); status >= 0 {
				_ = to.Close(websocket.StatusNormalClosure, "")
			}
			return
		}
		data = l.pass(data, up)
		t, ok := l.relay.take(up, data) // before the other end has it: it may give the next order then
		if to.Write(ctx, kind, data) != nil {
			return
		}
		if ok {
			late = append(late, copied{data, t.late, t.told})
		}
		for i := 0; i < len(late); {
			if late[i].due--; late[i].due >= 0 {
				i++
				continue
			}
			if l.repeat(late[i].data, up, late[i].told); to.Write(ctx, kind, late[i].data) != nil {
				return
			}
			late = slices.Delete(late, i, i+1)
		}
	}
}

// take gives the order that an element carries out.
func (r *relay) take(up bool, data []byte) (twice, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.orders, func(t twice) bool { return t.up == up && (!t.message || elementName(data) == "message") })
	if i < 0 {
		return twice{}, false
	}
	t := r.orders[i]
	r.orders = slices.Delete(r.orders, i, i+1)
	return t, true
}

// stream is what the relay knows of one with stream management (XEP-0198). Who receives copies counts them, and who did not send them must
// not hear of them.
type stream struct {
	link     *link // the last one
	up, down count
}

// count is of the stanzas in one direction, as their receiver counts them.
type count struct {
	n      uint32
	copies []uint32          // which of them the sender does not know of
	bodies map[uint32]string // of the messages that the receiver has not acknowledged
}

// pass counts a stanza.
func (c *count) pass(data []byte) {
	c.n++
	if text := body.FindSubmatch(data); text != nil {
		if c.bodies == nil {
			c.bodies = map[uint32]string{}
		}
		c.bodies[c.n] = string(text[1])
	}
}

// taken gives the bodies of those of the first h that were not acknowledged before.
func (c *count) taken(h uint32) (list []string) {
	for n, text := range c.bodies {
		if n <= h {
			list = append(list, text)
			delete(c.bodies, n)
		}
	}
	return list
}

func (c *count) restart(n uint32) {
	c.n = n
	c.copies = slices.DeleteFunc(c.copies, func(at uint32) bool { return at > n })
	maps.DeleteFunc(c.bodies, func(at uint32, _ string) bool { return at > n })
}

// known is how many of the first h the sender knows of.
func (c *count) known(h uint32) uint32 {
	n := h
	for _, at := range c.copies {
		if at <= h {
			n--
		}
	}
	return n
}

func (l *link) direction(up bool) *count {
	if up {
		return &l.stream.up
	}
	return &l.stream.down
}

// repeat notes that a copy of an element follows.
func (l *link) repeat(data []byte, up, told bool) {
	l.relay.mu.Lock()
	defer l.relay.mu.Unlock()
	if !isStanza(data) || l.stream.link != l {
		return
	}
	c := l.direction(up)
	c.pass(data)
	if told {
		c.copies = append(c.copies, c.n)
	}
}

var (
	counted  = regexp.MustCompile(`\bh=(["'])(\d+)`)
	previous = regexp.MustCompile(`\bprevid=(["'])([^"']*)`)
	resumeID = regexp.MustCompile(`\bid=(["'])([^"']*)`)
	body     = regexp.MustCompile(`<body[^>]*>([^<]*)</body>`)
)

// pass notes an element, and returns it as it goes on.
func (l *link) pass(data []byte, up bool) []byte {
	r := l.relay
	r.mu.Lock()
	defer r.mu.Unlock()
	name := elementName(data)
	if isStanza(data) {
		if l.stream.link == l {
			l.direction(up).pass(data)
		}
		return data
	}
	if !bytes.Contains(data, []byte("urn:xmpp:sm:3")) {
		return data
	}
	switch name {
	case "enable":
		l.stream = &stream{link: l}
	case "enabled":
		l.stream.down = count{}
		if id := resumeID.FindSubmatch(data); id != nil {
			r.streams[string(id[2])] = l.stream
		}
	case "resume":
		if r.refuse > 0 {
			r.refuse--
			return previous.ReplaceAll(data, []byte("previd=${1}unknown"))
		}
		if id := previous.FindSubmatch(data); id != nil && r.streams[string(id[2])] != nil {
			l.stream = r.streams[string(id[2])]
			l.stream.link = l
		}
	}
	h := counted.FindSubmatchIndex(data)
	if h == nil || l.stream.link != l {
		return data
	}
	n, err := strconv.ParseUint(string(data[h[4]:h[5]]), 10, 32)
	if err != nil {
		return data
	}
	c := l.direction(!up)
	if up {
		for _, text := range c.taken(uint32(n)) {
			r.taken[text] = true
		}
	}
	if name == "resume" || name == "resumed" { // who asks tells what it has; the rest is sent again
		c.restart(uint32(n))
	}
	return slices.Concat(data[:h[4]], strconv.AppendUint(nil, uint64(c.known(uint32(n))), 10), data[h[5]:])
}

func isStanza(data []byte) bool {
	switch elementName(data) {
	case "message", "presence", "iq":
		return true
	}
	return false
}

func elementName(data []byte) string {
	name := bytes.TrimPrefix(data, []byte("<"))
	if i := bytes.IndexAny(name, " \t\r\n/>"); i >= 0 {
		name = name[:i]
	}
	return string(name)
}
