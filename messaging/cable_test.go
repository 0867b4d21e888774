package messaging_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// cables are a device's side of the network. A cut one fails here and the server is not told, as when it is pulled out. (A
// websocket that is closed while ejabberd 23.01 writes into it hangs its session for minutes: that is another test's matter.)
type cables struct {
	mu    sync.Mutex
	down  bool
	conns map[*cable]bool
}

type cable struct {
	net.Conn
	all *cables
	cut bool
}

func (c *cables) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down {
		return nil, errors.Join(errors.New("network is down"), conn.Close())
	}
	if c.conns == nil {
		c.conns = map[*cable]bool{}
	}
	one := &cable{Conn: conn, all: c}
	c.conns[one] = true
	return one, nil
}

// set pulls all cables out, or lets new ones be made.
func (c *cables) set(down bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = down
	for one := range c.conns {
		if down {
			one.cut = true
			_ = one.SetDeadline(time.Unix(1, 0))
		}
	}
}

// clear closes what was cut.
func (c *cables) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for one := range c.conns {
		_ = one.Conn.Close()
	}
}

// Close leaves the far end of a cut cable as it is.
func (c *cable) Close() error {
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	if c.cut {
		return nil
	}
	delete(c.all.conns, c)
	return c.Conn.Close()
}
