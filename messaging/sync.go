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

const (
	pageSize    = 250  // of a catch-up; the most that is asked for at once
	firstPage   = 100  // of an archive of which nothing is known
	resyncPages = 8    // pages to go back in search of what is known
	recentPage  = 30   // of a conversation of which not even the newest message is known
	fewPage     = 8    // of such a one where there are many: receipts and markers may follow the newest message
	fewNewest   = 10   // pages of the whole archive that hold the newest messages of fewer persons cost more than to ask for each of these
	mostFew     = 3    // such pages in a row end a walk
	olderPage   = 100  // at least, when scrolling
	mostTurns   = 1000 // of a loop that the server could keep going for ever
)

// pageFacts reads an archive's answer. A room's archive speaks for that room only, the own one for no room. left is why the others are not
// taken.
func (c *Client) pageFacts(archive ArchiveID, page []xmpp.Message) (readings []reading, facts []store.Fact, left []ignored) {
	c.repairTimes(archive, page)
	for i := range page {
		r, why := c.read(&page[i])
		own := archive == model.OwnArchive
		switch {
		case why != "":
		case own == r.stanza.Group, !own && archive != ArchiveID(r.stanza.Conv):
			why = ignoredArchive
		case len(r.facts) > 0:
			readings = append(readings, r)
			facts = append(facts, r.facts...)
			continue
		case isSilent(&page[i]):
			why = ignoredNothing
		default:
			continue
		}
		left = append(left, why)
	}
	return readings, facts, left
}

// farAhead is how much later than now an archive's time may be: the two clocks may differ.
const farAhead = 24 * time.Hour

// repairTimes gives what has no time that can be, in its archive, that of its neighbour. The archive of a group may be a stranger's.
func (c *Client) repairTimes(archive ArchiveID, page []xmpp.Message) {
	latest := c.cfg.Now().Add(farAhead)
	isTime := func(t time.Time) bool { return !t.IsZero() && (archive == model.OwnArchive || !t.After(latest)) }
	neighbour := c.cfg.Now()
	if i := slices.IndexFunc(page, func(m xmpp.Message) bool { return isTime(m.Delay) }); i >= 0 {
		neighbour = page[i].Delay
	}
	for i := range page {
		if isTime(page[i].Delay) {
			neighbour = page[i].Delay
		} else {
			page[i].Delay = neighbour
		}
	}
}

// ingestPage takes an archive's answer in: b says where it comes from.
func (c *Client) ingestPage(archive ArchiveID, page xmpp.ArchivePage, b store.Batch) error {
	return c.write(func(s *store.Store) error {
		_, err := c.takePage(s, archive, page, b)
		return err
	})
}

// takePage is ingestPage on the writer.
func (c *Client) takePage(s *store.Store, archive ArchiveID, page xmpp.ArchivePage, b store.Batch) (readings []reading, err error) {
	var left []ignored
	readings, b.Facts, left = c.pageFacts(archive, page.Messages)
	for _, why := range left {
		c.ignore(why, 1)
	}
	b.Archive = archive
	b.First, b.Last = model.StanzaID(page.First), model.StanzaID(page.Last)
	if b.Origin == store.AfterGap && archive == model.OwnArchive && c.syncer != nil {
		c.syncer.walk = nil // it could not tell what lies in the new gap
	}
	result, err := s.Ingest(b)
	if err != nil {
		return nil, err
	}
	c.apply(b.Origin, result)
	if b.Origin == store.Forward || b.Origin == store.AfterGap || b.Origin == store.Missed {
		c.sendReceipts(b.Origin, readings, result.New)
	}
	return readings, nil
}

// mostReceipts is how many messages of one conversation and page are acknowledged one by one, for clients that do not take a receipt to
// be for all earlier messages as well.
const mostReceipts = 24

// sendReceipts tells the senders of missed messages that these are here. The archives of both sides keep the one for the newest message of
// each conversation: it also counts for the earlier ones, so earlier messages that are fetched later need no receipt of their own.
func (c *Client) sendReceipts(origin store.Origin, readings []reading, isNew []bool) {
	if c.syncer == nil || c.syncer.receipts == nil {
		return
	}
	sent := c.syncer.receipts
	wanted := map[ConversationID][]string{}
	i := 0
	for _, r := range readings {
		for _, f := range r.facts {
			if _, ok := f.(*store.NewMessage); ok && isNew[i] && r.receipt && !r.stanza.Own {
				wanted[r.stanza.Conv] = append(wanted[r.stanza.Conv], r.stanza.MsgID)
			}
			i++
		}
	}
	for conv, ids := range wanted {
		if origin != store.Missed {
			sent[conv] = 0
		}
		ids = ids[max(0, len(ids)-mostReceipts+sent[conv]):]
		for i, id := range ids {
			c.sendReceipt(conv, id, sent[conv] == 0 && i == len(ids)-1)
		}
		sent[conv] += len(ids)
	}
}

