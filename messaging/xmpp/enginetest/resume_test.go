package enginetest

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"discussions/internal/sandboxtest"
	"discussions/messaging/xmpp"
	"github.com/google/go-cmp/cmp"
	"mellium.im/xmpp/jid"
)

// counted calls step around each use of a connection.
type counted struct {
	net.Conn
	step func()
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.step()
	return n, err
}

func (c *counted) Write(p []byte) (int, error) {
	c.step()
	n, err := c.Conn.Write(p)
	c.step()
	return n, err
}

// pieces calls next before each piece of a connection that holds messages.
type pieces struct {
	net.Conn
	next func()
}

func (c *pieces) Write(p []byte) (int, error) {
	if len(p) > 1000 {
		c.next()
	}
	return c.Conn.Write(p)
}

// watchTLS calls step around each use of the connections that a client makes, above TLS.
func watchTLS(cfg xmpp.Config, step func()) {
	cfg.Transport.DialTLSContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := cfg.Transport.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		host, _, _ := net.SplitHostPort(address)
		encrypted := tls.Client(conn, &tls.Config{
			RootCAs: cfg.Transport.TLSClientConfig.RootCAs, ServerName: host,
			DynamicRecordSizingDisabled: true, // as in package xmpp: a record holds whole stanzas
		})
		if err := encrypted.HandshakeContext(ctx); err != nil {
			return nil, err
		}
		return &counted{encrypted, step}, nil
	}
}

// TestRetryAtAnyStepLeavesTheStreamResumable begins an attempt anew at each of its steps: before and after each write, and after what came.
// So the server may have taken the first attempt, and even answered.
func TestRetryAtAnyStepLeavesTheStreamResumable(t *testing.T) {
	sandboxtest.Each(t, retryAtAnyStepLeavesTheStreamResumable)
}

func retryAtAnyStepLeavesTheStreamResumable(t *testing.T, s *sandboxtest.Sandbox) {
	cfg := config(t, s, s.Claire().JID)
	n := newNetwork(t, cfg.Transport)
	var claire *person
	var left atomic.Int32 // steps before Retry
	watchTLS(cfg, func() {
		if left.Add(-1) == 0 {
			claire.Retry()
		}
	})
	claire = begin(t, cfg, nil)
	await(claire, func(xmpp.Connected) bool { return true })
	claire.must(claire.SendPresence(xmpp.Presence{}))
	steps := int32(1)
	for {
		n.set(cut)
		await(claire, func(xmpp.Disconnected) bool { return true })
		left.Store(steps)
		n.set(up)
		claire.Retry()
		if again := await(claire, func(xmpp.Connected) bool { return true }); !again.Resumed {
			t.Errorf("not resumed after Retry at step %d", steps)
		}
		if left.Load() > 0 {
			break // there are no more steps
		}
		steps++
	}
	if steps < 10 {
		t.Errorf("only %d steps", steps)
	}
}

// cutAfter cuts the network when as many pieces have been written as the number says; below 0, never.
func cutAfter(transport *http.Transport, n *network) *atomic.Int32 {
	left := new(atomic.Int32)
	left.Store(-1)
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &pieces{conn, func() {
			if left.Add(-1) == -1 {
				n.set(cut)
			}
		}}, nil
	}
	return left
}

// TestALossBetweenStanzasOfOnePieceIsResumed loses the network in the middle of what is written at once. Half a stanza would end the
// resumed session on Prosody.
func TestALossBetweenStanzasOfOnePieceIsResumed(t *testing.T) {
	sandboxtest.Each(t, aLossBetweenStanzasOfOnePieceIsResumed)
}

func aLossBetweenStanzasOfOnePieceIsResumed(t *testing.T, s *sandboxtest.Sandbox) {
	cfg := config(t, s, s.Claire().JID)
	n := newNetwork(t, cfg.Transport)
	paul := connect(t, s, s.Paul().JID)
	left := cutAfter(cfg.Transport, n)
	claire := begin(t, cfg, nil)
	await(claire, func(xmpp.Connected) bool { return true })
	for round := range 4 {
		left.Store(1)
		var last string
		for i := range 12 { // more than a TLS record holds
			body := fmt.Sprintf("%s %d %d", t.Name(), round, i)
			if claire.Send(xmpp.Message{ID: body, To: jid.MustParse(s.Paul().JID), Type: "chat", Body: body, Subject: strings.Repeat("x", 3000)}) != nil {
				break // the loss is noticed already
			}
			last = body
		}
		await(claire, func(xmpp.Disconnected) bool { return true })
		n.set(up)
		claire.Retry()
		if again := await(claire, func(xmpp.Connected) bool { return true }); !again.Resumed {
			t.Errorf("round %d: not resumed", round)
		}
		paul.message(withBody(last))
	}
	claire.stop()
	for {
		select {
		case e := <-claire.events:
			if e, ok := e.(xmpp.Connected); ok {
				t.Errorf("another session, resumed: %t", e.Resumed)
			}
		default:
			return
		}
	}
}

// connections tells of each session in the log, which does not wait for what is to be handled.
type connections chan struct{}

func (c connections) Write(line []byte) (int, error) {
	if strings.Contains(string(line), "msg=connected") {
		c <- struct{}{}
	}
	return len(line), nil
}

// TestWhatWaitsDuringAResumeComesOnce loses the network twice while what came waits to be handled: the server sends it again each time.
func TestWhatWaitsDuringAResumeComesOnce(t *testing.T) {
	sandboxtest.Each(t, whatWaitsDuringAResumeComesOnce)
}

func whatWaitsDuringAResumeComesOnce(t *testing.T, s *sandboxtest.Sandbox) {
	cfg := config(t, s, s.Claire().JID)
	n := newNetwork(t, cfg.Transport)
	connected := make(connections, 100)
	cfg.Log = slog.New(slog.NewTextHandler(connected, nil))
	paul := connect(t, s, s.Paul().JID)
	room, held := make(chan struct{}), make(chan struct{})
	body := func(i int) string { return fmt.Sprintf("%s %02d", t.Name(), i) }
	var came []string
	claire := begin(t, cfg, func(e xmpp.Event) {
		m, ok := e.(xmpp.MessageReceived)
		if !ok || !strings.HasPrefix(m.Message.Body, t.Name()) {
			return
		}
		if came = append(came, m.Message.Body); m.Message.Body == body(2) {
			close(held)
			<-room
		}
	})
	defer func() { // also when the test fails
		select {
		case <-room:
		default:
			close(room)
		}
	}()
	await(claire, func(xmpp.Connected) bool { return true })
	claire.must(claire.SendPresence(xmpp.Presence{}))
	<-connected
	var want []string
	say := func() {
		for range 10 {
			want = append(want, body(len(want)))
			paul.must(paul.Send(xmpp.Message{ID: want[len(want)-1], To: jid.MustParse(s.Claire().JID), Type: "chat", Body: want[len(want)-1]}))
		}
		await(paul, func(e xmpp.Acked) bool { return slices.Contains(e.IDs, want[len(want)-1]) })
	}
	say()
	<-held
	for range 2 {
		n.set(cut)
		say()
		n.set(up)
		claire.Retry()
		<-connected
	}
	close(room)
	claire.message(withBody(body(len(want) - 1)))
	claire.stop()
	if d := cmp.Diff(want, came); d != "" {
		t.Errorf("-sent +handled:\n%s", d)
	}
	for len(claire.events) > 0 {
		if e, ok := (<-claire.events).(xmpp.Connected); ok && !e.Resumed {
			t.Error("another session")
		}
	}
}
