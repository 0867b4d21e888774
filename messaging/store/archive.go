package store

import (
	"github.com/ncruces/go-sqlite3"
)

// Cursor is the stanza-id up to which an archive was seen. archive is a room's JID, or "" for the account's own. Not known: it
// was never asked; known and "": it was empty.
func (s *Store) Cursor(archive string) (last string, known bool, err error) {
	err = s.with("read a cursor", func(d *session) error {
		known, err = d.get("SELECT last FROM cache.archives WHERE jid = ?1", func(st *sqlite3.Stmt) { last = st.ColumnText(0) }, archive)
		return err
	})
	return last, known, err
}

func (d *session) setCursor(archive, last string) error {
	return d.run(`INSERT INTO cache.archives (jid, last) VALUES (?1, ?2)
		ON CONFLICT (jid) DO UPDATE SET last = excluded.last WHERE excluded.last <> ''`, nil, archive, last)
}

// AddForward stores a page of an archive, oldest message first, that follows what is known of it, and moves the archive's
// cursor to last in the same transaction; an empty last leaves it.
func (s *Store) AddForward(archive string, page []Incoming, last string) (added []Added, err error) {
	err = s.with("add missed messages", func(d *session) error {
		return d.tx(func() error {
			if added, _, err = d.forwardAll(page); err != nil {
				return err
			}
			return d.setCursor(archive, last)
		})
	})
	return added, err
}

// forwardAll adds a page after what the archive held before it.
func (d *session) forwardAll(page []Incoming) (added []Added, talks map[string]*talk, err error) {
	talks = map[string]*talk{}
	places := map[string]int64{}
	for i := range page {
		in := &page[i]
		if talks[in.Conv] != nil {
			continue
		}
		t, err := d.talk(in.Conv, in.Group)
		if err != nil {
			return nil, nil, err
		}
		talks[in.Conv] = t
		places[in.Conv], err = d.number("SELECT at FROM cache.messages WHERE conv = ?1 AND archived = 1 ORDER BY at DESC, row DESC LIMIT 1", t.id)
		if err != nil {
			return nil, nil, err
		}
	}
	bounds, err := d.bounds(page, talks)
	if err != nil {
		return nil, nil, err
	}
	for i := range page {
		in := &page[i]
		// The archive's order rules, whatever the clocks say: after what it held before, and before what it holds later.
		at := in.Time.UnixMicro()
		if next := places[in.Conv] + 1; at < next || at > bounds[i] {
			at = next
		}
		a, err := d.add(talks[in.Conv], in, at, true)
		if err != nil {
			return nil, nil, err
		}
		if a.first && a.Message.At < places[in.Conv]+1 {
			// A server may deliver late what it archived before, after a resume for instance.
			if err := d.move(talks[in.Conv], &a, places[in.Conv]+1); err != nil {
				return nil, nil, err
			}
		}
		places[in.Conv] = max(places[in.Conv], a.Message.At)
		if err := d.boundary(talks[in.Conv], &a); err != nil {
			return nil, nil, err
		}
		added = append(added, a)
	}
	for _, t := range talks {
		if err := d.flush(t); err != nil {
			return nil, nil, err
		}
	}
	return added, talks, nil
}

// move puts a message to another place.
func (d *session) move(t *talk, a *Added, at int64) error {
	a.Message.At, a.Moved = at, true
	if at > t.lastAt {
		t.last, t.lastAt = a.Message.Row, at
	}
	t.recount, t.dirty = true, true
	return d.run("UPDATE cache.messages SET at = ?2 WHERE row = ?1", nil, a.Message.Row, at)
}

// bounds gives for each message of a page the highest place that leaves it, and those that follow it, before what came
// live and is later in the archive. The places of live messages are this computer's time, the archive's stamps are the server's: the
// two clocks cannot be compared.
func (d *session) bounds(page []Incoming, talks map[string]*talk) ([]int64, error) {
	live := map[string]map[string]int64{} // places by stanza-id, by conversation
	next := map[string]int64{}
	inPage := map[string]bool{}
	for i := range page {
		inPage[page[i].Conv+"\x00"+page[i].StanzaID] = true
	}
	for jid, t := range talks {
		live[jid] = map[string]int64{}
		next[jid] = end
		// What came without a stanza-id may be in no archive: it is no bound.
		err := d.run("SELECT stanza_id, at FROM cache.messages WHERE conv = ?1 AND archived = 0 AND own = 0 AND stanza_id <> ''", func(st *sqlite3.Stmt) {
			id, at := st.ColumnText(0), st.ColumnInt64(1)
			live[jid][id] = at
			if !inPage[jid+"\x00"+id] {
				next[jid] = min(next[jid], at-liveStep) // with room for the pages between
			}
		}, t.id)
		if err != nil {
			return nil, err
		}
	}
	bounds := make([]int64, len(page))
	for i := len(page) - 1; i >= 0; i-- {
		in := &page[i]
		if at, ok := live[in.Conv][in.StanzaID]; ok {
			next[in.Conv] = at
		} else if next[in.Conv] != end {
			next[in.Conv]--
		}
		bounds[i] = next[in.Conv]
	}
	return bounds, nil
}

