package xmpp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// connectOnce establishes one session, serves it, and returns why it ended.
func (c *Client) connectOnce(ctx context.Context, wait *backoff) error {
	s, err := c.attempt(ctx)
	if errors.Is(err, ErrRefused) && ctx.Err() == nil {
		// It may have expired meanwhile, or the server may not accept its key any more: try once with another.
		c.log.Info("access token refused, once more with another", "error", err)
		if c.cfg.Refused != nil {
			c.cfg.Refused(c.offered)
		}
		s, err = c.attempt(ctx)
	}
	if err != nil {
		return c.explainPortal(ctx, err)
	}
	began := time.Now()
	err = s.serve(ctx)
	if time.Since(began) >= steadyAfter {
		wait.reset()
		c.moves.number = 0
	}
	return err
}

var errRetried = errors.New("started over by Retry")

// attempt starts over at each Retry: after a change of network the old attempt could hang until its timeout.
func (c *Client) attempt(ctx context.Context) (*session, error) {
	for {
		s, retried, err := c.attemptOnce(ctx)
		if !retried || ctx.Err() != nil {
			return s, err
		}
	}
}

func (c *Client) attemptOnce(ctx context.Context) (s *session, retried bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	var watch sync.WaitGroup
	defer watch.Wait()
	defer cancel(nil)
	watch.Go(func() {
		select {
		case <-c.retry:
			c.startOver(ctx, cancel)
		case <-ctx.Done():
		}
	})
	s, err = c.establish(ctx)
	return s, err != nil && errors.Is(context.Cause(ctx), errRetried), err
}

// startOver ends the attempt, at once or, where the server was asked to resume, when it has had the time for an answer: ejabberd may hang for
// 15 s, and then refuse, when a stream that it has just resumed is resumed again.
func (c *Client) startOver(ctx context.Context, cancel context.CancelCauseFunc) {
	c.mu.Lock()
	resuming := c.resuming
	if resuming == nil {
		cancel(errRetried) // before the lock is given back: see resume
	}
	c.mu.Unlock()
	if resuming == nil {
		return
	}
	if !resuming.conn.uprooted() {
		timer := time.NewTimer(resuming.urgency())
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	cancel(errRetried)
}

// establish makes a session: address, WebSocket, login, then resume or bind.
func (c *Client) establish(ctx context.Context) (*session, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, attemptTimeout, fmt.Errorf("%w: no session in %s", ErrUnreachable, attemptTimeout))
	defer cancel()
	token, err := c.cfg.Token(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrToken, err)
	}
	c.offered = token
	conn, err := c.dial(ctx)
	if err != nil {
		return nil, err
	}
	conn.limit = c.answerLimit
	s := &session{client: c, conn: conn, wake: make(chan struct{}, 1), probe: make(chan struct{}, 1), asked: make(chan question, 1)}
	domain := c.own.Domainpart()
	features, err := conn.open(ctx, domain)
	if err == nil {
		s.features.Mechanism, err = conn.authenticate(ctx, features.Mechanisms, mechanisms(features.Mechanisms, c.mechanism), credentials{c.own.Localpart(), domain, token})
	}
	if err == nil {
		c.mechanism = s.features.Mechanism
		features, err = conn.open(ctx, domain)
	}
	if err == nil {
		err = c.begin(ctx, s, features)
	}
	if err != nil {
		_ = conn.ws.CloseNow()
		return nil, err
	}
	return s, nil
}

// dial connects to the address that the server named last, or to the usual one.
func (c *Client) dial(ctx context.Context) (*conn, error) {
	address, moved := c.moves.take()
	if !moved {
		var err error
		if address, err = c.address(ctx); err != nil {
			return nil, err
		}
	}
	conn, err := dial(ctx, address, c.transport, c.cfg.PingTimeout)
	switch {
	case moved:
	case err != nil:
		c.found = ""
	default:
		c.found = address
	}
	if err != nil {
		return nil, err
	}
	c.moves.present = address
	return conn, nil
}

