package messaging

import (
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// bounced takes a message that came back.
func (c *Client) bounced(m xmpp.Message) {
	conv, condition := text(m.From), "undefined-condition"
	if m.Error != nil && m.Error.Condition != "" {
		condition = m.Error.Condition
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if w := c.watch; w != nil {
		if len(w.bounced) < mostWatched {
			w.bounced = append(w.bounced, bounce{conv, m.ID, condition})
		}
		return
	}
	c.fail(conv, m.ID, condition)
}

// fail marks a message failed; it stays in the outbox. c.mu is held.
func (c *Client) fail(conv, id, condition string) {
	m, changed, err := c.store.Fail(conv, id, condition)
	if c.lost("keep a failed message", err) || !changed {
		return
	}
	p := c.pending[m.OriginID]
	if p == nil {
		p = &pending{id: m.OriginID, conv: conv, group: m.Group}
		c.pending[p.id] = p
	}
	p.failed = true
	c.countUnsent()
	c.publish(MessageChanged{c.message(m)}, ConversationChanged{ConversationID(conv)})
}

// Resend queues a Failed message again.
func (c *Client) Resend(id MessageID) error {
	messageID := string(id)
	return c.write(func(s *store.Store) error {
		m, found, err := s.Requeue(messageID)
		if err != nil {
			return err
		}
		p := c.pending[messageID]
		if !found || p == nil {
			return ErrNoMessage
		}
		*p = pending{id: p.id, conv: p.conv, group: p.group}
		c.publish(MessageChanged{c.message(m)}, ConversationChanged{ConversationID(m.Conv)})
		c.flush()
		return nil
	})
}

// Discard gives a Queued or Failed message up. One that is on its way can not be called back: [ErrNoMessage].
func (c *Client) Discard(id MessageID) error {
	messageID := string(id)
	return c.write(func(s *store.Store) error {
		p := c.pending[messageID]
		if p == nil || !p.failed && (p.handed || p.uncertain || p.seen) {
			return ErrNoMessage
		}
		m, found, err := s.Discard(messageID)
		if err != nil {
			return err
		}
		if !found {
			return ErrNoMessage
		}
		delete(c.pending, messageID)
		c.countUnsent()
		c.publish(MessageRemoved{Conversation: ConversationID(m.Conv), ID: id}, ConversationChanged{ConversationID(m.Conv)})
		return nil
	})
}
