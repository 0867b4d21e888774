package messaging

import (
	"context"
	"errors"
	"slices"
	"time"

	"discussions/messaging/model"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// After a long absence the newest messages come first, so that the list shows what matters at once. What was missed before them is a backlog
// on disk, which is then read backwards, however often that is interrupted.

const (
	severalMissed = 1               // pages of a backlog after which the conversations in view are asked for their newest messages
	inView        = 30              // conversations that are asked then: more than the list shows at a time
	manyMissed    = 20              // pages of a backlog after which more conversations are asked, as it takes long
	mostAsked     = 300             // conversations that are asked then; the others wait for the backlog, or are asked for less
	mostMissed    = 20_000          // largest number of pages of a backlog that are read at a time, so that a server cannot keep it going for ever
	tellMissed    = 1 * time.Second // how long it takes before the user is told
)

// newestFirst begins with the newest messages of an archive. lo is up to where it is known.
func (c *Client) newestFirst(ctx context.Context, archive ArchiveID, lo model.StanzaID) error {
	page, err := c.wire.Archive(ctx, xmpp.ArchiveQuery{Archive: archiveJID(archive), UseBefore: true, Max: pageSize})
	if err != nil {
		return err
	}
	b := store.Batch{Origin: store.AfterGap, Cursor: startCursor(archive, page), Complete: true, Backlog: &store.Backlog{Lo: lo}}
	if err := c.ingestPage(archive, page, b); err != nil {
		return err
	}
	c.log.Info("the newest of what was missed is here")
	return nil
}

// fetchMissed reads what was missed of an archive, until nothing is missing. oldest, which may be nil, is a page of it that is here: that
// which follows what was known.
func (c *Client) fetchMissed(ctx context.Context, archive ArchiveID, oldest *xmpp.ArchivePage) error {
	s, err := c.open()
	if err != nil {
		return err
	}
	b, found, err := s.Backlog(archive)
	if err != nil || !found {
		return locked(err)
	}
	tell := time.AfterFunc(tellMissed, func() { c.missing(1) })
	defer func() {
		if !tell.Stop() {
			c.missing(-1)
		}
	}()
	for range mostTurns {
		if err := c.readBacklog(ctx, archive, b, oldest); err != nil {
			return err
		}
		oldest = nil
		if b, found, err = s.Backlog(archive); err != nil {
			return locked(err)
		}
		if !found {
			c.log.Info("all that was missed is here")
			return nil
		}
	}
	return nil
}

// missing notes the beginning or the end of a long reading of an archive.
func (c *Client) missing(archives int32) {
	c.behind.Add(archives)
	c.changeConnection(func(conn *Connection) { conn.Behind = c.behind.Load() > 0 })
}

// answer is a page of an archive on its way.
type answer struct {
	page xmpp.ArchivePage
	err  error
}

// askBefore asks for the page of an archive before a message.
func (c *Client) askBefore(ctx context.Context, archive ArchiveID, before model.StanzaID) <-chan answer {
	ch := make(chan answer, 1)
	go func() {
		page, err := c.wire.Archive(ctx, xmpp.ArchiveQuery{Archive: archiveJID(archive), UseBefore: true, Before: string(before), Max: pageSize})
		ch <- answer{page, err}
	}()
	return ch
}

// readBacklog reads a backlog to its end. The next page is on its way while one is stored.
func (c *Client) readBacklog(ctx context.Context, archive ArchiveID, b store.Backlog, oldest *xmpp.ArchivePage) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ask := func(before model.StanzaID) <-chan answer { return c.askBefore(ctx, archive, before) }
	keep := func(page xmpp.ArchivePage, complete bool) error {
		err := c.ingestPage(archive, page, store.Batch{Origin: store.Missed, Backlog: &b, Complete: complete})
		if page.First != "" {
			b.Hi = model.StanzaID(page.First)
		}
		return err
	}
	if oldest != nil {
		if cut, meets := preceding(*oldest, b.Hi); meets {
			return keep(cut, true)
		}
	}
	next := ask(b.Hi)
	for turn := range mostMissed {
		a := <-next
		if errors.Is(a.err, xmpp.ErrItemNotFound) {
			// The archive has forgotten that message: what lies before it is gone as well.
			a = answer{page: xmpp.ArchivePage{Complete: true}}
		}
		if a.err != nil {
			return a.err
		}
		page, done := following(a.page, b.Lo)
		if oldest != nil && oldest.Last != "" {
			var meets bool
			page, meets = following(page, model.StanzaID(oldest.Last))
			done = done || meets
		}
		done = done || a.page.Complete || page.First == "" || model.StanzaID(page.First) == b.Hi
		if !done {
			next = ask(model.StanzaID(page.First))
		}
		if archive == model.OwnArchive && !done {
			switch turn {
			case severalMissed:
				c.wg.Go(func() { _ = c.fetchNewest(ctx, inView) })
			case manyMissed:
				c.wg.Go(func() { _ = c.fetchNewest(ctx, mostAsked) })
			}
		}
		if err := keep(page, done && oldest == nil); err != nil {
			return err
		}
		if done {
			break
		}
	}
	if oldest != nil {
		cut, _ := preceding(*oldest, b.Hi)
		return keep(cut, true)
	}
	return nil
}

// following leaves of a page what follows a message, and reports whether that is in it.
func following(page xmpp.ArchivePage, id model.StanzaID) (xmpp.ArchivePage, bool) {
	i := slices.IndexFunc(page.Messages, func(m xmpp.Message) bool { return m.ArchiveID == string(id) })
	if id == "" || i < 0 {
		return page, false
	}
	return part(page, i+1, len(page.Messages)), true
}

// preceding leaves of a page what precedes a message, and reports whether that is in it.
func preceding(page xmpp.ArchivePage, id model.StanzaID) (xmpp.ArchivePage, bool) {
	i := slices.IndexFunc(page.Messages, func(m xmpp.Message) bool { return m.ArchiveID == string(id) })
	if id == "" || i < 0 {
		return page, false
	}
	return part(page, 0, i), true
}

func part(page xmpp.ArchivePage, from, to int) xmpp.ArchivePage {
	page.Messages = page.Messages[from:to]
	page.First, page.Last = "", ""
	if from < to {
		page.First, page.Last = page.Messages[0].ArchiveID, page.Messages[to-from-1].ArchiveID
	}
	return page
}
