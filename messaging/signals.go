package messaging

import (
	"github.com/google/uuid"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// signals takes what a message says about other messages: a receipt, a displayed marker. Only the other person of a
// conversation, or the account's own devices, can say something about it: p.conv is the sender's. c.mu is held, the store open.
func (c *Client) signals(p *parsed) {
	if c.store == nil {
		return
	}
	switch {
	case p.displayed != "" && p.in.Own:
		changed, err := c.store.Seen(p.conv, p.displayed)
		if !c.lost("keep a conversation read", err) && changed {
			c.publish(ConversationChanged{ConversationID(p.conv)})
			c.recount(false)
		}
	case p.displayed != "" && !p.group:
		c.progress(p.conv, p.displayed, store.Read)
	case p.delivered != "" && !p.in.Own && !p.group:
		c.progress(p.conv, p.delivered, store.Delivered)
	}
}

// sendReceipt tells the sender of a message that it is on this computer's disk. c.mu is held.
func (c *Client) sendReceipt(p *parsed) {
	if p.in.MsgID == "" {
		return
	}
	// Lost with the connection, it is lost: the sender's client then shows the message as sent only.
	_ = c.wire.Send(xmpp.Message{ID: uuid.NewString(), To: archiveJID(p.conv), Type: "chat", Received: p.in.MsgID, Store: true})
}

// MarkRead says that the user has seen all messages of the conversation, and tells the other side.
func (c *Client) MarkRead(id ConversationID) error {
	conv, err := c.address(id)
	if err != nil {
		return err
	}
	return c.write(func(s *store.Store) error {
		_, changed, err := s.MarkRead(conv)
		if err != nil || !changed {
			return err
		}
		c.publish(ConversationChanged{ConversationID(conv)})
		c.recount(false)
		c.sendMarkers()
		return nil
	})
}

// sendMarkers sends the displayed markers that are due. c.mu is held.
func (c *Client) sendMarkers() {
	if c.store == nil || c.session == nil || !c.session.up {
		return
	}
	list, err := c.store.Markers()
	if c.lost("read the markers", err) {
		return
	}
	for _, m := range list {
		out := xmpp.Message{ID: uuid.NewString(), To: archiveJID(m.Conv), Type: "chat", Displayed: m.ID, Store: true}
		if m.Group {
			if r := c.rooms[m.Conv]; r == nil || !r.joined {
				continue
			}
			out.Type = "groupchat"
		}
		if c.wire.Send(out) == nil {
			c.lost("forget a marker", c.store.MarkerSent(m))
		}
	}
}
