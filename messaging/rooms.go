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
	entering  *syncer           // the session that is entering it, nil for none; the writer's alone
	occupants map[string]string // bare JIDs by nickname, where the room tells them
}

// bookmarksPause is the least time between two readings of the bookmarks, however many invitations strangers send.
const bookmarksPause = 2 * time.Second

// followBookmarks keeps the account in the groups of its bookmarks.
func (s *syncer) followBookmarks() {
	for {
		_ = s.retry(s.ctx, "enter the groups", func(ctx context.Context) error { return s.c.enterRooms(ctx, s) })
		pause := time.NewTimer(bookmarksPause)
		select {
		case <-s.ctx.Done():
		case <-pause.C:
		}
		pause.Stop()
		select {
		case <-s.ctx.Done():
			return
		case <-s.marks:
		}
	}
}

// readBookmarks has the bookmarks read again.
func (s *syncer) readBookmarks() {
	if s == nil {
		return
	}
	select {
	case s.marks <- struct{}{}:
	default:
	}
}

// mostInvitations bounds the invitations that wait for a bookmark.
const mostInvitations = 16

// invited notes a live invitation: another device of the account may have accepted it already, or will.
func (s *syncer) invited(m *xmpp.Message) {
	if s == nil {
		return
	}
	if throughRoom(m) && s.c.rooms[conversationID(m.Invite.Room)] == nil && len(s.held) < mostInvitations {
		s.held = append(s.held, *m)
	}
	s.readBookmarks()
}

// welcome takes the invitations in that waited for a group.
func (s *syncer) welcome() {
	waiting := s.held
	s.held = nil
	for i := range waiting {
		if s.c.rooms[conversationID(waiting[i].Invite.Room)] != nil {
			s.c.received(&waiting[i])
		} else {
			s.held = append(s.held, waiting[i])
		}
	}
}

// enterRooms reads the bookmarks, enters each group of them, and leaves the groups that are not bookmarked any more.
func (c *Client) enterRooms(ctx context.Context, s *syncer) error {
	list, err := c.wire.Bookmarks(ctx)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(b xmpp.Bookmark) bool { return !b.Autojoin })
	var enter []ConversationID
	var leave []jid.JID
	c.do(func() {
		if s.ctx.Err() != nil {
			return
		}
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
			if !r.joined { // the room has the last word on the name of who is in it
				r.nick = c.nick(b.Nick)
			}
			c.rooms[id] = r
			groups = append(groups, store.Group{JID: id, Name: b.Name, Nick: r.nick})
			if !r.joined {
				enter = append(enter, id)
			}
		}
		for id, r := range known {
			if r.joined && c.rooms[id] == nil {
				leave = append(leave, r.jid)
			}
		}
		c.mu.Unlock()
		if opened := c.store.Load(); opened != nil && !c.failed("keep the groups", opened.SetGroups(groups, true)) {
			c.publish(ConversationsChanged{})
		}
		for _, room := range leave {
			_ = c.wire.Leave(room) // not connected: it is left with the session
		}
		for _, id := range enter {
			s.enter(id)
		}
		s.welcome()
	})
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

// enter enters a group, and catches up with it. The writer runs it.
func (s *syncer) enter(id ConversationID) {
	c, r := s.c, s.c.rooms[id]
	if r == nil || r.entering == s || c.closed.Load() {
		return
	}
	r.entering = s
	where, nick := r.jid, r.nick
	c.wg.Go(func() {
		err := s.retry(s.ctx, "enter a group", func(ctx context.Context) error { return c.wire.Join(ctx, where, nick) })
		c.do(func() {
			if r.entering == s {
				r.entering = nil
			}
			if err == nil && s.ctx.Err() == nil {
				s.entered(id, r)
			}
		})
	})
}

// entered goes on with a group that was entered. The writer runs it.
func (s *syncer) entered(id ConversationID, r *room) {
	c := s.c
	if c.rooms[id] != r {
		_ = c.wire.Leave(r.jid) // its bookmark has gone meanwhile
		return
	}
	c.mu.Lock()
	r.joined = true
	c.mu.Unlock()
	c.flush()
	if c.store.Load() == nil {
		s.spawn(s.ctx, "count what was missed in a group", func(ctx context.Context) error { return c.countMissed(ctx, ArchiveID(id)) })
		return
	}
	s.spawn(s.ctx, "catch up with a group", func(ctx context.Context) error { return c.catchUpRoom(ctx, id) })
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
			c.post(func() { s.enter(id) })
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
