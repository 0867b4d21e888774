package messaging

import (
	"context"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// mostWatched bounds each list of a watch: a locked account may stay so for a weekend.
const mostWatched = 10_000

// watch is what a locked client keeps: counts and ids, never what was written. Client.mu guards it.
type watch struct {
	letters  store.Letterbox     // for what no archive keeps
	read     map[string]int      // unread messages of each conversation when it was locked
	ids      map[string][]string // of the unread messages since then, in order
	known    map[string]bool     // archive ids and ids of all messages that the archives will tell of again
	cursors  map[string]string   // up to where each archive was counted; none: it cannot be counted
	receipts []receipt
	acked    []string
	bounced  []bounce
}

type receipt struct {
	conv, id string
	to       store.State
}

type bounce struct{ conv, id, condition string }

func newWatch() *watch {
	return &watch{read: map[string]int{}, ids: map[string][]string{}, known: map[string]bool{}, cursors: map[string]string{}}
}

// newWatchOf begins to count from what the store has. c.mu is held.
func (c *Client) newWatchOf(s *store.Store) *watch {
	w := newWatch()
	counts, err := s.Unread()
	if err != nil {
		c.log.Error("count the unread messages", "err", err)
	}
	w.read = counts
	archives := []string{""}
	for id := range c.rooms {
		archives = append(archives, id)
	}
	for _, id := range archives {
		if last, known, err := s.Cursor(id); err == nil && known {
			w.cursors[id] = last
		}
	}
	if w.letters, err = s.Letterbox(); err != nil {
		c.log.Error("make the letterbox", "err", err)
	}
	live, err := s.Live(mostWatched)
	if err != nil {
		c.log.Error("read the live messages", "err", err)
	}
	for _, m := range live {
		for _, key := range watchKeys(m.Conv, m.Author, m.Own, m.MsgID, m.StanzaID) {
			w.known[key] = true
		}
	}
	return w
}

func (w *watch) unread() int {
	n := total(w.read)
	for _, ids := range w.ids {
		n += len(ids)
	}
	return n
}

// watchKeys gives what a message is known again by.
func watchKeys(conv, author string, own bool, id, stanza string) (keys []string) {
	if own {
		author = ""
	}
	if id != "" {
		keys = append(keys, conv+"\x00"+author+"\x00"+id)
	}
	if stanza != "" {
		keys = append(keys, conv+"\x00\x00\x00"+stanza)
	}
	return keys
}

// add counts a message once, and says whether it was new.
func (w *watch) add(p *parsed) bool {
	known := len(w.known) >= 3*mostWatched
	keys := watchKeys(p.conv, p.in.Author, p.in.Own, p.in.MsgID, p.in.StanzaID)
	for _, key := range keys {
		known = known || w.known[key]
	}
	if known {
		return false
	}
	for _, key := range keys {
		w.known[key] = true
	}
	if p.in.Own { // answered elsewhere: what came before was read there
		delete(w.read, p.conv)
		delete(w.ids, p.conv)
		return false
	}
	id := p.in.MsgID
	if p.group {
		id = p.in.StanzaID
	}
	w.ids[p.conv] = append(w.ids[p.conv], id)
	return true
}

// seen takes the messages up to an id as read on another device.
func (w *watch) seen(conv, id string) {
	delete(w.read, conv) // they came before all that are counted since
	ids := w.ids[conv]
	for i := len(ids) - 1; i >= 0; i-- {
		if ids[i] == id {
			w.ids[conv] = ids[i+1:]
			return
		}
	}
}

// watchMessage takes a live message while locked. c.mu is held.
func (c *Client) watchMessage(p *parsed) {
	w := c.watch
	switch {
	case p.hasBody:
		if p.in.StanzaID == "" { // in no archive: it would be lost
			if err := w.letters.Put(p.in); err != nil {
				c.log.Error("keep a message while locked", "err", err)
			}
		}
		live := w.add(p)
		c.count(w.unread(), live)
	case p.displayed != "" && p.in.Own:
		w.seen(p.conv, p.displayed)
		c.count(w.unread(), false)
	case p.displayed != "" && !p.group && len(w.receipts) < mostWatched:
		w.receipts = append(w.receipts, receipt{p.conv, p.displayed, store.Read})
	case p.delivered != "" && !p.in.Own && len(w.receipts) < mostWatched:
		w.receipts = append(w.receipts, receipt{p.conv, p.delivered, store.Delivered})
	}
}

// catchUpWatch tells the store what a watch has seen. The messages themselves come from the archive. c.mu is held.
func (c *Client) catchUpWatch(w *watch) {
	if _, err := c.store.Collect(); err != nil {
		c.lost("collect what came while locked", err)
	}
	c.ackedNow(w.acked)
	for _, b := range w.bounced {
		c.fail(b.conv, b.id, b.condition)
	}
	for _, r := range w.receipts {
		c.progress(r.conv, r.id, r.to)
	}
}

// countMissed counts what an archive holds beyond what a locked client has counted, after a session was lost for good.
func (c *Client) countMissed(ctx context.Context, archive string) error {
	c.mu.Lock()
	w := c.watch
	if w == nil {
		c.mu.Unlock()
		return nil
	}
	after, can := w.cursors[archive]
	c.mu.Unlock()
	for range mostTurns {
		if !can {
			return nil
		}
		page, err := c.wire.Archive(ctx, xmpp.ArchiveQuery{Archive: archiveJID(archive), After: after, Max: pageSize})
		if err != nil {
			return err
		}
		list := c.parsePage(archive, page.Messages)
		c.mu.Lock()
		if c.watch != w {
			c.mu.Unlock()
			return nil
		}
		for i := range list {
			switch p := &list[i]; {
			case p.hasBody:
				w.add(p)
			case p.displayed != "" && p.in.Own:
				w.seen(p.conv, p.displayed)
			}
		}
		if page.Last != "" {
			after = page.Last
			w.cursors[archive] = after
		}
		c.count(w.unread(), false)
		c.mu.Unlock()
		if page.Complete || page.Last == "" {
			return nil
		}
	}
	return nil
}

func total(counts map[string]int) (n int) {
	for _, v := range counts {
		n += v
	}
	return n
}
