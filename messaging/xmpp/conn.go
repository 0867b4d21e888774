package xmpp

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// progressStep is how many bytes of an unfinished stanza count as a sign of life.
const progressStep = 256 << 10

// keptBuffer is the largest buffer that an idle connection keeps.
const keptBuffer = 64 << 10

// conn is a WebSocket that carries XMPP (RFC 7395): one element in each text message. One goroutine at a time may read, and one may
// write.
type conn struct {
	ws           *websocket.Conn
	buf          bytes.Buffer
	writeTimeout time.Duration
	encrypted    bool
	limit        answerLimit // nil: all stanzas have the same limits
	received     atomic.Uint64
	elements     atomic.Uint64
	length       int // of the last element, in bytes
	socket       *socket
	local        net.Addr      // of this computer; nil: not known
	slowest      time.Duration // that an answer took while the session began
	// discarding is true while an overlong stanza is read and thrown away. A session that is lost meanwhile must not be resumed, as the
	// server would send the same stanza again.
	discarding bool
}

// dial opens the WebSocket. Unencrypted addresses are refused unless they are loopback.
func dial(ctx context.Context, address string, transport *http.Transport, writeTimeout time.Duration) (*conn, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%w: not a websocket address", ErrDiscovery) // the error quotes it
	}
	encrypted := u.Scheme == "wss"
	if !encrypted {
		if u.Scheme != "ws" || !isLoopback(u.Hostname()) {
			return nil, fmt.Errorf("%w: the address is not encrypted", ErrNoMechanism)
		}
		transport = transport.Clone()
		transport.Proxy = nil // loopback is this computer
		defer transport.CloseIdleConnections()
	}
	below := new(socket)
	var local net.Addr
	trace := &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { local = i.Conn.LocalAddr() }}
	ws, response, err := websocket.Dial(httptrace.WithClientTrace(ctx, trace), address, &websocket.DialOptions{
		Subprotocols: []string{"xmpp"},
		HTTPClient: &http.Client{Transport: socketTransport{transport, below}, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // a redirect could lead to an unencrypted address
		}},
	})
	if err != nil {
		if response != nil && response.StatusCode != http.StatusSwitchingProtocols {
			return nil, fmt.Errorf("%w: no websocket, HTTP status %d", ErrProtocol, response.StatusCode)
		}
		return nil, fmt.Errorf("connect: %w", netError(err))
	}
	if ws.Subprotocol() != "xmpp" {
		_ = ws.CloseNow()
		return nil, fmt.Errorf("%w: the websocket does not speak xmpp", ErrProtocol)
	}
	ws.SetReadLimit(-1) // read throws overlong stanzas away itself
	return &conn{ws: ws, writeTimeout: writeTimeout, encrypted: encrypted, socket: below, local: local}, nil
}

// uprooted reports whether this computer has lost the address that the connection comes from: nothing will ever arrive on it.
func (c *conn) uprooted() bool {
	local, ok := c.local.(*net.TCPAddr)
	if !ok || local.IP.IsLoopback() {
		return false
	}
	present, err := net.InterfaceAddrs()
	return err == nil && !slices.ContainsFunc(present, func(a net.Addr) bool {
		n, ok := a.(*net.IPNet)
		return ok && n.IP.Equal(local.IP)
	})
}

