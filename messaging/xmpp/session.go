package xmpp

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"mellium.im/xmpp/jid"
)

// session is one bound connection. It has a goroutine that reads (the caller of serve), one that writes and one that pings.
type session struct {
	client   *Client
	conn     *conn
	jid      jid.JID
	features Features
	stream   *management // nil: the server has no stream management

	// Of a resumed session; only the reading goroutine touches them:
	outage outage
	known  uint32 // how many stanzas the server still sends again that wait to be handled, or were handled meanwhile

	wake, probe chan struct{} // something to write; test the connection now
	asked       chan question // by the writer, for the user
	paused      atomic.Bool   // reading waits for Handle

	// Guarded by Client.mu.
	out     [][]byte // elements to be written
	closing bool
	asks    ackAsks
	proofs  proofs // without stream management
}

// tooManyAnswers limits the queue of answers to others' requests: nobody may fill the memory with requests.
const tooManyAnswers = 1000

var errEnded = errors.New("ended on purpose")

// serve runs the session until it ends and returns why. When ctx ends, it closes the stream in order.
func (s *session) serve(ctx context.Context) error {
	c := s.client
	live, fail := context.WithCancelCause(context.WithoutCancel(ctx))
	var tasks sync.WaitGroup
	tasks.Go(func() { s.write(live, fail) })
	tasks.Go(func() { s.keepAlive(live, fail) })
	tasks.Go(func() {
		select {
		case <-ctx.Done():
			s.shutdown(live, fail)
		case <-live.Done():
		}
	})
	err := s.read(live)
	c.mu.Lock()
	c.session = nil
	c.mu.Unlock()
	fail(err)
	_ = s.conn.ws.CloseNow()
	tasks.Wait()
	if !s.resumable(err) {
		c.findTooLong(s.stream, err)
		c.unacked = append(c.unacked, s.proofs.unproven...)
		c.abandonStream()
	}
	return err
}

// resumable reports whether to resume after err. It is false if resuming would lead to the same error: a stanza too long for one of the
// sides, or counts that differ.
func (s *session) resumable(err error) bool {
	if s.stream == nil || s.stream.id == "" || s.conn.discarding {
		return false
	}
	var moved *movedError
	if errors.As(err, &moved) {
		return true // another node of a cluster may have the stream
	}
	var ended *StreamError
	if errors.As(err, &ended) {
		switch ended.Condition {
		case "system-shutdown", "connection-timeout", "reset", "internal-server-error":
			return true
		}
		return false
	}
	switch websocket.CloseStatus(err) {
	case websocket.StatusMessageTooBig, websocket.StatusPolicyViolation:
		return false
	}
	return !errors.Is(err, ErrProtocol)
}

// push queues a stanza. The caller holds Client.mu.
func (s *session) push(stanza sent) {
	s.out = append(s.out, stanza.data)
	if s.stream != nil {
		s.stream.unacked = append(s.stream.unacked, stanza)
		s.asks.sent(stanza.prove)
	} else if stanza.id != "" {
		s.proofs.unproven = append(s.proofs.unproven, stanza.id)
		s.asks.sent(stanza.prove)
	}
	signal(s.wake)
}

// acknowledge tells the server how many stanzas have been handled.
func (s *session) acknowledge() {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	if s.client.session == s && s.stream != nil {
		s.out = append(s.out, ackFrame(s.stream.handled.Load()))
		signal(s.wake)
	}
}

// shutdown closes the stream after the queued elements and waits a moment for the server's answer.
func (s *session) shutdown(live context.Context, fail context.CancelCauseFunc) {
	s.client.mu.Lock()
	s.client.session = nil
	s.closing = true
	s.out = append(s.out, closeFrame)
	s.client.mu.Unlock()
	signal(s.wake)
	timer := time.NewTimer(closeGrace)
	defer timer.Stop()
	select {
	case <-timer.C:
		fail(errEnded)
	case <-live.Done():
	}
}

// How much may wait for Handle before reading pauses.
const (
	maxQueued      = 4096     // stanzas
	maxQueuedBytes = 32 << 20 // estimated from the length of the last stanza
)

