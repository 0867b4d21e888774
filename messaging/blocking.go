package messaging

import (
	"context"
	"errors"
	"maps"

	"mellium.im/xmpp/jid"

	"discussions/messaging/xmpp"
)

// SetBlocked blocks a person, or no longer (XEP-0191): the server drops what they send, and does not tell them whether the account is there.
// What was said stays. Errors: [ErrLocked], [ErrNoConversation], [ErrOffline], [ErrNotOffered].
func (c *Client) SetBlocked(ctx context.Context, id ConversationID, on bool) error {
	conv, err := c.canonical(id)
	if err != nil {
		return err
	}
	if _, err := c.open(); err != nil {
		return err
	}
	if on { // the server should say so (XEP-0191 section 3.3), and ejabberd 23.01 does not
		_ = c.wire.SendPresence(xmpp.Presence{To: address(conv), Type: "unavailable"}) // not connected: the request says so
	}
	err = c.wire.SetBlocked(ctx, address(conv), on)
	switch {
	case err == nil:
		c.do(func() { c.blockListChanged(xmpp.BlockListChanged{JIDs: []jid.JID{address(conv)}, Blocked: on}) })
	case errors.Is(err, xmpp.ErrNotOffered):
		return ErrNotOffered
	case errors.Is(err, xmpp.ErrNotConnected), errors.Is(err, xmpp.ErrNoAnswer):
		return ErrOffline
	}
	return err
}

// readBlockList asks who is blocked, once in a session: the server then tells of each change.
func (c *Client) readBlockList(ctx context.Context) error {
	list, err := c.wire.BlockList(ctx)
	if errors.Is(err, xmpp.ErrNotOffered) {
		return nil
	}
	if err != nil {
		return err
	}
	blocked := map[ConversationID]bool{}
	for _, who := range list {
		blocked[conversationID(who)] = true
	}
	c.do(func() { c.setBlockList(blocked) })
	return nil
}

// blockListChanged follows a change, of this device or another one.
func (c *Client) blockListChanged(ev xmpp.BlockListChanged) {
	blocked := maps.Clone(c.blocked)
	if len(ev.JIDs) == 0 && !ev.Blocked { // all
		blocked = nil
	}
	if blocked == nil {
		blocked = map[ConversationID]bool{}
	}
	for _, who := range ev.JIDs {
		if id := conversationID(who); ev.Blocked {
			blocked[id] = true
			c.forgetRequests(id)
		} else {
			delete(blocked, id)
		}
	}
	c.setBlockList(blocked)
}

func (c *Client) setBlockList(blocked map[ConversationID]bool) {
	was := c.blocked
	c.mu.Lock()
	c.blocked = blocked
	c.mu.Unlock()
	if c.store.Load() == nil {
		return
	}
	for id := range blocked {
		if !was[id] {
			c.publish(ConversationChanged{id})
		}
	}
	for id := range was {
		if blocked[id] {
			continue
		}
		c.publish(ConversationChanged{id})
		if c.syncer != nil && c.syncer.up && c.people.persons[string(id)].Contact {
			c.tellStatusTo(address(id)) // the server should say so (section 3.4), and ejabberd 23.01 does not
		}
	}
}
