package messaging

import (
	"context"
	"errors"
	"sync"
	"time"

	"discussions/messaging/xmpp"
)

// session is one XMPP session, resumed or not: it ends when the server has forgotten it. Client.mu guards its fields.
type session struct {
	c      *Client
	ctx    context.Context
	cancel context.CancelFunc
	up     bool          // there is a connection
	again  chan struct{} // closed at each resume, for what failed meanwhile

	// While unlocked:
	working context.CancelFunc
	wake    chan struct{}   // has the own archive asked
	fresh   map[string]bool // archives that were caught up with in this session
	live    int             // messages since the own archive was asked
}

// connected begins a session, or goes on with one.
func (c *Client) connected(ev xmpp.Connected) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	if ev.Resumed && c.session != nil {
		c.session.up = true
		close(c.session.again)
		c.session.again = make(chan struct{})
		c.session.askArchive(settled) // a server may deliver late, and out of order, what came while nobody was there
	} else {
		if c.session != nil {
			c.session.rest()
			c.session.cancel()
		}
		s := &session{c: c, up: true, again: make(chan struct{})}
		s.ctx, s.cancel = context.WithCancel(c.ctx)
		c.session = s
		clear(c.presence)
		for _, r := range c.rooms {
			r.joined = false
		}
		c.unproven(ev)
		s.begin()
	}
	c.setConnection(Connection{State: Online})
	c.flush()
}

// unproven makes what former sessions sent uncertain. A message that was handed over after the wire had a new session, but before
// this was told, is neither acknowledged nor told to be lost: it is on its way. c.mu is held.
func (c *Client) unproven(ev xmpp.Connected) {
	lost := map[string]bool{}
	for _, id := range ev.Unacked {
		lost[id] = true
	}
	for _, p := range c.pending {
		if p.handed && !p.acked && !lost[p.id] && ev.Features.Acks {
			continue
		}
		p.uncertain = p.uncertain || p.handed
		p.handed, p.acked = false, false
	}
}

// begin does what a session needs, locked or not. c.mu is held.
func (s *session) begin() {
	c := s.c
	if err := c.wire.SendPresence(xmpp.Presence{}); err != nil {
		c.log.Warn("send presence", "err", err)
	}
	s.goes(s.ctx, "enter the groups", c.enterRooms)
	if c.store != nil {
		s.work()
		return
	}
	s.goes(s.ctx, "count missed messages", func(ctx context.Context) error { return c.countMissed(ctx, "") })
}

// work begins what needs the store. c.mu is held.
func (s *session) work() {
	c := s.c
	if s.working != nil || c.store == nil || s.ctx.Err() != nil || c.closed {
		return
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.working = cancel
	s.wake = make(chan struct{}, 1)
	s.fresh = map[string]bool{}
	wake := s.wake
	ready := make(chan struct{})
	c.wg.Go(func() { s.follow(ctx, wake, ready) })
	s.goes(ctx, "read the contacts", func(ctx context.Context) error {
		if err := c.syncRoster(ctx); err != nil {
			return err
		}
		// The list is drawn by now: the rest comes behind it.
		select {
		case <-ready:
		case <-ctx.Done():
			return nil
		}
		return errors.Join(c.fetchNewest(ctx), c.fetchCards(ctx))
	})
	for id, r := range c.rooms {
		if r.joined {
			s.goes(ctx, "catch up with a group", func(ctx context.Context) error { return c.catchUpRoom(ctx, id) })
		}
	}
}

// rest ends what needs the store. c.mu is held.
func (s *session) rest() {
	if s.working != nil {
		s.working()
		s.working = nil
	}
}

// settled is how long after the beginning of a session the own archive is asked once more: a message that another device sent
// just then may have been too early for a carbon and, on a busy server, not yet in the archive.
const settled = 5 * time.Second

// follow keeps up with the own archive: once at the beginning, and whenever something asks for proof that a message is in it.
func (s *session) follow(ctx context.Context, wake <-chan struct{}, ready chan<- struct{}) {
	var once sync.Once
	for {
		err := s.try(ctx, "catch up", func(ctx context.Context) error { return s.c.catchUp(ctx, "") })
		once.Do(func() {
			close(ready)
			s.c.mu.Lock()
			defer s.c.mu.Unlock()
			s.askArchive(settled)
		})
		s.c.caughtUp(ctx, "", err)
		select {
		case <-ctx.Done():
			return
		case <-wake:
		}
	}
}

// askArchive has the own archive asked again after a while. c.mu is held.
func (s *session) askArchive(after time.Duration) {
	if s == nil || s.working == nil {
		return
	}
	wake := s.wake
	poke := func() {
		select {
		case wake <- struct{}{}:
		default:
		}
	}
	if after == 0 {
		poke()
		return
	}
	time.AfterFunc(after, poke)
}

// received notes a live message: now and then the archive is asked, so that the next start has little to catch up with. c.mu is held.
func (s *session) received() {
	if s == nil {
		return
	}
	if s.live++; s.live >= pageSize {
		s.live = 0
		s.askArchive(0)
	}
}

// goes runs f on a goroutine until it succeeds or ctx ends.
func (s *session) goes(ctx context.Context, what string, f func(context.Context) error) {
	if s.c.closed {
		return
	}
	s.c.wg.Go(func() { _ = s.try(ctx, what, f) })
}

// try runs f until it succeeds, waiting longer each time but no longer than to the next resume. An answer of the server
// that something is not to be had is final, and returned.
func (s *session) try(ctx context.Context, what string, f func(context.Context) error) error {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		s.c.mu.Lock()
		again := s.again
		s.c.mu.Unlock()
		err := f(ctx)
		var refused *xmpp.StanzaError
		if err == nil || ctx.Err() != nil || errors.Is(err, ErrLocked) || errors.Is(err, ErrClosed) {
			return err
		}
		s.c.log.Warn(what, "err", err)
		if errors.As(err, &refused) && refused.Type != "wait" {
			return err
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-again:
			wait = time.Second
		case <-timer.C:
		}
		timer.Stop()
	}
}
