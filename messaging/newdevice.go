package messaging

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"discussions/messaging/model"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// A new device shows the newest message of each conversation at once: first those of the newest page of the archive; then it walks back through
// the archive, all conversations at once; and it asks for each person who is met too rarely there.

// walk goes back through the own archive, from its newest page on. It ends with the session.
type walk struct {
	store.Walk
	met map[ConversationID]bool // whose newest messages are here
}

// meets notes whose messages a page holds, and returns how many of them were not met before.
func (w *walk) meets(page []reading) (n int) {
	if w.met == nil {
		w.met = map[ConversationID]bool{}
	}
	before := len(w.met)
	for _, r := range page {
		w.met[r.stanza.Conv] = true
	}
	return len(w.met) - before
}

// firstSync fetches the newest page of an archive of which nothing is known: the list can be drawn by it, however long
// the archive is. The rest is fetched when somebody scrolls back to it.
func (c *Client) firstSync(ctx context.Context, archive ArchiveID) error {
	page, err := c.wire.Archive(ctx, xmpp.ArchiveQuery{Archive: archiveJID(archive), UseBefore: true, Max: firstPage})
	if err != nil {
		return err
	}
	return c.write(func(s *store.Store) error {
		var w walk
		readings, err := c.takePage(s, archive, page, store.Batch{Origin: store.Newest, Cursor: startCursor(archive, page), Complete: page.Complete, Walk: &w.Walk})
		if err == nil && archive == model.OwnArchive && !page.Complete && c.syncer != nil {
			w.meets(readings)
			c.syncer.walk = &w
		}
		return err
	})
}

// walkBack goes on with the walk while it meets enough persons. The next page is on its way while one is stored.
func (c *Client) walkBack(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var w *walk
	from := model.StanzaID("")
	c.do(func() {
		if s := c.syncer; s != nil && s.walk != nil {
			w, from = s.walk, s.walk.Hi
		}
	})
	if w == nil {
		return nil
	}
	next := c.askBefore(ctx, model.OwnArchive, from)
	for few := 0; few < mostFew; {
		a := <-next
		switch {
		case errors.Is(a.err, xmpp.ErrItemNotFound): // the archive has forgotten that message
			return nil
		case a.err != nil:
			return a.err
		}
		ends := a.page.Complete || a.page.First == ""
		if !ends {
			next = c.askBefore(ctx, model.OwnArchive, model.StanzaID(a.page.First))
		}
		err := c.write(func(s *store.Store) error {
			if c.syncer == nil || c.syncer.walk != w {
				ends = true
				return nil
			}
			readings, err := c.takePage(s, model.OwnArchive, a.page, store.Batch{Origin: store.Earlier, Walk: &w.Walk, Complete: ends})
			if few++; w.meets(readings) >= fewNewest {
				few = 0
			}
			return err
		})
		if err != nil || ends {
			return err
		}
	}
	return nil
}

// fetchNewest fetches the newest messages of up to n persons of whom they are missing, in the order of the list: the newest page of an archive
// may be all of one conversation. n of 0 is all whose newest messages no backlog brings.
func (c *Client) fetchNewest(ctx context.Context, n int) error {
	s, err := c.open()
	if err != nil {
		return err
	}
	unknown, err := withoutNewest(s, n > 0)
	if err == nil && n == 0 && len(unknown) > fewNewest {
		if err = c.walkBack(ctx); err == nil {
			unknown, err = withoutNewest(s, false)
		}
	}
	if err != nil {
		return err
	}
	c.sortAsListed(unknown)
	several := mostAsked
	if n > 0 {
		unknown = unknown[:min(n, len(unknown))]
		several = 0 // the backlog brings the rest
	}
	several = min(several, len(unknown))
	return errors.Join(
		each(ctx, foreground, unknown[:several], func(ctx context.Context, v store.Conversation) error {
			return c.fetchNewestOf(ctx, s, v.JID, recentPage)
		}),
		// Of the others only what the list shows; the rest is fetched when they are opened.
		each(ctx, foreground, unknown[several:], func(ctx context.Context, v store.Conversation) error {
			return errors.Join(c.fetchNewestOf(ctx, s, v.JID, fewPage), c.fetchNewestOf(ctx, s, v.JID, recentPage))
		}))
}

// sortAsListed puts the favourites first, then those who wrote last.
func (c *Client) sortAsListed(list []store.Conversation) {
	at := func(v store.Conversation) int64 {
		if v.Last == nil {
			return 0
		}
		return v.Last.At
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	slices.SortFunc(list, func(a, b store.Conversation) int {
		if favourite := c.choices[a.JID].Favourite; favourite != c.choices[b.JID].Favourite {
			if favourite {
				return -1
			}
			return 1
		}
		return cmp.Compare(at(b), at(a))
	})
}

// withoutNewest gives the persons whose newest messages are not here; missed says whether also those of whom a backlog brings them.
func withoutNewest(s *store.Store, missed bool) ([]store.Conversation, error) {
	list, err := s.Conversations()
	return slices.DeleteFunc(list, func(v store.Conversation) bool { return !v.Unknown || v.Group || !missed && v.Missed }), locked(err)
}

// fetchNewestOf fetches the last n rows of a person's archive, unless the newest message is here.
func (c *Client) fetchNewestOf(ctx context.Context, s *store.Store, person ConversationID, n int) error {
	p, err := s.Page(person, false, Cursor{}, 1, 0)
	if err != nil || p.Older == nil || len(p.Messages) > 0 {
		return locked(err)
	}
	return c.fetchOlder(ctx, *p.Older, false, n)
}
