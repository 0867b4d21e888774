package messaging

import (
	"context"
	"errors"
	"time"

	"discussions/messaging/outbox"
)

// A group may lose its occupants without notifying them, when its node of a cluster dies or its service restarts. Then it sends
// nothing, and refuses messages.

const (
	quiet     = 45 * time.Second // after which a group is asked whether the account is still in it
	quietLook = 10 * time.Second // how often it is looked for such groups

	mostAgain  = 4           // how often a message is sent again in one session
	againDelay = time.Second // before the second time, twice as long each time after that
)

// watchRooms finds out which groups have forgotten the account.
func (s *syncer) watchRooms() {
	ticker := time.NewTicker(quietLook)
	defer ticker.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-ticker.C:
		}
		var due []ConversationID
		s.c.do(func() { due = s.quietRooms() })
		_ = each(s.ctx, background, due, func(ctx context.Context, id ConversationID) error {
			s.askRoom(ctx, id)
			return nil
		})
	}
}

// quietRooms are the groups of which nothing was heard for a while.
func (s *syncer) quietRooms() (due []ConversationID) {
	if !s.up {
		return nil
	}
	oldest := s.c.cfg.Now().Add(-quiet)
	for id, r := range s.c.rooms {
		if r.joined && !r.heard.After(oldest) {
			due = append(due, id)
		}
	}
	return due
}

// askRoom asks a group whether the account is still in it, and enters it again if not. Without a clear answer, it asks again
// later.
func (s *syncer) askRoom(ctx context.Context, id ConversationID) {
	in, err := s.c.wire.SelfPing(ctx, address(id))
	s.c.do(func() {
		r := s.c.rooms[id]
		if r == nil || !r.joined || s.ctx.Err() != nil {
			return
		}
		r.heard = s.c.cfg.Now()
		if !in && err == nil {
			s.enterAgain(id, r)
		}
	})
}

// enterAgain enters a group that has forgotten the account.
func (s *syncer) enterAgain(id ConversationID, r *room) {
	s.c.log.Info("a group has forgotten the account, which enters it again")
	s.isOut(id, r)
	s.enter(id)
}

// pause sends nothing to a group for a while, and enters it again only afterwards.
func (s *syncer) pause(delay time.Duration, id ConversationID, r *room) {
	s.c.log.Info("a group has refused a message again, which waits", "for", delay)
	out := r.joined
	if out {
		s.isOut(id, r)
	}
	if until := time.Now().Add(delay); until.After(r.paused) {
		r.paused = until
	}
	s.spawn(s.ctx, "write to a group after a while", func(ctx context.Context) error {
		select {
		case <-time.After(delay):
			s.c.do(func() {
				switch {
				case ctx.Err() != nil || s.c.rooms[id] != r:
				case r.joined: // for another reason
					s.c.flush()
				case out:
					s.enter(id)
				}
			})
		case <-ctx.Done():
		}
		return nil
	})
}

// isOut notes that the account is not in a group any more. What the group was sent and has not sent back is sent again, once the account is
// in it, where its archive has it not.
func (s *syncer) isOut(id ConversationID, r *room) {
	c := s.c
	c.mu.Lock()
	r.joined, r.subject = false, false
	clear(r.occupants)
	c.mu.Unlock()
	r.stop()
	for _, sent := range c.outbox.IDs() {
		m := c.outbox.Get(sent)
		if m.Conv == id && (m.State() == outbox.OnWire || m.State() == outbox.Acked) {
			c.outbox.Apply(sent, outbox.Lose)
		}
	}
	delete(s.fresh, ArchiveID(id))
}

// sendAgain deals with a message that came back because its group does not know the account: it is sent again by itself once the account
// is in the group. In a cluster whose node has died this may happen more than once, as two processes may be the group for some moments.
// It returns false for other bounces, and after too many attempts.
func (c *Client) sendAgain(b bounce) (again bool, err error) {
	r, s, m := c.rooms[b.conv], c.syncer, c.outbox.Get(b.id)
	switch {
	case !b.byRoom || r == nil || s == nil || m == nil || m.Conv != b.conv || m.State() == outbox.Confirmed || m.State() == outbox.Failed:
		return false, nil
	case b.condition != "not-acceptable" && b.condition != "item-not-found": // XEP-0045 §7.4, and no such room
		return false, nil
	case s.again[b.id] == mostAgain:
		return false, nil
	}
	changed := true
	if !m.Relation {
		if changed, err = c.requeue(b); errors.Is(err, ErrDisk) {
			return true, err
		}
	}
	n := s.again[b.id]
	s.again[b.id]++
	if !changed {
		return true, nil
	}
	c.outbox.Apply(b.id, outbox.Lose)
	switch {
	case n > 0:
		s.pause(againDelay<<(n-1), b.conv, r)
	case r.joined:
		s.enterAgain(b.conv, r)
	}
	return true, nil
}

// requeue shows a message that came back as one that waits.
func (c *Client) requeue(b bounce) (changed bool, err error) {
	m, changed, err := c.store.Load().Requeue(b.id)
	if c.failed("queue a message again", err) || !changed {
		return false, err
	}
	c.publish(MessageChanged{c.message(&m)}, ConversationChanged{b.conv})
	return true, nil
}