// catchUp brings the cache up to the archive's end, but for what [Client.fetchMissed] is to read then; oldest is the first page of that. It
// begins behind from or, where that is "", at the cursor on disk, which only an archive's answer moves: what comes live meanwhile is found
// again, and known.
func (c *Client) catchUp(ctx context.Context, archive ArchiveID, from model.StanzaID) (oldest *xmpp.ArchivePage, err error) {
	s, err := c.open()
	if err != nil {
		return nil, err
	}
	after, known, err := s.Cursor(archive)
	switch {
	case errors.Is(err, store.ErrDropped):
		return nil, c.write(func(*store.Store) error { return err })
	case err != nil:
		return nil, locked(err)
	case !known:
		return nil, c.firstSync(ctx, archive)
	case from != "":
		after = from
	}
	page, err := c.wire.Archive(ctx, xmpp.ArchiveQuery{Archive: archiveJID(archive), After: string(after), Max: pageSize})
	if errors.Is(err, xmpp.ErrItemNotFound) && after != "" {
		return nil, c.resyncFromEnd(ctx, archive)
	}
	if err != nil {
		return nil, err
	}
	if page.Complete || page.Last == "" || model.StanzaID(page.Last) == after {
		return nil, c.write(func(s *store.Store) error {
			b := store.Batch{Origin: store.Forward, Complete: true}
			rest := page
			if from == "" {
				b.Cursor = cursorOf(archive, page.Messages)
				if rest, err = c.withoutKnown(s, archive, page); err != nil {
					return err
				}
			}
			_, err := c.takePage(s, archive, rest, b)
			if err == nil && archive == model.OwnArchive {
				c.syncer.archiveRead(from, page.Messages)
			}
			return err
		})
	}
	return &page, c.newestFirst(ctx, archive, after)
}

// resyncFromEnd goes back from the archive's end until it meets what is known, when the archive has forgotten the cursor.
func (c *Client) resyncFromEnd(ctx context.Context, archive ArchiveID) error {
	c.log.Info("the archive has forgotten where it was read to: going back from its end")
	var all xmpp.ArchivePage
	b := store.Batch{Origin: store.AfterGap}
	for range resyncPages {
		page, err := c.wire.Archive(ctx, xmpp.ArchiveQuery{Archive: archiveJID(archive), UseBefore: true, Before: all.First, Max: pageSize})
		if err != nil {
			return err
		}
		known := false
		err = c.write(func(s *store.Store) error {
			_, facts, _ := c.pageFacts(archive, page.Messages)
			which, err := s.Known(facts)
			if first := slices.Index(which, true); first >= 0 { // what precedes it is in a gap, or known
				at := slices.IndexFunc(page.Messages, func(m xmpp.Message) bool { return m.ArchiveID == string(facts[first].Source().StanzaID) })
				page, known = part(page, at, len(page.Messages)), true
			}
			return err
		})
		if err != nil {
			return err
		}
		if all.Last == "" {
			all.Last = page.Last
		}
		all.First = page.First
		all.Messages = append(page.Messages[:len(page.Messages):len(page.Messages)], all.Messages...)
		if known || page.Complete || page.First == "" {
			b.Origin = store.Forward
			break
		}
	}
	b.Cursor, b.Complete = startCursor(archive, all), true
	return c.write(func(s *store.Store) (err error) {
		if b.Origin == store.Forward {
			if all, err = c.withoutKnown(s, archive, all); err != nil {
				return err
			}
		}
		_, err = c.takePage(s, archive, all, b)
		return err
	})
}

// fetchOlder fetches a page before a gap's upper end.
func (c *Client) fetchOlder(ctx context.Context, g store.Gap, group bool, n int) error {
	q := xmpp.ArchiveQuery{UseBefore: true, Before: string(g.Hi), Max: min(n, pageSize)}
	archive := gapArchive(&q, g, group)
	page, err := c.wire.Archive(ctx, q)
	if errors.Is(err, xmpp.ErrItemNotFound) && g.Hi != "" {
		// The archive has forgotten that message: what lies before it is forgotten as well.
		page, err = xmpp.ArchivePage{Complete: true}, nil
	}
	if err != nil {
		return err
	}
	return c.ingestPage(archive, page, store.Batch{Origin: store.Older, Gap: g, Complete: page.Complete || page.First == ""})
}

// fetchNewer fetches a page after a gap's lower end.
func (c *Client) fetchNewer(ctx context.Context, g store.Gap, group bool, n int) error {
	q := xmpp.ArchiveQuery{After: string(g.Lo), Max: min(n, pageSize)}
	archive := gapArchive(&q, g, group)
	page, err := c.wire.Archive(ctx, q)
	if errors.Is(err, xmpp.ErrItemNotFound) {
		// The archive has forgotten that message: the gap can be filled from its other end only.
		return c.fetchOlder(ctx, g, group, n)
	}
	if err != nil {
		return err
	}
	return c.ingestPage(archive, page, store.Batch{Origin: store.Newer, Gap: g, Complete: page.Complete || page.Last == ""})
}

// gapArchive asks the archive in which a gap lies.
func gapArchive(q *xmpp.ArchiveQuery, g store.Gap, group bool) ArchiveID {
	if group {
		q.Archive = address(g.Conv)
		return ArchiveID(g.Conv)
	}
	q.With = address(g.Conv)
	return model.OwnArchive
}
