package messaging

import (
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// handle takes the events of the wire, in stream order. What comes in is acknowledged to the server only when handle returns:
// the store has it then.
func (c *Client) handle(ev xmpp.Event) {
	switch ev := ev.(type) {
	case xmpp.Connected:
		c.connected(ev)
	case xmpp.Disconnected:
		c.mu.Lock()
		if c.session != nil {
			c.session.up = false
		}
		c.mu.Unlock()
		c.setConnection(Connection{State: Offline, Problem: problem(ev.Err), Next: ev.Next})
	case xmpp.MessageReceived:
		c.received(ev.Message)
	case xmpp.Bounced:
		c.bounced(ev.Message)
	case xmpp.PresenceReceived:
		c.presenceReceived(ev.Presence)
	case xmpp.RosterPushed:
		c.rosterPushed(ev.Items)
	case xmpp.Acked:
		c.acked(ev.IDs)
	case xmpp.RoomLeft:
		c.roomLeft(ev)
	}
}

// received takes a live message.
func (c *Client) received(m xmpp.Message) {
	p, ok := c.read(&m)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.group && c.rooms[p.conv] == nil {
		return // a room that the account is not in: the wire lets none through
	}
	p.in.Time = c.liveTime(m)
	if c.store == nil {
		c.watchMessage(&p)
		return
	}
	c.typed(&p)
	c.signals(&p)
	if !p.hasBody {
		return
	}
	a, err := c.store.AddLive(p.in)
	if c.lost("keep a message", err) {
		return
	}
	c.session.received()
	if !a.New {
		c.again(a)
		return
	}
	c.publish(MessageAdded{Message: c.message(a.Message), Live: true}, ConversationChanged{ConversationID(p.conv)})
	c.recount(!p.in.Own)
	if p.receipt {
		c.sendReceipt(&p)
	}
}

// again deals with a message that came another time: an own one is then known to have reached the server. c.mu is held.
func (c *Client) again(a store.Added) {
	if a.Message.Own {
		c.seen(a.Message.OriginID)
	}
	if a.Moved { // out of its place, and into the right one
		m := c.message(a.Message)
		c.publish(MessageRemoved{Conversation: m.Conversation, ID: m.ID}, MessageAdded{Message: m}, ConversationChanged{m.Conversation})
	}
	if a.Changed {
		c.publish(MessageChanged{c.message(a.Message)}, ConversationChanged{ConversationID(a.Message.Conv)})
	}
}
