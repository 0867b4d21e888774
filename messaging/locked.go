package messaging

import (
	"context"
	"errors"

	"discussions/messaging/model"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// lockedCounter is what a locked client keeps: counts and ids, never what was written. It belongs to the writer.
type lockedCounter struct {
	inbox   *store.SealedInbox           // for what no archive keeps
	read    map[ConversationID]int       // unread messages of each conversation when it was locked
	ids     map[ConversationID][]counted // of the unread messages since then, in order
	known   map[string]bool              // archive ids and ids of all messages that the archives will tell of again
	cursors map[ArchiveID]string         // up to where each archive was counted; none: it cannot be counted
	acked   []string
	bounced []bounce // that could not be sealed

	pending []*remainder                // stretches of archives not read yet, the newest first
	passed  map[ConversationID]bool     // everything before ids was read elsewhere
	marks   map[ConversationID][]string // up to where a conversation was read elsewhere, when that is not in ids
}

type bounce struct {
	conv          ConversationID
	id, condition string
	byRoom        bool // it came from a room itself, or a person without a device
}

// counted is an unread message by the ids that may name it.
type counted struct{ id, stanza string }

func newLockedCounter() *lockedCounter {
	return &lockedCounter{
		read: map[ConversationID]int{}, ids: map[ConversationID][]counted{}, known: map[string]bool{}, cursors: map[ArchiveID]string{},
		passed: map[ConversationID]bool{}, marks: map[ConversationID][]string{},
	}
}

// countFrom begins to count from what the store has.
func (c *Client) countFrom(s *store.Store) *lockedCounter {
	w := newLockedCounter()
	counts, err := s.Unread()
	if err != nil {
		c.log.Error("count the unread messages", "err", err)
	} else {
		w.read = counts
	}
	archives := []ArchiveID{model.OwnArchive}
	for id := range c.rooms {
		archives = append(archives, ArchiveID(id))
	}
	for _, id := range archives {
		if last, known, err := s.Cursor(id); err == nil && known {
			w.cursors[id] = string(last)
		}
	}
	w.pending = c.pendingOf(s, archives)
	if w.inbox, err = s.SealedInbox(); err != nil {
		c.log.Error("make the sealed inbox", "err", err)
	}
	recent, err := s.Recent(mostWhileLocked)
	if err != nil {
		c.log.Error("read the newest messages", "err", err)
	}
	for i := range recent {
		_, leaves := countKeys(&recent[i])
		for _, key := range leaves {
			w.known[key] = true
		}
	}
	return w
}

// unreadOf is the number of unread messages of one conversation.
func (w *lockedCounter) unreadOf(id ConversationID) int { return w.read[id] + len(w.ids[id]) }

func (w *lockedCounter) unread() int {
	n := total(w.read)
	for _, ids := range w.ids {
		n += len(ids)
	}
	return n
}

// countKeys gives the keys by which a message is recognised, and those by which a later copy of it will be. If both have a
// stanza-id, only that counts: some clients use an id twice.
func countKeys(s *store.Stanza) (knownBy, leaves []string) {
	author := s.Author
	if s.Own {
		author = ""
	}
	id := string(s.Conv) + "\x00" + author + "\x00" + s.MsgID + "\x00"
	named, unnamed := id+"named", id+"unnamed"
	switch {
	case s.StanzaID != "":
		stanza := string(s.Conv) + "\x00" + string(s.StanzaID)
		if s.MsgID == "" {
			return []string{stanza}, []string{stanza}
		}
		return []string{stanza, unnamed}, []string{stanza, named}
	case s.MsgID != "":
		return []string{named, unnamed}, []string{unnamed}
	}
	return nil, nil
}

// add counts a message once, and says whether it was new.
func (w *lockedCounter) add(m *store.NewMessage) bool {
	known := len(w.known) >= 3*mostWhileLocked
	knownBy, leaves := countKeys(&m.Stanza)
	for _, key := range knownBy {
		known = known || w.known[key]
	}
	if known {
		return false
	}
	for _, key := range leaves {
		w.known[key] = true
	}
	_, notice := m.Content.(Notice)
	switch {
	case m.Own: // answered elsewhere: what came before was read there
		delete(w.read, m.Conv)
		delete(w.ids, m.Conv)
		w.passed[m.Conv] = true
		return false
	case m.Replaces != "" || notice:
		return false
	}
	id := m.MsgID
	if m.Group { // others choose their ids freely
		id = ""
	}
	w.ids[m.Conv] = append(w.ids[m.Conv], counted{id, string(m.StanzaID)})
	return true
}

// readUpTo takes the messages up to an id as read on another device.
func (w *lockedCounter) readUpTo(conv ConversationID, id string) {
	delete(w.read, conv) // they came before all that are counted since
	ids := w.ids[conv]
	for i := len(ids) - 1; i >= 0; i-- {
		if id != "" && (ids[i].id == id || ids[i].stanza == id) {
			w.ids[conv], w.passed[conv] = ids[i+1:], true
			return
		}
	}
	if len(w.pending) > 0 && id != "" {
		w.marks[conv] = append(w.marks[conv], id)
	}
}

// count counts a stanza, and reports whether it is a new message.
func (w *lockedCounter) count(r *reading) (isNew bool) {
	for _, f := range r.facts {
		switch f := f.(type) {
		case *store.NewMessage:
			isNew = w.add(f) || isNew
		case *store.Displayed:
			if f.Own {
				w.readUpTo(f.Conv, f.Target)
			}
		}
	}
	return isNew
}

// receivedLocked takes a live message while locked: what no archive keeps is sealed, the rest comes again. A message for which the sealed inbox
// has no room goes back to its sender.
func (c *Client) receivedLocked(m *xmpp.Message, r *reading) error {
	w := c.counter
	var alone []store.Fact // no archive has them
	for _, f := range r.facts {
		if f.Source().StanzaID == "" {
			alone = append(alone, f)
		}
	}
	if err := c.seal(w, alone); errors.Is(err, ErrDisk) {
		return err
	} else if err != nil {
		c.log.Error("keep a message while locked", "err", err)
		c.ignore(ignoredFull, 1)
		c.sendBack(m)
		return nil
	}
	isNew := w.count(r)
	mentioned := false
	if m := r.message(); m != nil {
		text, ok := m.Content.(Text)
		mentioned = ok && text.Mentions.Me()
	}
	c.countAfter(c.unreadLocked(), isNew && !c.isQuiet(r.stanza.Conv, mentioned))
	return nil
}

// seal keeps facts that no archive has.
func (c *Client) seal(w *lockedCounter, alone []store.Fact) error {
	switch {
	case len(alone) == 0:
		return nil
	case w.inbox == nil:
		return errors.New("messaging: the sealed inbox is not known")
	}
	return w.inbox.Add(alone...)
}

// afterLock tells the store what came while it was closed. The messages themselves come from the archive.
func (c *Client) afterLock(w *lockedCounter) {
	c.makeUp()
	c.afterwards(func() error { return c.acked(w.acked) })
	c.afterwards(c.drain)
	for _, b := range w.bounced {
		c.afterwards(func() error { return c.cameBack(b) })
	}
}

// drain reads the sealed inbox.
func (c *Client) drain() error {
	r, unread, err := c.store.Load().Drain()
	if !c.failed("read the sealed inbox", err) {
		c.settleAll(r)
	}
	for _, m := range r.Returned {
		c.afterwards(func() error { return c.cameBack(bounce{m.Conv, m.MsgID, m.Condition, m.ByRoom}) })
	}
	if unread > 0 {
		c.log.Error("a part of the sealed inbox was damaged and was set aside", "pieces", unread)
		c.ignore(ignoredDamaged, unread)
	}
	return err
}

// countMissed counts what an archive holds beyond what a locked client has counted, after a session was lost for good.
func (c *Client) countMissed(ctx context.Context, archive ArchiveID) error {
	var w *lockedCounter
	var after string
	can := false
	c.do(func() {
		if w = c.counter; w != nil {
			after, can = w.cursors[archive]
		}
	})
	for range mostTurns {
		if !can {
			return nil
		}
		page, err := c.wire.Archive(ctx, xmpp.ArchiveQuery{Archive: archiveJID(archive), After: after, Max: pageSize})
		if err != nil {
			return err
		}
		current := false
		c.do(func() {
			if current = c.counter == w; !current {
				return
			}
			readings, _, _ := c.pageFacts(archive, page.Messages)
			for i := range readings {
				w.count(&readings[i])
			}
			if page.Last != "" {
				after = page.Last
				w.cursors[archive] = after
			}
			c.count(c.unreadLocked())
		})
		if !current || page.Complete || page.Last == "" {
			return nil
		}
	}
	return nil
}

func total(counts map[ConversationID]int) (n int) {
	for _, v := range counts {
		n += v
	}
	return n
}
