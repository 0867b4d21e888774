package store

import "github.com/ncruces/go-sqlite3"

// Hole is a stretch of a conversation that was never fetched: the messages between Lo and Hi in the archive.
type Hole struct {
	Conv string
	Lo   string // the last known message before it, "" for the beginning of the archive
	Hi   string // the first known message after it, "" for the end of the archive
	HiAt int64
}

// boundary keeps the upper end of the newest hole at the first message that the cache has after it, when a message was added at
// the end of the conversation.
func (d *session) boundary(t *talk, a *Added) error {
	if t.whole {
		return nil
	}
	if t.top == nil {
		h, found, err := d.hole("conv = ?1 ORDER BY hi_at DESC LIMIT 1", t.id)
		if err != nil {
			return err
		}
		if t.top, t.whole = &h, !found; t.whole {
			return nil
		}
	}
	h, m := *t.top, &a.Message
	switch {
	case h.Hi != "" && (h.HiAt <= m.At || m.StanzaID == ""):
		return nil // the hole's end is known, and before m
	case !a.New && (h.Hi != "" || h.HiAt > m.At || m.StanzaID == ""):
		return nil // an old acquaintance: it may lie before the hole
	}
	t.top.Hi, t.top.HiAt = m.StanzaID, min(h.HiAt, m.At)
	return d.moveHole(t.id, h, t.top.Hi, t.top.HiAt)
}

func (d *session) moveHole(conv int64, h Hole, hi string, hiAt int64) error {
	return d.run("UPDATE OR REPLACE cache.holes SET hi = ?3, hi_at = ?4 WHERE conv = ?1 AND hi_at = ?2", nil, conv, h.HiAt, hi, hiAt)
}

func (d *session) hole(where string, args ...any) (h Hole, found bool, err error) {
	found, err = d.get("SELECT lo, hi, hi_at FROM cache.holes WHERE "+where, func(st *sqlite3.Stmt) {
		h = Hole{Lo: st.ColumnText(0), Hi: st.ColumnText(1), HiAt: st.ColumnInt64(2)}
	}, args...)
	return h, found, err
}

// Fill stores a page of an archive, oldest message first, that ends just before the upper end of a hole, and makes the
// hole smaller. first is the archive's id of the oldest thing in the page, which need not be a message; complete says that the archive
// has nothing before it.
func (s *Store) Fill(h Hole, group bool, page []Incoming, first string, complete bool) (added []Added, err error) {
	err = s.with("add older messages", func(d *session) error {
		return d.tx(func() error {
			t, err := d.talk(h.Conv, group)
			if err != nil {
				return err
			}
			var lowest int64
			if added, lowest, err = d.backward(t, h, page); err != nil {
				return err
			}
			now, found, err := d.hole("conv = ?1 AND hi_at = ?2", t.id, h.HiAt)
			if err != nil || !found || now.Hi != h.Hi {
				return err // it changed while the archive answered: the next question asks again
			}
			closed := complete
			for i := range page {
				closed = closed || h.Lo != "" && page[i].StanzaID == h.Lo
			}
			switch {
			case closed:
				return d.run("DELETE FROM cache.holes WHERE conv = ?1 AND hi_at = ?2", nil, t.id, now.HiAt)
			case first != "":
				return d.moveHole(t.id, now, first, min(now.HiAt, lowest))
			}
			return nil
		})
	})
	return added, err
}

// backward adds a page before a hole's upper end, each message before its successor, and gives the lowest place used.
func (d *session) backward(t *talk, h Hole, page []Incoming) (added []Added, lowest int64, err error) {
	next := int64(end)
	if h.Hi != "" {
		next = h.HiAt
	}
	added = make([]Added, len(page))
	for i := len(page) - 1; i >= 0; i-- {
		in := &page[i]
		if added[i], err = d.add(t, in, min(in.Time.UnixMicro(), next-1), true); err != nil {
			return nil, 0, err
		}
		next = min(next, added[i].Message.At)
	}
	return added, next, d.flush(t)
}
