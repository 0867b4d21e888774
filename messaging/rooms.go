package messaging

import (
	"context"
	"errors"
	"slices"
	"time"

	"mellium.im/xmpp/jid"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// room is a group that the account is in. [Client].mu guards it.
type room struct {
	jid       jid.JID
	nick      string
	joined    bool
	occupants map[string]string // bare JIDs by nickname, where the room tells them
}

// enterRooms reads the bookmarks and enters each group of them.
func (c *Client) enterRooms(ctx context.Context, s *syncer) error {
	list, err := c.wire.Bookmarks(ctx)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(b xmpp.Bookmark) bool { return !b.Autojoin })
	c.do(func() {
		var groups []store.Group
		c.mu.Lock()
		known := c.rooms
		c.rooms = map[ConversationID]*room{}
		for _, b := range list {
			id := conversationID(b.JID)
			r := known[id]
			if r == nil {
				r = &room{jid: b.JID.Bare(), occupants: map[string]string{}}
			}
			r.nick = c.nick(b.Nick)
			c.rooms[id] = r
			groups = append(groups, store.Group{JID: id, Name: b.Name, Nick: r.nick})
		}
		c.mu.Unlock()
		if opened := c.store.Load(); opened != nil && !c.failed("keep the groups", opened.SetGroups(groups, true)) {
			c.publish(ConversationsChanged{})
		}
	})
	for _, b := range list {
		s.enter(conversationID(b.JID))
	}
	return nil
}

// loadRooms reads which groups there were: until the bookmarks tell, they are what they are.
func (c *Client) loadRooms() error {
	list, err := c.store.Load().Groups()
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, g := range list {
		if c.rooms[g.JID] == nil {
			c.rooms[g.JID] = &room{jid: address(g.JID), nick: g.Nick, occupants: map[string]string{}}
		}
	}
	return nil
}

// nick is the name to go by in a group.
func (c *Client) nick(bookmarked string) string {
	switch {
	case bookmarked != "":
		return bookmarked
	case c.cfg.Name != "":
		return c.cfg.Name
	}
	return c.own.Localpart()
}

// enter enters a group, and catches up with it where there is a store.
func (s *syncer) enter(id ConversationID) {
	c := s.c
	s.spawn(s.ctx, "enter a group", func(ctx context.Context) error {
		c.mu.RLock()
		r := c.rooms[id]
		var where jid.JID
		var nick string
		if r != nil {
			where, nick = r.jid, r.nick
		}
		c.mu.RUnlock()
		if r == nil {
			return nil
		}
		if err := c.wire.Join(ctx, where, nick); err != nil {
			return err
		}
		open := false
		c.do(func() {
			c.mu.Lock()
			r.joined = true
			c.mu.Unlock()
			open = c.store.Load() != nil
			c.flush()
		})
		if !open {
			return c.countMissed(ctx, ArchiveID(id))
		}
		return c.catchUpRoom(ctx, id)
	})
}

// catchUpRoom catches up with a group that was entered, and reads its members.
func (c *Client) catchUpRoom(ctx context.Context, id ConversationID) error {
	err := c.catchUp(ctx, ArchiveID(id))
	var refused *xmpp.StanzaError
	if err != nil && (!errors.As(err, &refused) || refused.Type == "wait") {
		return err
	}
	c.do(func() { c.afterCatchUp(ctx, ArchiveID(id), err) })
	list, err := c.wire.Affiliations(ctx, address(id))
	if errors.As(err, &refused) {
		return nil // not everybody may ask
	}
	if err != nil {
		return err
	}
	var members []store.Member
	for _, a := range list {
		members = append(members, store.Member{JID: text(a.JID), Nick: a.Nick})
	}
	err = c.write(func(s *store.Store) error {
		if err := s.SetMembers(id, members); err != nil {
			return err
		}
		c.mu.Lock()
		c.people.members[id] = members
		c.mu.Unlock()
		c.publish(ConversationChanged{id})
		return nil
	})
	if err != nil {
		return err
	}
	return c.fetchCards(ctx)
}

// roomLeft enters a group again that was left against the account's will, unless it was thrown out.
func (c *Client) roomLeft(ev xmpp.RoomLeft) {
	id := conversationID(ev.Room)
	r, s := c.rooms[id], c.syncer
	if r == nil || s == nil {
		return
	}
	c.mu.Lock()
	r.joined = false
	clear(r.occupants)
	c.mu.Unlock()
	final := ev.Destroyed || len(ev.Codes) == 0
	for _, code := range ev.Codes {
		switch code {
		case 301, 307, 321, 322:
			final = true
		}
	}
	if final {
		return
	}
	s.spawn(s.ctx, "enter a group again", func(ctx context.Context) error {
		timer := time.NewTimer(5 * time.Second) // a server that stops its rooms starts them soon
		defer timer.Stop()
		select {
		case <-ctx.Done():
		case <-timer.C:
			s.enter(id)
		}
		return nil
	})
}

// occupant notes who is behind a nickname. Client.mu is held.
func (r *room) occupant(p xmpp.Presence) {
	nick := p.From.Resourcepart()
	switch {
	case p.Type == "unavailable":
		// Who has left may still be the author of what is on screen.
	case !isZero(p.Occupant.JID):
		r.occupants[nick] = text(p.Occupant.JID)
	default:
		delete(r.occupants, nick)
	}
	if p.Occupant.Self && p.Type == "" {
		r.nick = nick
	}
}
