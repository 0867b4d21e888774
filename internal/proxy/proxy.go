// Package proxy is a network for tests: a TCP proxy on loopback that can be cut,
// at once or after any byte, black-holed and slowed.
package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// State of the network between the application and a server.
type State string

const (
	Up        State = "up"        // everything passes
	Cut       State = "cut"       // connections are reset, new ones as well
	Blackhole State = "blackhole" // connections stay, nothing passes until it is up again
	Slow      State = "slow"      // each chunk is delayed
)

// Proxy forwards connections from a loopback port to a server.
type Proxy struct {
	listener net.Listener
	dial     func(ctx context.Context) (net.Conn, error)
	ctx      context.Context
	stop     context.CancelFunc
	wait     sync.WaitGroup

	mu        sync.Mutex
	state     State
	delay     time.Duration
	changed   chan struct{} // closed at each change of state
	revert    *time.Timer
	pairs     map[*pair]struct{}
	imposture *tls.Certificate
	left      map[direction]int // bytes until a cut; none: no cut to come
}

type direction bool

const (
	up   direction = true // to the server
	down direction = false
)

// Listen opens a free loopback port whose connections go where dial leads.
func Listen(dial func(ctx context.Context) (net.Conn, error)) (*Proxy, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	p := &Proxy{
		listener: listener,
		dial:     dial,
		ctx:      ctx,
		stop:     stop,
		state:    Up,
		changed:  make(chan struct{}),
		pairs:    make(map[*pair]struct{}),
	}
	p.wait.Go(p.accept)
	return p, nil
}

// Address is the host and port to connect to.
func (p *Proxy) Address() string {
	return p.listener.Addr().String()
}

// Set changes the network; delay is the one-way delay when it is [Slow]. After
// d it is up again by itself, unless d is zero.
func (p *Proxy) Set(state State, delay, d time.Duration) error {
	switch state {
	case Up, Cut, Blackhole, Slow:
	default:
		return fmt.Errorf("unknown state of the network %q: up, cut, blackhole or slow", state)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.revert != nil {
		p.revert.Stop()
		p.revert = nil
	}
	p.change(state, delay)
	if d > 0 && state != Up {
		var timer *time.Timer
		timer = time.AfterFunc(d, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			if p.revert == timer { // else a later Set came first
				p.revert = nil
				p.change(Up, 0)
			}
		})
		p.revert = timer
	}
	return nil
}

// change is called with the lock held.
func (p *Proxy) change(state State, delay time.Duration) {
	p.state, p.delay = state, delay
	close(p.changed)
	p.changed = make(chan struct{})
	if state == Cut {
		for pair := range p.pairs {
			pair.reset()
		}
	}
}

// CutAfter resets the connection that carries the nth byte from now on, up to the
// server or down to the client, just behind that byte. What comes later is not
// concerned.
func (p *Proxy) CutAfter(n int, toServer bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left == nil {
		p.left = make(map[direction]int)
	}
	p.left[direction(toServer)] = n
}

// Vanish resets the clients' side of every connection and tells the server
// nothing, as when a cable is pulled out; new connections pass.
func (p *Proxy) Vanish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for pair := range p.pairs {
		pair.vanish()
	}
}

// before says how much of a chunk of n bytes passes before a cut, and whether that comes
// now.
func (p *Proxy) before(d direction, n int) (passes int, cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	left, due := p.left[d]
	switch {
	case !due:
		return n, false
	case n < left:
		p.left[d] = left - n
		return n, false
	}
	delete(p.left, d)
	return left, true
}

// Impersonate makes the proxy answer TLS itself with a certificate of its own
// on new connections, as an interceptor would; nil ends it. Connections that
// stand are reset, so that clients meet the change.
func (p *Proxy) Impersonate(certificate *tls.Certificate) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.imposture = certificate
	for pair := range p.pairs {
		pair.reset()
	}
}

// Close ends every connection and waits for the goroutines.
func (p *Proxy) Close() error {
	p.stop()
	err := p.listener.Close()
	p.mu.Lock()
	if p.revert != nil {
		p.revert.Stop()
	}
	for pair := range p.pairs {
		pair.close()
	}
	p.mu.Unlock()
	p.wait.Wait()
	return err
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			continue
		}
		p.wait.Go(func() { p.serve(client) })
	}
}

func (p *Proxy) serve(client net.Conn) {
	pair := &pair{client: client, gone: make(chan struct{})}
	p.mu.Lock()
	if p.state == Cut || p.ctx.Err() != nil {
		p.mu.Unlock()
		pair.close()
		return
	}
	p.pairs[pair] = struct{}{}
	imposture := p.imposture
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.pairs, pair)
		p.mu.Unlock()
		pair.close()
	}()

	if !p.pass(time.Time{}) {
		return
	}
	if imposture != nil {
		intercept(p.ctx, client, imposture)
		return
	}
	server, err := p.dial(p.ctx)
	if err != nil || !pair.join(server) {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { p.forward(pair, up) })
	both.Go(func() { p.forward(pair, down) })
	both.Wait()
}

// intercept offers the wrong certificate and hangs up: what matters to the
// client is the refusal.
func intercept(ctx context.Context, client net.Conn, certificate *tls.Certificate) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	server := tls.Server(client, &tls.Config{
		Certificates: []tls.Certificate{*certificate},
		MinVersion:   tls.VersionTLS12,
	})
	if err := server.HandshakeContext(ctx); err == nil {
		_ = server.Close()
	}
}

// pass waits until the network lets through what came at the given time, and
// reports false when the proxy closes first.
func (p *Proxy) pass(came time.Time) bool {
	for {
		p.mu.Lock()
		state, delay, changed := p.state, p.delay, p.changed
		p.mu.Unlock()
		var due <-chan time.Time
		switch state {
		case Blackhole:
		case Slow:
			left := time.Until(came.Add(delay))
			if left <= 0 {
				return true
			}
			due = time.After(left)
		default:
			return true
		}
		select {
		case <-due:
			return true
		case <-changed:
		case <-p.ctx.Done():
			return false
		}
	}
}
