package enginetest

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"discussions/internal/sandboxtest"
	"discussions/messaging/xmpp"
	"mellium.im/xmpp/jid"
)

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

// TestALossBetweenStanzasOfOnePieceIsResumed loses the network in the middle of what is written at once. Half a stanza would end the
// resumed session on Prosody.
func TestALossBetweenStanzasOfOnePieceIsResumed(t *testing.T) {
	sandboxtest.Each(t, aLossBetweenStanzasOfOnePieceIsResumed)
}

func aLossBetweenStanzasOfOnePieceIsResumed(t *testing.T, s *sandboxtest.Sandbox) {
	cfg := config(t, s, s.Claire().JID)
	n := newNetwork(t, cfg.Transport)
	paul := connect(t, s, s.Paul().JID)
	var left atomic.Int32 // pieces that pass before the cut
	left.Store(-1)
	dial := cfg.Transport.DialContext
	cfg.Transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
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