// address returns the configured address or a discovered one, which is kept while it works.
func (c *Client) address(ctx context.Context) (string, error) {
	if c.cfg.WebSocket != "" {
		return c.cfg.WebSocket, nil
	}
	if c.found != "" {
		return c.found, nil
	}
	endpoints, err := Discover(ctx, &http.Client{Transport: c.transport}, c.cfg.Domain)
	return endpoints.WebSocket, err
}

// begin resumes the previous stream, or binds a new one if that is not possible, and announces the session.
func (c *Client) begin(ctx context.Context, s *session, features *streamFeatures) error {
	s.features.ClientState = features.ClientState != nil
	if c.stream != nil && c.stream.id != "" && features.Management != nil {
		resumed, err := c.resume(ctx, s)
		if resumed || err != nil {
			return err
		}
	}
	c.abandonStream()
	if features.Bind == nil {
		return fmt.Errorf("%w: the server does not bind", ErrProtocol)
	}
	var err error
	if s.jid, err = s.conn.bind(ctx, c.own, c.resource); err != nil {
		return err
	}
	early, err := s.prepare(ctx, features)
	if err != nil {
		return err
	}
	c.announce(s, Connected{JID: s.jid, Features: s.features, Unacked: c.unacked})
	c.unacked = nil
	for _, f := range early {
		if err := s.receive(f); err != nil {
			return err
		}
	}
	return nil
}

// resume asks to resume the previous stream (XEP-0198 §5). False without an error: the server refused.
func (c *Client) resume(ctx context.Context, s *session) (bool, error) {
	m := c.stream
	c.mu.Lock()
	err := ctx.Err()
	if err == nil {
		c.resuming = s // from here on Retry waits for the answer
	}
	c.mu.Unlock()
	if err != nil {
		return false, lost(ctx, err)
	}
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.resuming = nil
	}()
	handled := m.handled.Load()
	if err := s.conn.writeElement(ctx, resumeElement{Handled: handled, Previous: m.id}); err != nil {
		return false, err
	}
	f, err := s.conn.read(ctx)
	if err != nil {
		return false, err
	}
	if f.nonza == nil || f.name.Space != nsSM {
		return false, unexpected(f)
	}
	h, err := f.nonza.count()
	if f.name.Local == "failed" {
		if err == nil { // a refusal may still carry a count
			_ = c.acknowledged(m, h)
		}
		return false, nil
	}
	if f.name.Local != "resumed" {
		return false, unexpected(f)
	}
	if err == nil {
		err = c.acknowledged(m, h)
	}
	if err != nil {
		c.abandonStream()
		return false, err
	}
	s.stream, s.jid = m, m.jid
	s.known = m.received - handled
	s.features = m.features
	s.outage = outage{from: m.heard, to: time.Now()}
	c.announce(s, Connected{Resumed: true, JID: s.jid, Features: s.features})
	return true, nil
}

// acknowledged processes the server's count and reports the acknowledged messages.
func (c *Client) acknowledged(m *management, h uint32) error {
	c.mu.Lock()
	ids, err := m.acknowledge(h)
	c.mu.Unlock()
	if len(ids) > 0 {
		c.events.Put(queued{event: Acked{IDs: ids}})
	}
	return err
}

// abandonStream ends the previous stream for good. The next Connected reports its unacknowledged messages.
func (c *Client) abandonStream() {
	if c.stream != nil {
		c.unacked = append(c.unacked, messageIDs(c.stream.unacked)...)
	}
	c.endStream(ErrNotConnected)
}

// announce makes s the session that Send writes to. On a resumed stream the unacknowledged stanzas are sent again first.
func (c *Client) announce(s *session, event Connected) {
	c.log.Info("connected", "resumed", event.Resumed)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.session, c.stream = s, s.stream
	c.events.Put(queued{event: event}) // from now on Handle may send
	if event.Resumed {
		for _, stanza := range s.stream.unacked {
			s.out = append(s.out, stanza.data)
		}
		s.asks.sent(true) // the answer also marks the end of what the server sends again
	}
	if c.inactive && s.features.ClientState {
		s.out = append(s.out, inactiveFrame)
	}
	signal(s.wake)
}
