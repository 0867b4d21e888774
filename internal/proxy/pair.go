package proxy

import (
	"net"
	"sync"
	"time"
)

// farewell is how long the server may take to close its side of a connection
// whose client has gone.
const farewell = 5 * time.Second

// pair is a client's connection with the server's that belongs to it.
type pair struct {
	client net.Conn

	mu     sync.Mutex
	server net.Conn
	over   bool
	gone   chan struct{} // closed when the client's side has vanished
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

// reset ends the client's side with a TCP reset and the server's in order: a
// server that is writing into a connection which is closed abruptly may not
// notice (ejabberd's websocket does not), and would keep the session for minutes.
func (p *pair) reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.gone: // the server learns nothing of it
		return
	default:
	}
	p.over = true
	if tcp, ok := p.client.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = p.client.Close()
	if p.server != nil {
		hangUp(p.server)
	}
}

// vanish resets the client's side and leaves the server's as it is.
func (p *pair) vanish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return
	}
	p.over = true
	close(p.gone)
	if tcp, ok := p.client.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = p.client.Close()
}

// vanished waits until the proxy closes and returns true where the client's side has
// vanished.
func (p *pair) vanished(closed <-chan struct{}) bool {
	select {
	case <-p.gone:
		<-closed
		return true
	default:
		return false
	}
}

// close ends both sides at once.
func (p *pair) close() {
	p.reset()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.server != nil {
		_ = p.server.Close()
	}
}

// hangUp says that nothing more comes, and lets what still arrives be read for
// a while.
func hangUp(c net.Conn) {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	_ = c.SetReadDeadline(time.Now().Add(farewell))
}

type chunk struct {
	data []byte
	came time.Time
}

// forward copies in one direction until one side ends, then tells the other. Reading
// and writing are apart, so that a delay costs no throughput.
func (p *Proxy) forward(both *pair, d direction) {
	to, from := both.client, both.server
	if d == up {
		to, from = from, to
	}
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
			continue // read what is left, so that the sender can end in order
		}
		if !p.pass(c.came) {
			broken = true
			hangUp(from)
			continue
		}
		passes, cut := p.before(d, len(c.data))
		_, err := to.Write(c.data[:passes])
		if cut {
			both.reset()
		}
		if broken = cut || err != nil; broken {
			if both.vanished(p.ctx.Done()) {
				return
			}
			hangUp(from)
		}
	}
	if both.vanished(p.ctx.Done()) {
		return
	}
	if !broken && p.pass(time.Now()) {
		if half, ok := to.(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite() // the other direction stays open
		}
	}
}
