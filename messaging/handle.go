package messaging

import (
	"errors"
	"slices"

	"discussions/messaging/outbox"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// mostWhileLocked bounds each list that a locked client keeps: it may stay locked for a weekend.
const mostWhileLocked = 10_000

// handle takes the events of the wire, in stream order. What comes in is acknowledged to the server only when handle returns: the store has
// it then. While the disk does not take it, handle waits, and with it all that comes later.
func (c *Client) handle(ev xmpp.Event) {
	for {
		var err error
		c.do(func() {
			err = c.take(ev)
			c.noteDisk(err)
		})
		if !errors.Is(err, ErrDisk) || !c.disk.wait(c.ctx) {
			return
		}
	}
}

// take handles an event, on the writer. After [ErrDisk] it is called with the same event again.
func (c *Client) take(ev xmpp.Event) error {
	switch ev := ev.(type) {
	case xmpp.Connected:
		c.countSession(ev)
		c.connected(ev)
	case xmpp.Disconnected:
		if c.syncer != nil {
			c.syncer.up = false
		}
		c.setConnection(Connection{State: Offline, Problem: problem(ev.Err), Next: ev.Next})
	case xmpp.MessageReceived:
		if err := c.received(&ev.Message); err != nil {
			return err
		}
		if ev.Message.Invite != nil {
			c.syncer.invited(&ev.Message)
		}
	case xmpp.Bounced:
		return c.bounced(ev.Message)
	case xmpp.PresenceReceived:
		switch ev.Presence.Type {
		case "subscribe":
			c.asked(ev.Presence)
		case "unsubscribe": // the request was withdrawn
			c.forgetRequests(conversationID(ev.Presence.From))
		default:
			return c.presenceReceived(ev.Presence)
		}
	case xmpp.BlockListChanged:
		c.blockListChanged(ev)
	case xmpp.RosterPushed:
		return c.rosterPushed(ev.Items)
	case xmpp.Acked:
		return c.acked(ev.IDs)
	case xmpp.RoomLeft:
		return c.roomLeft(ev)
	case xmpp.RoomPictureTold:
		c.roomPictureTold(ev)
	case xmpp.BookmarksChanged:
		c.syncer.readBookmarks()
	case xmpp.ReadMarksChanged:
		return c.takeReadMarks(ev.Marks)
	case xmpp.UnreadMarksChanged:
		return c.takeUnreadMarks(ev.Marks)
	case xmpp.OwnStatusChanged:
		return c.takeOwnStatus(ev.Status)
	}
	return nil
}

// received takes a live message.
func (c *Client) received(m *xmpp.Message) error {
	if done, err := c.affiliates(m); done {
		return err
	}
	r, why := c.read(m)
	if why != "" {
		c.ignore(why, 1)
		if why == ignoredPrivate {
			c.sendBack(m)
		}
		return nil
	}
	if r.stanza.Group {
		room := c.rooms[r.stanza.Conv]
		if room == nil {
			c.ignore(ignoredRoom, 1) // anybody can send a message that only rooms send
			return nil
		}
		room.heard = c.cfg.Now()
		if r.stanza.Own && m.GivesUp && m.Delay.IsZero() {
			room.leaving = c.cfg.Now().Add(leavingPause)
		}
		if m.Type == "groupchat" && len(m.StatusCodes) > 0 {
			c.mu.Lock()
			changed := room.configured(m.StatusCodes)
			c.mu.Unlock()
			if changed && c.store.Load() != nil {
				c.publish(ConversationChanged{r.stanza.Conv})
			}
			if slices.Contains(m.StatusCodes, codeConfigured) {
				c.syncer.readRoom(r.stanza.Conv)
			}
		}
	}

	if len(r.facts) == 0 && isSilent(m) {
		c.ignore(ignoredNothing, 1)
	}
	s := c.store.Load()
	if s == nil {
		return c.receivedLocked(m, &r)
	}
	c.typed(&r)
	if len(r.facts) == 0 {
		return nil
	}
	result, err := s.Ingest(store.Batch{Origin: store.Live, Facts: r.facts})
	if c.failed("keep a message", err) {
		if !errors.Is(err, ErrDisk) && !errors.Is(err, store.ErrDropped) {
			c.ignore(ignoredFailed, len(r.facts))
		}
		return err
	}
	if result.New[0] && r.receipt && !r.stanza.Own {
		c.sendReceipt(r.stanza.Conv, r.stanza.MsgID, true) // before the screens draw it, which takes the processors
	}
	_, isMessage := r.facts[0].(*store.NewMessage)
	again := isMessage && !result.New[0] && !r.stanza.Own
	c.syncer.received(&r.stanza, again || !r.stanza.Group && !m.Delay.IsZero())
	c.apply(store.Live, result)
	c.tellReaction(&r, &result)
	if m.GivesUp && m.Delay.IsZero() { // later they may have been added again
		c.takeOff(r.stanza.Conv, r.stanza.Author)
	}
	return nil
}

// tellReaction tells that somebody reacted to a message of this account.
func (c *Client) tellReaction(r *reading, result *store.Result) {
	for _, f := range r.facts {
		reactions, ok := f.(*store.Reactions)
		if !ok || reactions.Own || len(reactions.Emoji) == 0 {
			continue
		}
		for i := range result.Changes {
			if m := &result.Changes[i].Message; m.Own && len(m.Reacted) > 0 && !c.isMuted(m.Conv) {
				by := c.people.author(m.Conv, reactions.Author, reactions.Nick, m.Group)
				c.publish(Reacted{Message: c.message(m), By: by, Emoji: reactions.Emoji})
			}
		}
	}
}

// sendBack tells the sender of a message that it was not taken.
func (c *Client) sendBack(m *xmpp.Message) {
	if m.Carbon == xmpp.Direct && !m.From.Bare().Equal(c.own) && contentOf(m) != nil {
		_ = c.wire.Send(xmpp.Refusal(m)) // it is not repeated if the connection is lost
	}
}

// apply updates the outbox after the store took a batch in, then publishes the changes at once.
func (c *Client) apply(origin store.Origin, r store.Result) {
	c.settleAll(r)
	c.publishResult(origin, r)
	c.ignore(ignoredWaiting, r.Refused)
	c.ignore(ignoredForbidden, r.Forbidden)
}

// settleAll tells the outbox which messages the server, or the other person, has.
func (c *Client) settleAll(r store.Result) {
	for _, id := range r.Confirmed {
		c.settleOutgoing(id, outbox.Confirm)
	}
	for _, id := range r.Delivered {
		c.settleOutgoing(id, outbox.Deliver)
	}
}

// publishResult tells what a batch changed.
func (c *Client) publishResult(origin store.Origin, r store.Result) {
	live, announced := origin == store.Live, origin == store.Live || origin == store.Forward || origin == store.AfterGap || origin == store.Missed
	var list []Event
	fresh := false
	for i := range r.Changes {
		m := c.message(&r.Changes[i].Message)
		switch r.Changes[i].Kind {
		case store.Added:
			if announced {
				c.fetchBack(c.store.Load(), m.Conversation)
				_, notice := m.Content.(Notice)
				quiet := notice || c.isQuiet(m.Conversation, m.MentionsMe)
				list = append(list, MessageAdded{Message: m, Live: live, Quiet: quiet})
				fresh = fresh || live && !quiet && !m.Own
			}
		case store.Changed, store.Moved:
			list = append(list, MessageChanged{m})
		case store.Removed:
			list = append(list, MessageRemoved{Conversation: m.Conversation, ID: m.ID})
		}
	}
	for _, id := range r.Lists {
		list = append(list, ConversationChanged{id})
	}
	if origin == store.Newest {
		list = append(list, ConversationsChanged{})
	}
	c.publish(list...)
	c.countAfter(r.Unread, fresh)
}

// sendReceipt tells the sender of a message that it is on this computer's disk. archived makes the archives of both sides
// keep it.
func (c *Client) sendReceipt(conv ConversationID, id string, archived bool) {
	if id == "" {
		return
	}
	// It is not repeated if the connection is lost: the sender's client then shows the message as sent only.
	_ = c.wire.Send(xmpp.Message{ID: newID(), To: address(conv), Type: "chat", Received: id, Store: archived, NoStore: !archived})
}