// webSocketTransport clones t without HTTP/2, over which this WebSocket library cannot connect, and with TLS records as long as they may be:
// see uncork.
func webSocketTransport(t *http.Transport) *http.Transport {
	if t == nil {
		t = http.DefaultTransport.(*http.Transport)
	}
	t = t.Clone()
	t.ForceAttemptHTTP2 = false
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	t.TLSNextProto = nil
	if t.TLSClientConfig == nil {
		t.TLSClientConfig = new(tls.Config)
	}
	t.TLSClientConfig.NextProtos = nil
	t.TLSClientConfig.DynamicRecordSizingDisabled = true
	return t
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// read waits for the next element. When ctx ends the connection is closed.
func (c *conn) read(ctx context.Context) (frame, error) {
	kind, message, err := c.ws.Reader(ctx)
	if err != nil {
		return frame{}, lost(ctx, err)
	}
	if kind != websocket.MessageText {
		return frame{}, fmt.Errorf("%w: a binary message", ErrProtocol)
	}
	if c.buf.Cap() > keptBuffer {
		c.buf = bytes.Buffer{}
	}
	c.buf.Reset()
	r := countingReader{wholeReader{message, c.socket}, &c.received}
	n, err := c.buf.ReadFrom(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return frame{}, lost(ctx, err)
	}
	f, err := c.readRest(r, n)
	if err != nil && !errors.Is(err, ErrProtocol) {
		return frame{}, lost(ctx, err)
	}
	c.length = c.buf.Len()
	c.elements.Add(1)
	return f, err
}

// readRest decodes the buffer. If the stanza is longer than that, it reads the rest of an answer that may be long, and throws away the
// rest of any other.
func (c *conn) readRest(r io.Reader, n int64) (frame, error) {
	if n <= maxBytes {
		return decodeFrame(c.buf.Bytes(), c.limit)
	}
	head, err := decodeHead(c.buf.Bytes())
	if err != nil {
		return frame{}, err
	}
	if c.limit != nil {
		if limit := int64(c.limit(&head)); limit > n {
			more, err := c.buf.ReadFrom(io.LimitReader(r, limit-n+1))
			if err != nil {
				return frame{}, err
			}
			if n+more <= limit {
				return decodeFrame(c.buf.Bytes(), c.limit)
			}
		}
	}
	c.discarding = true
	if _, err := io.Copy(io.Discard, r); err != nil {
		return frame{}, err
	}
	c.discarding = false
	return head, nil
}

// progress changes as long as elements arrive, or large parts of one.
func (c *conn) progress() uint64 { return c.elements.Load() + c.received.Load()/progressStep }

// write sends one element. If the network does not accept it in time, the connection ends.
func (c *conn) write(ctx context.Context, data []byte) error {
	ctx, cancel := context.WithTimeout(ctx, c.writeTimeout)
	defer cancel()
	if err := c.ws.Write(ctx, websocket.MessageText, data); err != nil {
		return lost(ctx, err)
	}
	return nil
}

// maxPiece is how many bytes are written at once, within writeTimeout.
const maxPiece = 64 << 10

// writeAll sends elements with as few writes as possible: each small TCP segment may delay the server's next one.
func (c *conn) writeAll(ctx context.Context, elements [][]byte) error {
	for len(elements) > 0 {
		n, size := 0, 0
		for n < len(elements) && (n == 0 || size+len(elements[n]) <= maxPiece) {
			size += len(elements[n])
			n++
		}
		if err := c.writePiece(ctx, elements[:n]); err != nil {
			return err
		}
		elements = elements[n:]
	}
	return nil
}

func (c *conn) writePiece(ctx context.Context, elements [][]byte) error {
	ctx, cancel := context.WithTimeout(ctx, c.writeTimeout)
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = c.ws.CloseNow() })()
	c.socket.cork()
	for _, data := range elements {
		if err := c.ws.Write(ctx, websocket.MessageText, data); err != nil {
			return lost(ctx, err)
		}
		c.socket.end()
	}
	if err := c.socket.uncork(); err != nil {
		return lost(ctx, err)
	}
	return nil
}

// lost returns why a connection broke: the cause of ctx's end, else a network error.
func lost(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) && !errors.Is(cause, context.DeadlineExceeded) {
		return cause
	}
	return fmt.Errorf("connection lost: %w", netError(err))
}

// open begins a stream, first and again after SASL, and returns the server's features.
func (c *conn) open(ctx context.Context, domain string) (*streamFeatures, error) {
	data, err := encode(openElement{To: domain, Version: "1.0"})
	if err != nil {
		return nil, err
	}
	asked := time.Now()
	if err := c.write(ctx, data); err != nil {
		return nil, err
	}
	f, err := c.read(ctx)
	if err != nil {
		return nil, err
	}
	c.slowest = max(c.slowest, time.Since(asked))
	if !f.is(nsFraming, "open") {
		return nil, unexpected(f)
	}
	if f, err = c.read(ctx); err != nil {
		return nil, err
	}
	if f.features == nil {
		return nil, unexpected(f)
	}
	return f.features, nil
}

// unexpected is the error for an element out of place; most often it is the end of the stream.
func unexpected(f frame) error {
	if err := streamEnd(f); err != nil {
		return err
	}
	return fmt.Errorf("%w: unexpected element: %s", ErrProtocol, oneOf(elementNames, f.name.Local, "an unknown one"))
}

// errClosed: the server closed the stream in order.
var errClosed = fmt.Errorf("%w: the server closed the stream", ErrUnreachable)

// streamEnd returns an error if the frame ends the stream.
func streamEnd(f frame) error {
	switch {
	case f.is(nsStream, "error"):
		condition := f.nonza.conditionChild(nsStreamErrors)
		switch condition.XMLName.Local {
		case "":
			return &StreamError{Condition: "undefined-condition"}
		case "see-other-host":
			return &movedError{strings.TrimSpace(condition.Text)}
		}
		return &StreamError{Condition: oneOf(streamConditions, condition.XMLName.Local, otherCondition)}
	case f.is(nsFraming, "close"):
		if to := f.nonza.attr("see-other-uri"); to != "" {
			return &movedError{to}
		}
		return errClosed
	}
	return nil
}

type openElement struct {
	XMLName xml.Name `xml:"urn:ietf:params:xml:ns:xmpp-framing open"`
	To      string   `xml:"to,attr"`
	Version string   `xml:"version,attr"`
}

var closeFrame = []byte(`<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>`)

// streamFeatures are the server's offers at this point of the stream (RFC 6120 §4.3.2).
type streamFeatures struct {
	Mechanisms  []string `xml:"urn:ietf:params:xml:ns:xmpp-sasl mechanisms>mechanism"`
	Bind        *empty   `xml:"urn:ietf:params:xml:ns:xmpp-bind bind"`
	Management  *empty   `xml:"urn:xmpp:sm:3 sm"`
	ClientState *empty   `xml:"urn:xmpp:csi:0 csi"`
}

// empty is an element without content.
type empty struct{}
