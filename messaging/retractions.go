package messaging

import (
	"context"

	"mellium.im/xmpp/jid"

	"discussions/messaging/store"
)

// Retract withdraws an own message (XEP-0424): its text leaves this computer at once, and others are told. One that nobody has yet is only
// not sent.
func (c *Client) Retract(id ConversationID, message MessageID) error {
	return c.about(id, message, func(s *store.Store, m *store.Message) error {
		if _, gone := m.Content.(Retracted); gone || !m.Own {
			return ErrNoMessage
		}
		if o := c.outbox.Get(m.OriginID); o != nil && o.CanBeDiscarded() {
			return c.discard(s, o)
		}
		for _, o := range c.outbox.About(m.LocalID()) { // nobody needs to be told any more
			if o.CanBeDiscarded() && (o.Corrects || o.Relation) {
				if err := c.drop(s, o); err != nil {
					return err
				}
			}
		}
		o := store.Outgoing{ID: newID(), Conv: m.Conv, Group: m.Group, Time: c.cfg.Now(), About: m.LocalID(), Retracts: true}
		if err := c.say(s, o); err != nil {
			return err
		}
		c.outbox.Recall(m.OriginID)
		for _, corrects := range c.outbox.About(o.About) {
			if corrects.Corrects {
				c.outbox.Recall(corrects.ID)
			}
		}
		c.flush()
		return nil
	})
}

// Moderate makes a group withdraw a message of somebody else (XEP-0425): the account is a moderator there, the
// group offers it, and the account is online. The group then tells
// everybody, this account too.
func (c *Client) Moderate(ctx context.Context, id ConversationID, message MessageID) error {
	var name string
	var room jid.JID
	err := c.about(id, message, func(_ *store.Store, m *store.Message) error {
		r := c.rooms[m.Conv]
		_, gone := m.Content.(Retracted)
		if r == nil || !r.moderator || !r.moderates || gone || m.StanzaID == "" {
			return ErrNoMessage
		}
		name, room = string(m.StanzaID), r.jid
		return nil
	})
	if err != nil {
		return err
	}
	return c.whenOnline(func() error { return c.wire.Moderate(ctx, room, name) })
}
