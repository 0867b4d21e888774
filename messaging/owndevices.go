package messaging

import (
	"context"
	"errors"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// The account's devices share what its user says of themselves and which conversations they have marked as unread, where the server keeps that
// for them (XEP-0223). The latest choice counts. A choice that was made offline is sent later, and no other replaces it before.

// followOwnDevices learns what was chosen on other devices, and tells them what is chosen here.
func (s *syncer) followOwnDevices(ctx context.Context, chosen <-chan struct{}) {
	offered := true
	err := s.retry(ctx, "read what other devices chose", func(ctx context.Context) error {
		marks, err := s.c.wire.UnreadMarks(ctx)
		if offered = !errors.Is(err, xmpp.ErrNotOffered); !offered {
			return nil
		}
		if err != nil {
			return err
		}
		status, err := s.c.wire.OwnStatus(ctx)
		if err != nil {
			return err
		}
		return s.c.write(func(*store.Store) error {
			return errors.Join(s.c.takeUnreadMarks(marks), s.c.takeOwnStatus(status))
		})
	})
	if err != nil || !offered {
		s.c.log.Info("the status and the marks as unread stay on this device", "err", err)
		return
	}
	for ctx.Err() == nil {
		resumed := *s.resume.Load()
		_ = s.retry(ctx, "tell other devices what was chosen", s.tellOwnDevices)
		select {
		case <-chosen:
		case <-resumed:
		case <-ctx.Done():
		}
	}
}

// tellOwnDevices tells what is due.
func (s *syncer) tellOwnDevices(ctx context.Context) error {
	var marks []store.UnreadMark
	var status Status
	var due bool
	err := s.c.write(func(st *store.Store) (err error) {
		if !s.up {
			return nil // after the resume
		}
		if marks, err = st.DueUnreadMarks(); err == nil {
			status, due, err = st.Status()
		}
		return err
	})
	for _, m := range marks {
		if err == nil {
			err = s.c.wire.SetUnreadMark(ctx, xmpp.UnreadMark{Conversation: address(m.Conv), Unread: m.Unread})
		}
		if err == nil {
			err = s.c.write(func(st *store.Store) error { return st.UnreadMarkTold(m) })
		}
	}
	if err == nil && due {
		err = s.c.wire.SetOwnStatus(ctx, xmpp.OwnStatus{Show: showOf(status.Presence), Text: status.Text, Until: status.Until})
		if err == nil {
			err = s.c.write(func(st *store.Store) error { return statusTold(st, status) })
		}
	}
	if errors.Is(err, xmpp.ErrNotConnected) {
		return nil // after the resume
	}
	return err
}

// statusTold notes that the other devices know a status, unless it has changed meanwhile.
func statusTold(s *store.Store, told Status) error {
	now, _, err := s.Status()
	if err != nil || now != told {
		return err
	}
	return s.SetStatus(told, false)
}

// choseHere makes the other devices learn what was chosen here.
func (s *syncer) choseHere() {
	if s != nil {
		poke(s.chosen)
	}
}

// takeUnreadMarks takes the marks of other devices, on the writer. What comes while locked is asked for after the unlock.
func (c *Client) takeUnreadMarks(marks []xmpp.UnreadMark) error {
	s := c.store.Load()
	if s == nil {
		return nil
	}
	changed := false
	for _, m := range marks {
		conv := conversationID(m.Conversation)
		chosen, err := s.TakeUnreadMark(store.UnreadMark{Conv: conv, Unread: m.Unread})
		if c.failed("take an unread mark", err) {
			return err
		}
		changed = c.chosen(conv, chosen) || changed
	}
	if !changed {
		return nil
	}
	return c.countAsChosen(s)
}

// takeOwnStatus takes the status that another device has set, on the writer; nil: none.
func (c *Client) takeOwnStatus(v *xmpp.OwnStatus) error {
	s := c.store.Load()
	if s == nil || v == nil {
		return nil
	}
	_, due, err := s.Status()
	if c.failed("read the status", err) || due {
		return err
	}
	d := deviceOf(xmpp.Presence{Show: v.Show, Status: v.Text})
	status := Status{Presence: d.presence, Text: d.status, Until: v.Until}
	if err := s.SetStatus(status, false); c.failed("keep the status", err) {
		return err
	}
	c.takeStatus(status)
	return nil
}
