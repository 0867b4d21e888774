package messaging

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"discussions/messaging/model"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// syncer keeps the store up with the server in one XMPP session, resumed or not: it ends when the server has dropped that session. Its
// fields belong to the writer.
type syncer struct {
	c      *Client
	ctx    context.Context
	cancel context.CancelFunc
	up     bool                          // there is a connection
	acks   bool                          // what is sent will be acknowledged (XEP-0198)
	resume atomic.Pointer[chan struct{}] // closed at each resume, for what failed meanwhile
	marks  chan struct{}                 // requests another reading of the bookmarks
	again  map[string]int                // how often messages were sent again because a group had forgotten the account
	held   []xmpp.Message                // invitations through groups in which the account is not yet

	// While unlocked:
	stop      context.CancelFunc     // nil while locked
	sync      context.Context        // ends with stop
	wake      chan struct{}          // requests a query of the own archive
	seen      chan struct{}          // something was seen here
	chosen    chan struct{}          // something was chosen here that the other devices are told
	uploads   chan struct{}          // requests the upload of the files in the outbox
	fresh     map[ArchiveID]bool     // archives that were read to their end in this session
	receipts  map[ConversationID]int // of missed messages, sent in this session
	walk      *walk                  // through the own archive; nil: it is not a new device's, or is interrupted
	live      int                    // messages since the own archive was asked
	late      bool                   // a displaced message came since the own archive was asked: it is asked again
	lateAsked time.Time              // when it is, or was last, asked for that
	prefs     *xmpp.ArchivePrefs     // what the own archive keeps; nil: not known

	// How far the own archive was read:
	recent    model.StanzaID // up to here, but for what is young; "" for the cursor on disk
	settles   bool           // the next query begins at the cursor on disk
	settledAt time.Time      // when the last one did
	rows      int            // that were read since
}

// connected begins a session, or goes on with one.
func (c *Client) connected(ev xmpp.Connected) {
	if c.closed.Load() {
		return
	}
	if ev.Resumed && c.syncer != nil {
		s := c.syncer
		s.up = true
		s.wakeUploads()
		next := make(chan struct{})
		close(*s.resume.Swap(&next))
		s.askArchive(settled) // a server may deliver late, and out of order, what came while nobody was there, or not at all
		for id := range c.rooms {
			s.askRoomArchive(id, settled)
		}
	} else {
		if c.syncer != nil {
			c.syncer.stopSync()
			c.syncer.cancel()
		}
		s := &syncer{c: c, up: true, marks: make(chan struct{}, 1), again: map[string]int{}}
		resume := make(chan struct{})
		s.resume.Store(&resume)
		s.ctx, s.cancel = context.WithCancel(c.ctx)
		c.syncer = s
		c.mu.Lock()
		clear(c.presence)
		c.crowded = false
		c.requests = nil // the server sends those that still wait
		for _, r := range c.rooms {
			r.joined, r.subject = false, false
		}
		c.mu.Unlock()
		c.sessionLost(ev)
		s.start()
	}
	c.setConnection(Connection{State: Online})
	c.fetchAgain()
	c.flush()
}

// start does what a session needs, locked or not.
func (s *syncer) start() {
	c := s.c
	c.tellStatus()
	s.spawn(s.ctx, "read who is blocked", c.readBlockList)
	if !c.closed.Load() {
		c.wg.Go(s.followBookmarks)
		c.wg.Go(s.watchRooms)
	}
	if c.store.Load() != nil {
		s.startSync()
		return
	}
	s.spawn(s.ctx, "count missed messages", func(ctx context.Context) error { return c.countMissed(ctx, "") })
	s.countBacklogs()
}