// AddNewest stores the newest page of an archive of which nothing was known: everything before it is a hole, unless the
// archive is complete. What a new device finds there counts as read.
func (s *Store) AddNewest(archive string, page []Incoming, last string, complete bool) (added []Added, err error) {
	err = s.with("add the newest messages", func(d *session) error {
		return d.tx(func() error {
			var talks map[string]*talk
			if added, talks, err = d.forwardAll(page); err != nil {
				return err
			}
			var newest int64
			for _, a := range added {
				if !a.New { // it came live a moment ago
					continue
				}
				newest = max(newest, a.Message.At)
				talks[a.Message.Conv].readUpTo(a.Message.At)
			}
			for _, t := range talks {
				if err := d.flush(t); err != nil {
					return err
				}
				if complete {
					if err := d.run("DELETE FROM cache.holes WHERE conv = ?1 AND lo = ''", nil, t.id); err != nil {
						return err
					}
				}
			}
			if archive == "" {
				if err := d.baseline(newest); err != nil {
					return err
				}
			}
			return d.setCursor(archive, last)
		})
	})
	return added, err
}

// baseline takes everything up to a place as seen, so that no conversation becomes unread by older messages that are fetched later.
func (d *session) baseline(at int64) error {
	err := d.run("INSERT INTO cache.meta (key, value) VALUES ('baseline', ?1) ON CONFLICT (key) DO NOTHING", nil, at)
	if err != nil {
		return err
	}
	return d.run("UPDATE cache.conversations SET read_at = max(read_at, ?1) WHERE grp = 0 AND unread = 0", nil, at)
}

// AddAfterGap stores the newest messages of an archive where they could not be joined to what was known of it: between the
// two lies a hole in each conversation.
func (s *Store) AddAfterGap(archive string, page []Incoming, last string) (added []Added, err error) {
	err = s.with("add messages after a gap", func(d *session) error {
		return d.tx(func() error {
			// A conversation of which not even the newest messages were known has its hole already.
			err := d.run(`INSERT OR IGNORE INTO cache.holes (conv, lo, hi, hi_at)
				SELECT c.id, coalesce((SELECT stanza_id FROM cache.messages m WHERE m.conv = c.id AND archived = 1 ORDER BY at DESC, row DESC LIMIT 1), ''), '', ?2
				FROM cache.conversations c WHERE CASE WHEN ?1 = '' THEN grp = 0 ELSE jid = ?1 END
				AND NOT EXISTS (SELECT 1 FROM cache.holes h WHERE h.conv = c.id AND h.hi = '')`, nil, archive, int64(end))
			if err != nil {
				return err
			}
			if added, _, err = d.forwardAll(page); err != nil {
				return err
			}
			return d.setCursor(archive, last)
		})
	})
	return added, err
}

// Live gives up to n messages, the newest first, that no archive's answer held yet.
func (s *Store) Live(n int) (list []Message, err error) {
	err = s.with("read live messages", func(d *session) error {
		list, err = d.messages("WHERE m.archived = 0 ORDER BY m.row DESC LIMIT ?1", n)
		return err
	})
	return list, err
}

// Knows says whether an archive's answer held any of these messages before.
func (s *Store) Knows(page []Incoming) (known bool, err error) {
	err = s.with("look for known messages", func(d *session) error {
		for i := range page {
			n, err := d.number(`SELECT count(*) FROM cache.messages m JOIN cache.conversations c ON c.id = m.conv
				WHERE c.jid = ?1 AND m.stanza_id = ?2 AND m.stanza_id <> '' AND m.archived = 1`, page[i].Conv, page[i].StanzaID)
			if err != nil {
				return err
			}
			known = known || n > 0
		}
		return nil
	})
	return known, err
}
