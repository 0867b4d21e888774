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

// readBookmarks requests another reading of the bookmarks.
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
	switch {
	case !throughRoom(m) || s.c.rooms[conversationID(m.Invite.Room)] != nil:
	case len(s.held) < mostInvitations:
		s.held = append(s.held, *m)
	default:
		s.c.ignore(ignoredInvite, 1)
	}
	s.readBookmarks()
}

// welcome takes in the invitations that waited for a group.
func (s *syncer) welcome() {
	waiting := s.held
	s.held = nil
	for i := range waiting {
		if s.c.rooms[conversationID(waiting[i].Invite.Room)] == nil || errors.Is(s.c.received(&waiting[i]), ErrDisk) {
			s.held = append(s.held, waiting[i])
		}
	}
}

// enterRooms reads the bookmarks, enters each group of them, and leaves the groups that are not bookmarked any more.
func (c *Client) enterRooms(ctx context.Context, s *syncer) error {
	list, err := c.wire.Bookmarks(ctx)
	if err != nil {
		c.do(func() {
			if s.ctx.Err() == nil {
				c.knowGroups() // what is known of them
			}
		})
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
				r = newRoom(b.JID.Bare(), c.nick(b.Nick))
			}
			r.wanted = c.nick(b.Nick)
			c.rooms[id] = r
			groups = append(groups, store.Group{JID: id, Name: r.nameIn(b.Name), Nick: r.wanted})
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
		c.afterwards(func() error { return c.keepGroups(groups) })
		c.knowGroups()
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

// knowGroups sends the messages that waited until it was known whether they are for a person or for a group. The writer
// runs it.
func (c *Client) knowGroups() {
	c.outbox.KnowGroups(func(id ConversationID) bool { return c.rooms[id] != nil })
	if !c.groupsKnown {
		c.groupsKnown = true
		c.flush()
	}
}

// keepGroups stores which groups there are.
func (c *Client) keepGroups(groups []store.Group) error {
	opened := c.store.Load()
	if opened == nil {
		return nil
	}
	err := opened.SetGroups(groups)
	if !c.failed("keep the groups", err) {
		c.publish(ConversationsChanged{})
	}
	return err
}

// loadRooms reads which groups there were. They are used until the bookmarks have been read.
func (c *Client) loadRooms() error {
	list, err := c.store.Load().Groups()
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.groupsKnown = c.groupsKnown || len(list) > 0
	for _, g := range list {
		if c.rooms[g.JID] == nil {
			c.rooms[g.JID] = newRoom(address(g.JID), g.Nick)
			c.rooms[g.JID].name = g.Name
		}
	}
	return nil
}