// startSync begins what needs the store.
func (s *syncer) startSync() {
	c := s.c
	if s.stop != nil || c.store.Load() == nil || s.ctx.Err() != nil || c.closed.Load() {
		return
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.stop, s.sync = cancel, ctx
	s.wake = make(chan struct{}, 1)
	s.fresh, s.receipts, s.walk = map[ArchiveID]bool{}, map[ConversationID]int{}, nil
	s.settles = true
	wake := s.wake
	s.seen = make(chan struct{}, 1)
	seen := s.seen
	ready := make(chan struct{})
	c.wg.Go(func() { s.followArchive(ctx, wake, ready) })
	c.wg.Go(func() { s.followReadMarks(ctx, ready, seen) })
	s.chosen = make(chan struct{}, 1)
	chosen := s.chosen
	c.wg.Go(func() { s.followOwnDevices(ctx, chosen) })
	s.uploads = make(chan struct{}, 1)
	uploads := s.uploads
	c.wg.Go(func() { s.followUploads(ctx, uploads) })
	s.spawn(ctx, "ask what the archive keeps", s.readPrefs)
	s.spawn(ctx, "read the contacts", func(ctx context.Context) error {
		if err := c.syncRoster(ctx); err != nil {
			return err
		}
		// The list is drawn by now: the rest follows.
		select {
		case <-ready:
		case <-ctx.Done():
			return nil
		}
		return errors.Join(c.fetchNewest(ctx, 0), c.fetchCards(ctx))
	})
	for id, r := range c.rooms {
		if r.joined {
			s.spawn(ctx, "catch up with a group", func(ctx context.Context) error { return c.catchUpRoom(ctx, id, r) })
		}
	}
}

// stopSync ends what needs the store.
func (s *syncer) stopSync() {
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
}

// settled is how long after the beginning of a session the own archive is asked once more: a message that another device sent
// just then may have been too early for a carbon and, on a busy server, not yet in the archive.
const settled = 5 * time.Second

// formerSession is how long after it the archive's end is read again, in case nobody tells of the end of the former session: see [settlingTail].
const formerSession = 25 * time.Second

// followArchive keeps up with the own archive: once at the beginning, and whenever something asks for proof that a message is in it.
func (s *syncer) followArchive(ctx context.Context, wake <-chan struct{}, ready chan<- struct{}) {
	first := true
	for {
		var from model.StanzaID
		s.c.do(func() {
			s.late = false // what comes late from now on may miss the answer
			from = s.place()
		})
		var oldest *xmpp.ArchivePage
		err := s.retry(ctx, "catch up", func(ctx context.Context) (err error) {
			oldest, err = s.c.catchUp(ctx, model.OwnArchive, from)
			return err
		})
		if first {
			close(ready)
		}
		if err == nil {
			err = s.retry(ctx, "read what was missed", func(ctx context.Context) error { return s.c.fetchMissed(ctx, "", oldest) })
		}
		s.c.do(func() {
			if first {
				s.askArchive(settled)
				time.AfterFunc(formerSession, func() { s.c.post(s.settle) })
			}
			first = false
			s.c.afterCatchUp(ctx, "", err)
		})
		select {
		case <-ctx.Done():
			return
		case <-wake:
		}
	}
}

// askArchive queries the own archive again after a while.
func (s *syncer) askArchive(after time.Duration) {
	if s == nil || s.stop == nil {
		return
	}
	wake := s.wake
	if after == 0 {
		poke(wake)
		return
	}
	time.AfterFunc(after, func() { poke(wake) })
}

// askRoomArchive queries a group's archive after a while: for proof that it has the sent messages, and for the order, as messages of
// others may come before them. One query serves everything that is sent until then.
func (s *syncer) askRoomArchive(id ConversationID, after time.Duration) {
	r := s.c.rooms[id]
	if s.stop == nil || r == nil || r.asking {
		return
	}
	r.asking = true
	time.AfterFunc(after, func() { s.c.post(func() { s.followRoomArchive(id, r) }) })
}

// followRoomArchive asks a group's archive, and again where that falls due meanwhile: one reader is enough, however long it takes. The writer
// runs it.
func (s *syncer) followRoomArchive(id ConversationID, r *room) {
	c, ctx := s.c, s.sync
	r.asking = false
	switch {
	case s.stop == nil || ctx.Err() != nil || !r.joined || c.rooms[id] != r || c.closed.Load():
		return
	case r.asker == s:
		r.due = true
		return
	}
	r.asker, r.due = s, true
	c.wg.Go(func() {
		for {
			ask := false
			c.do(func() {
				if r.asker != s {
					return
				}
				if ask, r.due = r.due && ctx.Err() == nil, false; !ask {
					r.asker = nil
				}
			})
			if !ask {
				return
			}
			_ = s.retry(ctx, "ask a group's archive", func(ctx context.Context) error { return c.catchUpMessages(ctx, id, r) })
		}
	})
}

// received notes a live message: from time to time the archive is queried, so that the next start has little to catch
// up with. A displaced one may belong elsewhere than behind what is here, and the archive tells: it was delivered late, as a former session had
// not taken it, or came again, as its sender did not find it in the archive.
func (s *syncer) received(m *store.Stanza, displaced bool) {
	if s == nil {
		return
	}
	switch {
	case displaced && m.Group:
		s.askRoomArchive(m.Conv, settled)
	case displaced && !s.late:
		s.late = true
		wait, now := provingDelay, time.Now()
		if now.Sub(s.lateAsked) < settled { // somebody may repeat a message for ever
			wait = settled
		}
		s.lateAsked = now.Add(wait)
		s.askArchive(wait)
	}
	if s.live++; s.live >= pageSize {
		s.live = 0
		s.askArchive(0)
	}
}

// spawn runs f on a goroutine until it succeeds or ctx ends.
func (s *syncer) spawn(ctx context.Context, what string, f func(context.Context) error) {
	if s.c.closed.Load() {
		return
	}
	s.c.wg.Go(func() { _ = s.retry(ctx, what, f) })
}

// retry runs f until it succeeds, waiting longer each time but no longer than to the next resume. An answer of the server
// that something is not to be had is final, and returned; so is one that is too long: it would be fetched for ever.
func (s *syncer) retry(ctx context.Context, what string, f func(context.Context) error) error {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		resumed := *s.resume.Load()
		err := f(ctx)
		var refused *xmpp.StanzaError
		if err == nil || ctx.Err() != nil || errors.Is(err, ErrLocked) || errors.Is(err, ErrClosed) {
			return err
		}
		s.c.log.Warn(what, "err", err)
		if errors.As(err, &refused) && refused.Type != "wait" || errors.Is(err, xmpp.ErrGuard) {
			return err
		}
		if errors.Is(err, ErrDisk) && s.c.disk.full() != nil {
			if !s.c.disk.wait(ctx) {
				return err
			}
			wait = time.Second / 2
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-resumed:
			wait = time.Second
		case <-timer.C:
		}
		timer.Stop()
	}
}
