package messaging

import (
	"context"
	"errors"

	"mellium.im/xmpp/jid"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

const (
	pageSize   = 250  // of a catch-up; the most that is asked for at once
	firstPage  = 100  // of an archive of which nothing is known
	groundPage = 8    // pages to go back in search of known ground
	recentPage = 30   // of a conversation of which not even the newest message is known
	olderPage  = 100  // at least, when scrolling back
	mostTurns  = 1000 // of a loop that the server could keep going for ever
)

// archiveJID gives the address of an archive; the zero JID is the account's own.
func archiveJID(archive string) jid.JID {
	if archive == "" {
		return jid.JID{}
	}
	j, err := jid.Parse(archive)
	if err != nil {
		return jid.JID{}
	}
	return j
}

// parsePage puts an archive's answer into conversations. A room's archive speaks for that room only, the own one for no room.
func (c *Client) parsePage(archive string, page []xmpp.Message) (list []parsed) {
	for i := range page {
		p, ok := c.read(&page[i])
		if ok && (archive == "" && !p.group || p.group && p.conv == archive) {
			list = append(list, p)
		}
	}
	return list
}

// incoming gives those of a page that are messages.
func incoming(list []parsed) (page []store.Incoming) {
	for i := range list {
		if list[i].hasBody {
			page = append(page, list[i].in)
		}
	}
	return page
}

// catchUp brings the cache up to the archive's end. It begins at the cursor on disk, which only an archive's answer moves:
// what comes live meanwhile is found again, and known.
func (c *Client) catchUp(ctx context.Context, archive string) error {
	for range mostTurns {
		s, err := c.open()
		if err != nil {
			return err
		}
		last, known, err := s.Cursor(archive)
		switch {
		case errors.Is(err, store.ErrDropped):
			return c.write(func(*store.Store) error { return err })
		case err != nil:
			return locked(err)
		case !known:
			return c.firstSync(ctx, archive)
		}
		page, err := c.wire.Archive(ctx, xmpp.ArchiveQuery{Archive: archiveJID(archive), After: last, Max: pageSize})
		if errors.Is(err, xmpp.ErrItemNotFound) && last != "" {
			return c.findGround(ctx, archive)
		}
		if err != nil {
			return err
		}
		if err := c.keepForward(archive, page, (*store.Store).AddForward); err != nil {
			return err
		}
		if page.Complete || page.Last == "" || page.Last == last {
			return nil
		}
	}
	return nil
}

// keepForward stores a page that follows what is known, and publishes it.
func (c *Client) keepForward(archive string, page xmpp.ArchivePage, add func(s *store.Store, archive string, page []store.Incoming, last string) ([]store.Added, error)) error {
	list := c.parsePage(archive, page.Messages)
	return c.write(func(s *store.Store) error {
		added, err := add(s, archive, incoming(list), page.Last)
		if err != nil {
			return err
		}
		changed := map[string]bool{}
		i := 0
		for k := range list {
			p := &list[k]
			if !p.hasBody {
				continue
			}
			a := added[i]
			i++
			if !a.New {
				c.again(a)
				continue
			}
			changed[p.conv] = true
			c.publish(MessageAdded{Message: c.message(a.Message)})
			if p.receipt && !p.in.Own {
				c.sendReceipt(p)
			}
		}
		for k := range list {
			c.signals(&list[k])
		}
		for id := range changed {
			c.publish(ConversationChanged{ConversationID(id)})
		}
		c.recount(false)
		return nil
	})
}

// firstSync fetches the newest page of an archive of which nothing is known: the list can be drawn by it, however long
// the archive is. The rest is fetched when somebody scrolls back to it.
func (c *Client) firstSync(ctx context.Context, archive string) error {
	page, err := c.wire.Archive(ctx, xmpp.ArchiveQuery{Archive: archiveJID(archive), UseBefore: true, Max: firstPage})
	if err != nil {
		return err
	}
	list := c.parsePage(archive, page.Messages)
	return c.write(func(s *store.Store) error {
		added, err := s.AddNewest(archive, incoming(list), page.Last, page.Complete)
		if err != nil {
			return err
		}
		changed := map[string]bool{}
		for _, a := range added {
			if !a.New {
				c.again(a)
			} else if !changed[a.Message.Conv] {
				changed[a.Message.Conv] = true
				c.publish(ConversationChanged{ConversationID(a.Message.Conv)})
			}
		}
		for i := range list {
			c.signals(&list[i])
		}
		c.publish(ConversationsChanged{})
		c.recount(false)
		return nil
	})
}

// findGround goes back from the archive's end until it meets what is known, when the archive has forgotten the cursor.
func (c *Client) findGround(ctx context.Context, archive string) error {
	c.log.Info("the archive has forgotten where it was read to: going back from its end")
	var all xmpp.ArchivePage
	add := (*store.Store).AddAfterGap
	for range groundPage {
		page, err := c.wire.Archive(ctx, xmpp.ArchiveQuery{Archive: archiveJID(archive), UseBefore: true, Before: all.First, Max: pageSize})
		if err != nil {
			return err
		}
		if all.Last == "" {
			all.Last = page.Last
		}
		all.First = page.First
		all.Messages = append(page.Messages[:len(page.Messages):len(page.Messages)], all.Messages...)
		s, err := c.open()
		if err != nil {
			return err
		}
		known, err := s.Knows(incoming(c.parsePage(archive, page.Messages)))
		if err != nil {
			return c.write(func(*store.Store) error { return err })
		}
		if known || page.Complete || page.First == "" {
			add = (*store.Store).AddForward
			break
		}
	}
	return c.keepForward(archive, all, add)
}

// fetchNewest fetches the newest messages of each person of whom none is known: with a long archive the newest page of it
// may be all of one conversation.
func (c *Client) fetchNewest(ctx context.Context) error {
	s, err := c.open()
	if err != nil {
		return err
	}
	list, err := s.Conversations()
	if err != nil {
		return locked(err)
	}
	var unknown []string
	for _, v := range list {
		if v.Unknown && !v.Group {
			unknown = append(unknown, v.JID)
		}
	}
	return each(ctx, background, unknown, func(ctx context.Context, id string) error {
		p, err := s.Page(id, false, 0, 0, 1)
		if err != nil || p.Hole == nil {
			return locked(err)
		}
		return c.fetchOlder(ctx, *p.Hole, false, recentPage)
	})
}

// fetchOlder fetches a page before a hole's upper end.
func (c *Client) fetchOlder(ctx context.Context, h store.Hole, group bool, n int) error {
	q := xmpp.ArchiveQuery{UseBefore: true, Before: h.Hi, Max: min(n, pageSize)}
	archive := ""
	if group {
		archive = h.Conv
		q.Archive = archiveJID(h.Conv)
	} else {
		q.With = archiveJID(h.Conv)
	}
	page, err := c.wire.Archive(ctx, q)
	if errors.Is(err, xmpp.ErrItemNotFound) && h.Hi != "" {
		// The archive has forgotten that message: what lies before it is forgotten as well.
		page, err = xmpp.ArchivePage{Complete: true}, nil
	}
	if err != nil {
		return err
	}
	list := c.parsePage(archive, page.Messages)
	return c.write(func(s *store.Store) error {
		added, err := s.Fill(h, group, incoming(list), page.First, page.Complete || page.First == "")
		if err != nil {
			return err
		}
		for _, a := range added {
			if !a.New {
				c.again(a)
			}
		}
		for i := range list {
			c.signals(&list[i])
		}
		c.publish(ConversationChanged{ConversationID(h.Conv)})
		c.recount(false)
		return nil
	})
}
