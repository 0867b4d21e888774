package messaging

import (
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// MarkRead says that the user has seen all messages of the conversation, and tells the other side. A mark of [Client.MarkUnread] goes.
func (c *Client) MarkRead(id ConversationID) error {
	return c.writeAt(id, func(s *store.Store, conv ConversationID) error {
		changed, err := s.MarkRead(conv)
		if err == nil && c.choices[conv].Unread {
			err = c.keepChoice(s, conv, func(v *store.Choices, _ int64) { v.Unread = false })
		}
		if err != nil || !changed {
			return err
		}
		c.publish(ConversationChanged{conv})
		c.recount()
		c.sendMarkers()
		c.syncer.readHere()
		return nil
	})
}

// sendMarkers sends the displayed markers that are due.
func (c *Client) sendMarkers() {
	s := c.store.Load()
	if s == nil || c.syncer == nil || !c.syncer.up {
		return
	}
	list, err := s.Markers()
	if c.failed("read the markers", err) {
		return
	}
	for _, m := range list {
		out := xmpp.Message{ID: newID(), To: address(m.Conv), Type: "chat", Displayed: m.ID, Store: true}
		if m.Group {
			if r := c.rooms[m.Conv]; r == nil || !r.joined {
				continue
			}
			out.Type = "groupchat"
		}
		if c.wire.Send(out) == nil {
			c.failed("forget a marker", s.MarkerSent(m))
		}
	}
}
