package proxy

import (
	"net"
	"sync"
	"time"
)

// pair is a client's connection with the server's that belongs to it.
type pair struct {
	client net.Conn

	mu     sync.Mutex
	server net.Conn
	over   bool
}

// join adds the server's side; false when the pair was reset meanwhile.
func (p *pair) join(server net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		_ = server.Close()
		return false
	}
	p.server = server
	return true
}

// reset ends both sides at once, the client's with a TCP reset.
func (p *pair) reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	reset(p.client)
	if p.server != nil {
		_ = p.server.Close()
	}
}

func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

type chunk struct {
	data []byte
	came time.Time
}

// forward copies until one side ends, then ends the other in order. Reading and
// writing are apart, so that a delay costs no throughput.
func (p *Proxy) forward(to, from net.Conn) {
	chunks := make(chan chunk, 256)
	p.wait.Go(func() {
		defer close(chunks)
		for {
			buffer := make([]byte, 16<<10)
			n, err := from.Read(buffer)
			if n > 0 {
				select {
				case chunks <- chunk{buffer[:n], time.Now()}:
				case <-p.ctx.Done():
					return
				}
			}
			if err != nil {
				return
			}
		}
	})
	broken := false
	for c := range chunks {
		if broken {
			continue // let the reader end
		}
		if !p.pass(c.came) {
			broken = true
			_ = from.Close()
			continue
		}
		if _, err := to.Write(c.data); err != nil {
			broken = true
			_ = from.Close()
		}
	}
	if !broken && p.pass(time.Now()) {
		closeWrite(to)
	}
}

// closeWrite says that nothing more comes, and leaves the other direction open.
func closeWrite(c net.Conn) {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
		return
	}
	_ = c.Close()
}
