package proxy

import (
	"net"
	"sync/atomic"
)

// Counted is a connection whose bytes are counted; In and Out may be the same counter.
type Counted struct {
	net.Conn
	In, Out *atomic.Int64
}

// Read implements [net.Conn].
func (c Counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.In.Add(int64(n))
	return n, err
}

// Write implements [net.Conn].
func (c Counted) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.Out.Add(int64(n))
	return n, err
}

// CloseWrite is what a cut needs to end the other side in order.
func (c Counted) CloseWrite() error {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok {
		return c.Conn.Close()
	}
	return half.CloseWrite()
}
