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

// room is a group that the account is in. Client.mu guards it.
type room struct {
	jid       jid.JID
	nick      string
	joined    bool
	occupants map[string]string // bare JIDs by nickname, where the room tells them
}

// enterRooms reads the bookmarks and enters each group of them.
func (c *Client) enterRooms(ctx context.Context) error {
	list, err := c.wire.Bookmarks(ctx)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(b xmpp.Bookmark) bool { return !b.Autojoin })
	var groups []store.Group
	c.mu.Lock()
	s := c.session
	known := c.rooms
	c.rooms = map[string]*room{}
	for _, b := range list {
		id := text(b.JID)
		r := known[id]
		if r == nil {
			r = &room{jid: b.JID.Bare(), occupants: map[string]string{}}
		}
		r.nick = c.nick(b.Nick)
		c.rooms[id] = r
		groups = append(groups, store.Group{JID: id, Name: b.Name, Nick: r.nick})
	}
	if c.store != nil && !c.lost("keep the groups", c.store.SetGroups(groups, true)) {
		c.publish(ConversationsChanged{})
	}
	c.mu.Unlock()
	for _, b := range list {
		s.enter(ctx, text(b.JID))
	}
	return nil
}

// loadRooms reads which groups there were: until the bookmarks tell, they are what they are. c.mu is held.
func (c *Client) loadRooms() error {
	list, err := c.store.Groups()
	if err != nil {
		return err
	}
	for _, g := range list {
		if c.rooms[g.JID] == nil {
			c.rooms[g.JID] = &room{jid: archiveJID(g.JID), nick: g.Nick, occupants: map[string]string{}}
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
func (s *session) enter(ctx context.Context, id string) {
	c := s.c
	c.mu.Lock()
	defer c.mu.Unlock()
	s.goes(ctx, "enter a group", func(ctx context.Context) error {
		c.mu.Lock()
		r := c.rooms[id]
		var where jid.JID
		var nick string
		if r != nil {
			where, nick = r.jid, r.nick
		}
		c.mu.Unlock()
		if r == nil {
			return nil
		}
		if err := c.wire.Join(ctx, where, nick); err != nil {
			return err
		}
		c.mu.Lock()
		r.joined = true
		open := c.store != nil
		c.flush()
		c.mu.Unlock()
		if !open {
			return c.countMissed(ctx, id)
		}
		return c.catchUpRoom(ctx, id)
	})
}

// catchUpRoom catches up with a group that was entered, and reads its members.
func (c *Client) catchUpRoom(ctx context.Context, id string) error {
	err := c.catchUp(ctx, id)
	var refused *xmpp.StanzaError
	if err != nil && (!errors.As(err, &refused) || refused.Type == "wait") {
		return err
	}
	c.caughtUp(ctx, id, err)
	list, err := c.wire.Affiliations(ctx, archiveJID(id))
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
		c.people.members[id] = members
		c.publish(ConversationChanged{ConversationID(id)})
		return nil
	})
	if err != nil {
		return err
	}
	return c.fetchCards(ctx)
}

// roomLeft enters a group again that was left against the account's will, unless it was thrown out.
func (c *Client) roomLeft(ev xmpp.RoomLeft) {
	id := text(ev.Room)
	c.mu.Lock()
	defer c.mu.Unlock()
	r, s := c.rooms[id], c.session
	if r == nil || s == nil {
		return
	}
	r.joined = false
	clear(r.occupants)
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
	s.goes(s.ctx, "enter a group again", func(ctx context.Context) error {
		timer := time.NewTimer(5 * time.Second) // a server that stops its rooms starts them soon
		defer timer.Stop()
		select {
		case <-ctx.Done():
		case <-timer.C:
			s.enter(ctx, id)
		}
		return nil
	})
}

// occupant notes who is behind a nickname. c.mu is held.
func (r *room) occupant(p xmpp.Presence) {
	nick := p.From.Resourcepart()
	switch {
	case p.Type == "unavailable":
		// Who has left may still be the author of what is on screen.
	case !none(p.Occupant.JID):
		r.occupants[nick] = text(p.Occupant.JID)
	default:
		delete(r.occupants, nick)
	}
	if p.Occupant.Self && p.Type == "" {
		r.nick = nick
	}
}
