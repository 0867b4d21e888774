package enginetest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// network is this computer's side of the network. When it fails the server is not told, as when a cable is pulled or a radio link is lost.
//
// The sandbox's own cut tells the server, and ejabberd 23.01 does not always survive that: a WebSocket that is closed while the
// engine writes into it leaves its session waiting for ever for a reply (route_text in ejabberd_http_ws.erl has no end), a resume is
// refused after 15 s, and what was on its way reaches the archive one message every 15 s.
type network struct {
	mu    sync.Mutex
	state state
	up    chan struct{} // closed when it is up
	conns map[*cable]struct{}
}

type state int

const (
	up     state = iota
	cut          // connections break
	silent       // connections stay, and nothing passes: what was open then never comes back
)

var errDown = errors.New("network is down")

func newNetwork(t *testing.T, transports ...*http.Transport) *network {
	n := &network{conns: map[*cable]struct{}{}, up: make(chan struct{})}
	close(n.up)
	t.Cleanup(func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		for c := range n.conns {
			_ = c.Conn.Close()
		}
	})
	for _, transport := range transports {
		transport.DialContext = n.dial
	}
	return n
}

func (n *network) dial(ctx context.Context, network, address string) (net.Conn, error) {
	n.mu.Lock()
	state, isUp := n.state, n.up
	n.mu.Unlock()
	if state == cut {
		return nil, errDown
	}
	select {
	case <-isUp:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c := &cable{Conn: conn, network: n}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.conns[c] = struct{}{}
	return c, nil
}

func (n *network) set(s state) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if s == up {
		close(n.up)
	} else if n.state == up {
		n.up = make(chan struct{})
	}
	n.state = s
	for c := range n.conns {
		switch s {
		case cut:
			c.broken = true
			_ = c.Conn.SetDeadline(longAgo)
		case silent:
			c.broken = true
		}
	}
}

var longAgo = time.Unix(1, 0)

// cable is one connection.
type cable struct {
	net.Conn
	network *network
	broken  bool // guarded by network.mu
}

func (c *cable) isBroken() bool {
	c.network.mu.Lock()
	defer c.network.mu.Unlock()
	return c.broken
}

// Read throws away what comes through a broken cable, so that the far end notices nothing.
func (c *cable) Read(p []byte) (int, error) {
	for {
		n, err := c.Conn.Read(p)
		if err != nil || !c.isBroken() {
			return n, err
		}
	}
}

func (c *cable) Write(p []byte) (int, error) {
	if c.isBroken() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// Close leaves a broken cable's far end as it is.
func (c *cable) Close() error {
	c.network.mu.Lock()
	defer c.network.mu.Unlock()
	if c.broken {
		return c.Conn.SetDeadline(longAgo)
	}
	delete(c.network.conns, c)
	return c.Conn.Close()
}
