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

// network is this computer's side of the network: when it is down, connections fail here and the server is not told, as when a
// cable is pulled. The sandbox's own cut tells the server, and ejabberd 23.01 does not always survive that: a WebSocket that is
// closed while the engine writes into it leaves its session waiting for ever for a reply (route_text in ejabberd_http_ws.erl has no
// end), a resume is refused after 15 s, and what was on its way reaches the archive one message every 15 s.
type network struct {
	mu    sync.Mutex
	down  bool
	conns map[*cable]struct{}
}

var errDown = errors.New("network is down")

func newNetwork(t *testing.T, transports ...*http.Transport) *network {
	n := &network{conns: map[*cable]struct{}{}}
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
	defer n.mu.Unlock()
	if n.down {
		return nil, errDown
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c := &cable{Conn: conn, network: n}
	n.conns[c] = struct{}{}
	return c, nil
}

func (n *network) set(down bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.down = down
	for c := range n.conns {
		if down {
			c.pulled = true
			_ = c.Conn.SetDeadline(time.Unix(1, 0)) // long ago
		}
	}
}

// cable is one connection.
type cable struct {
	net.Conn
	network *network
	pulled  bool // guarded by network.mu
}

// Close leaves a pulled cable's far end as it is.
func (c *cable) Close() error {
	c.network.mu.Lock()
	defer c.network.mu.Unlock()
	if c.pulled {
		return nil
	}
	delete(c.network.conns, c)
	return c.Conn.Close()
}

// SetDeadline and its kin must not revive a pulled cable.
func (c *cable) SetDeadline(t time.Time) error      { return c.deadline(t, c.Conn.SetDeadline) }
func (c *cable) SetReadDeadline(t time.Time) error  { return c.deadline(t, c.Conn.SetReadDeadline) }
func (c *cable) SetWriteDeadline(t time.Time) error { return c.deadline(t, c.Conn.SetWriteDeadline) }

func (c *cable) deadline(t time.Time, set func(time.Time) error) error {
	c.network.mu.Lock()
	defer c.network.mu.Unlock()
	if c.pulled {
		return errDown
	}
	return set(t)
}
