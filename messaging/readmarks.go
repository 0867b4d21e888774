package messaging

import (
	"context"
	"errors"
	"time"

	"discussions/messaging/model"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// What was seen on one of the account's devices counts as seen on all of them. Where the server keeps read marks (XEP-0490) they tell so, also
// to a device that is not connected; elsewhere only the copies of displayed markers and of answers do.

// marksPause is the least time between two rounds of telling: of many that were seen in a row, the last one of each conversation counts.
const marksPause = time.Second

// followReadMarks learns what other devices have seen, once the archive is read, and tells them what was seen here.
func (s *syncer) followReadMarks(ctx context.Context, ready <-chan struct{}, seen <-chan struct{}) {
	select {
	case <-ready:
	case <-ctx.Done():
		return
	}
	offered := true
	err := s.retry(ctx, "read the read marks", func(ctx context.Context) error {
		marks, err := s.c.wire.ReadMarks(ctx)
		if offered = !errors.Is(err, xmpp.ErrNotOffered); !offered {
			return nil
		}
		if err != nil {
			return err
		}
		return s.c.write(func(*store.Store) error { return s.c.takeReadMarks(marks) })
	})
	if err != nil || !offered {
		s.c.log.Info("what is read on another device is only known where that sends a marker", "err", err)
		return
	}
	for ctx.Err() == nil {
		resumed := *s.resume.Load()
		told := false
		_ = s.retry(ctx, "tell what was read", func(ctx context.Context) error { return s.tellReadMarks(ctx, &told) })
		if told {
			timer := time.NewTimer(marksPause)
			select {
			case <-timer.C:
			case <-ctx.Done():
				timer.Stop()
				return
			}
		}
		select {
		case <-seen:
		case <-resumed:
		case <-ctx.Done():
		}
	}
}

// tellReadMarks tells the other devices what is due, the newest first. told is set if that was anything.
func (s *syncer) tellReadMarks(ctx context.Context, told *bool) error {
	var due []store.DueReadMark
	err := s.c.write(func(st *store.Store) error {
		if !s.up {
			return nil // after the resume
		}
		list, err := st.DueReadMarks()
		for _, m := range list {
			if !m.Unsure || s.fresh[archiveOf(m.ReadMark)] {
				due = append(due, m)
			}
		}
		return err
	})
	for _, m := range due {
		*told = true
		if err == nil {
			err = s.c.wire.SetReadMark(ctx, xmpp.ReadMark{Conversation: address(m.Conv), StanzaID: string(m.ID), Room: m.Group})
		}
		if err == nil {
			err = s.c.write(func(st *store.Store) error { return st.ReadMarkTold(m) })
		}
	}
	if errors.Is(err, xmpp.ErrNotConnected) {
		return nil // after the resume
	}
	return err
}

// archiveOf is the archive that holds the message of a mark.
func archiveOf(m store.ReadMark) ArchiveID {
	if m.Group {
		return ArchiveID(m.Conv)
	}
	return ""
}

// readHere makes the other devices learn what was seen here.
func (s *syncer) readHere() {
	if s != nil {
		poke(s.seen)
	}
}

// takeReadMarks takes the marks that the server keeps, on the writer.
func (c *Client) takeReadMarks(marks []xmpp.ReadMark) error {
	s := c.store.Load()
	if s == nil {
		for _, m := range marks {
			c.counter.readUpTo(conversationID(m.Conversation), m.StanzaID)
		}
		c.count(c.unreadLocked())
		return nil
	}
	list := make([]store.ReadMark, len(marks))
	for i, m := range marks {
		list[i] = store.ReadMark{Conv: conversationID(m.Conversation), Group: m.Room, ID: model.StanzaID(m.StanzaID)}
	}
	result, news, err := s.TakeReadMarks(list, c.cfg.Now())
	if c.failed("take read marks", err) {
		return err
	}
	if news {
		c.apply(store.Live, result)
	}
	return nil
}

// SetVisible says whether the user can see the account's conversations. While they cannot, or the account is locked, the server holds back
// what is not urgent, such as presences (XEP-0352).
func (c *Client) SetVisible(on bool) {
	c.post(func() {
		c.hidden = !on
		c.tellActivity()
	})
}

// tellActivity tells the server whether anybody looks.
func (c *Client) tellActivity() { c.wire.SetActive(!c.hidden && c.store.Load() != nil) }
