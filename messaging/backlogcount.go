package messaging

import (
	"context"
	"errors"
	"slices"

	"discussions/messaging/model"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// remainder is a stretch of an archive that an account had not read yet when it was locked. It is counted from its beginning.
type remainder struct {
	archive ArchiveID
	store.Backlog
	part *lockedCounter // what was counted of it
}

// pendingOf gives the stretches of archives that a store has not read yet, the newest first.
func (c *Client) pendingOf(s *store.Store, archives []ArchiveID) (list []*remainder) {
	for _, id := range archives {
		backlogs, err := s.Backlogs(id)
		if err != nil {
			c.log.Error("look for what was missed", "err", err)
		}
		for _, b := range backlogs {
			list = append(list, &remainder{id, b, newLockedCounter()})
		}
	}
	return list
}

// countBacklogs counts what the account had not read yet when it was locked.
func (s *syncer) countBacklogs() {
	if s != nil && s.up && s.c.counter != nil && len(s.c.counter.pending) > 0 {
		s.spawn(s.ctx, "count what is still to be read", s.c.countBacklogs)
	}
}

func (c *Client) countBacklogs(ctx context.Context) error {
	for range mostMissed {
		var b remainder
		var w *lockedCounter
		c.do(func() {
			if w = c.counter; w != nil && len(w.pending) > 0 {
				b = *w.pending[0]
			}
		})
		if b.part == nil {
			return nil
		}
		page, err := c.wire.Archive(ctx, xmpp.ArchiveQuery{Archive: archiveJID(b.archive), After: string(b.Lo), Max: pageSize})
		if errors.Is(err, xmpp.ErrItemNotFound) { // the archive has forgotten where it begins
			page, err = xmpp.ArchivePage{Complete: true}, nil
		}
		if err != nil {
			return err
		}
		c.do(func() {
			if c.counter == w && len(w.pending) > 0 && *w.pending[0] == b {
				c.countPage(w, page)
			}
		})
	}
	return nil
}

// countPage takes a page of what is still to be read into account.
func (c *Client) countPage(w *lockedCounter, page xmpp.ArchivePage) {
	b := w.pending[0]
	missed, done := preceding(page, b.Hi)
	done = done || page.Complete || page.Last == "" || model.StanzaID(page.Last) == b.Lo
	b.part.known = w.known
	readings, _, _ := c.pageFacts(b.archive, missed.Messages)
	for i := range readings {
		b.part.count(&readings[i])
	}
	b.Lo = model.StanzaID(page.Last)
	if done {
		w.pending = w.pending[1:]
		w.precede(b.part)
	}
	c.count(c.unreadLocked())
}

// precede puts what was counted of a stretch before what was counted since.
func (w *lockedCounter) precede(part *lockedCounter) {
	for conv := range part.ids {
		for _, id := range w.marks[conv] {
			part.readUpTo(conv, id)
		}
		if !w.passed[conv] {
			w.ids[conv] = slices.Concat(part.ids[conv], w.ids[conv])
		}
	}
	for conv := range part.passed {
		w.passed[conv] = true
	}
}