func (s *session) read(live context.Context) error {
	for {
		f, err := s.conn.read(live)
		if err != nil {
			return err
		}
		if s.stream != nil {
			s.stream.heard = time.Now()
		}
		if err := s.receive(f); err != nil {
			return err
		}
		s.paused.Store(true)
		s.client.events.WaitBelow(live, s.client.queueLimit(s.conn.length))
		s.conn.elements.Add(1) // a sign of life for keepAlive, which may look before the next element is read
		s.paused.Store(false)
	}
}

// queueLimit returns how many stanzas may wait if each has length bytes.
func (c *Client) queueLimit(length int) int {
	most := c.cfg.queuedBytes
	if most == 0 {
		most = maxQueuedBytes
	}
	return min(maxQueued, 1+most/max(length, 1))
}

// write sends the queued elements and requests acknowledgements.
func (s *session) write(live context.Context, fail context.CancelCauseFunc) {
	idle := time.NewTimer(ackIdle)
	defer idle.Stop()
	for {
		quiet := false
		select {
		case <-s.wake:
		case <-idle.C:
			quiet = true
		case <-live.Done():
			return
		}
		q := question{at: time.Now(), progress: s.conn.progress()}
		batch, urgent := s.takeOut(quiet)
		if urgent {
			q.patience = time.Duration(size(batch)/slowestBytes) * time.Second
			select {
			case s.asked <- q:
			default: // keepAlive has the earlier one
			}
		}
		if len(batch) > 0 {
			if err := s.conn.writeAll(live, batch); err != nil {
				fail(err)
				return
			}
		}
		if !quiet {
			idle.Reset(ackIdle)
		}
	}
}

func size(batch [][]byte) (n int) {
	for _, data := range batch {
		n += len(data)
	}
	return n
}

// takeOut takes the queued elements, with a request for an acknowledgement if one is due. quiet: nothing was written for a while. urgent:
// the user waits for the answer.
func (s *session) takeOut(quiet bool) (batch [][]byte, urgent bool) {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	batch = s.out
	s.out = nil
	waiting := len(s.proofs.unproven)
	if s.stream != nil {
		waiting = len(s.stream.unacked)
	}
	if s.closing || waiting == 0 {
		return batch, false
	}
	urgent = s.asks.prove
	if !s.asks.due(quiet) {
		return batch, urgent
	}
	if s.stream != nil {
		return append(batch, ackRequest), urgent
	}
	return append(batch, s.pingStanza(s.proofs.begin())), urgent
}

// prepare enables stream management and carbons, and returns the frames that came meanwhile.
func (s *session) prepare(ctx context.Context, features *streamFeatures) (early []frame, err error) {
	carbons := iqRequest{ID: newID(), Type: "set", Payload: carbonsEnable{}}
	carbonsData, err := encode(carbons)
	if err != nil {
		return nil, err
	}
	managing := features.Management != nil
	if managing {
		if err := s.conn.writeElement(ctx, enableElement{Resume: true}); err != nil {
			return nil, err
		}
	}
	if err := s.conn.write(ctx, carbonsData); err != nil {
		return nil, err
	}
	for answered := false; managing || !answered; {
		f, err := s.conn.read(ctx)
		if err != nil {
			return nil, err
		}
		if err := streamEnd(f); err != nil {
			return nil, err
		}
		switch {
		case managing && f.is(nsSM, "enabled"):
			managing = false
			s.stream = newManagement(f.nonza, s.jid)
			s.stream.heard = time.Now()
			s.stream.unacked = []sent{{data: carbonsData}}
		case managing && f.is(nsSM, "failed"):
			managing = false
		case f.iq != nil && f.iq.ID == carbons.ID:
			answered = true
			s.features.Carbons = f.iq.Type == "result"
			if s.stream != nil {
				s.stream.received++
				s.stream.handled.Add(1)
			}
		default:
			f.uncounted = managing
			early = append(early, f)
		}
	}
	s.features.Acks = s.stream != nil
	if s.stream != nil {
		s.features.Resumable = s.stream.id != ""
		s.stream.features = s.features
	}
	return early, nil
}
