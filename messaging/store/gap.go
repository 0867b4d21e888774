package store

import (
	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// Gap is a stretch of a conversation that was never fetched: the messages between Lo and Hi in the archive.
type Gap struct {
	Conv model.ConversationID
	Lo   model.StanzaID // the last known message before it, "" for the beginning of the archive
	Hi   model.StanzaID // the first known message after it, "" for the end of the archive
	HiAt int64          // messages at or after this place lie after the gap
}

// extendGap keeps the upper end of the newest gap at the first message, or fact, after it. after says that it certainly lies after the gap; a
// live copy need not.
func (d *conn) extendGap(c *conversation, id model.StanzaID, at int64, after bool) error {
	if c.noGap {
		return nil
	}
	if c.top == nil {
		g, found, err := d.gap("conv = ?1 ORDER BY hi_at DESC LIMIT 1", c.id)
		if err != nil {
			return err
		}
		if c.top, c.noGap = &g, !found; c.noGap {
			return nil
		}
	}
	g := *c.top
	switch {
	case g.Hi != "" && (g.HiAt <= at || id == ""):
		return nil // the gap's end is known, and before m
	case !after && (g.Hi != "" || g.HiAt > at || id == ""):
		return nil // already stored, possibly before the gap
	}
	c.top.Hi, c.top.HiAt = id, min(g.HiAt, at)
	return d.moveGap(c.id, g, c.top.Hi, c.top.HiAt)
}

// followGap keeps a message behind the gap that it was behind, when it has moved to an earlier place.
func (in *ingest) followGap(c *conversation, from, to *Message) error {
	if in.inGap() {
		return nil
	}
	g, found, err := in.gap("conv = ?1 AND hi_at > ?2 AND hi_at <= ?3 ORDER BY hi_at DESC LIMIT 1", c.id, to.At, from.At)
	if err != nil || !found {
		return err
	}
	hi := g.Hi
	if to.StanzaID != "" {
		hi = to.StanzaID
	}
	c.top = nil
	return in.conn.moveGap(c.id, g, hi, to.At)
}

// moveGap sets a gap's upper end. Where another gap ends there already, nothing is left of this one.
func (d *conn) moveGap(conv int64, g Gap, hi model.StanzaID, hiAt int64) error {
	if hiAt != g.HiAt {
		other, err := d.number("SELECT count(*) FROM cache.gaps WHERE conv = ?1 AND hi_at = ?2", conv, hiAt)
		if err != nil {
			return err
		}
		if other != 0 {
			return d.run("DELETE FROM cache.gaps WHERE conv = ?1 AND hi_at = ?2", nil, conv, g.HiAt)
		}
	}
	return d.run("UPDATE cache.gaps SET hi = ?3, hi_at = ?4 WHERE conv = ?1 AND hi_at = ?2", nil, conv, g.HiAt, string(hi), hiAt)
}

func (d *conn) gap(where string, args ...any) (g Gap, found bool, err error) {
	found, err = d.get("SELECT lo, hi, hi_at FROM cache.gaps WHERE "+where, func(st *sqlite3.Stmt) {
		g = Gap{Lo: model.StanzaID(st.ColumnText(0)), Hi: model.StanzaID(st.ColumnText(1)), HiAt: st.ColumnInt64(2)}
	}, args...)
	return g, found, err
}

// openGaps puts a gap behind the newest message of each conversation of an archive: what comes is not joined to what is known.
// A conversation of which not even the newest messages are known has its gap already.
func (in *ingest) openGaps() error {
	b := in.batch
	backlog := int64(0)
	if b.Backlog != nil && b.First != "" {
		err := in.run("INSERT INTO cache.backlogs (archive, lo, hi) VALUES (?1, ?2, ?3)", nil, string(b.Archive), string(b.Backlog.Lo), string(b.First))
		if err != nil {
			return err
		}
		backlog = in.db.LastInsertRowID()
	}
	return in.run(`INSERT OR IGNORE INTO cache.gaps (conv, lo, hi, hi_at, backlog)
		SELECT c.id, coalesce((SELECT stanza_id FROM (
			SELECT * FROM (SELECT stanza_id, at FROM cache.messages WHERE conv = c.id AND archived = 1 AND stanza_id <> '' ORDER BY at DESC, row DESC LIMIT 1)
			UNION ALL SELECT * FROM (SELECT stanza_id, at FROM cache.relations WHERE conv = c.id AND archived = 1 AND stanza_id <> '' ORDER BY at DESC, id DESC LIMIT 1)
		) ORDER BY at DESC LIMIT 1), ''), '', ?2, ?3
		FROM cache.conversations c WHERE CASE WHEN ?1 = '' THEN grp = 0 ELSE jid = ?1 END
		AND NOT EXISTS (SELECT 1 FROM cache.gaps g WHERE g.conv = c.id AND g.hi = '')`, nil, string(b.Archive), int64(end), backlog)
}

// narrow makes a gap smaller by the page that was fetched into it, or closes it.
func (in *ingest) narrow(items []*item) error {
	b := in.batch
	c := in.convs[b.Gap.Conv]
	if c == nil { // a page without facts
		var found bool
		var err error
		if c, found, err = in.find(b.Gap.Conv); err != nil || !found {
			return err
		}
	}
	now, found, err := in.gap("conv = ?1 AND hi_at = ?2", c.id, b.Gap.HiAt)
	if err != nil || !found || now.Hi != b.Gap.Hi || now.Lo != b.Gap.Lo {
		return err // it changed while the archive answered: the next question asks again
	}
	closed := b.Complete
	lowest := now.HiAt
	for _, it := range items {
		id := it.fact.Source().StanzaID
		closed = closed || id != "" && (b.Origin == Older && id == now.Lo || b.Origin == Newer && id == now.Hi)
		if !it.again {
			lowest = min(lowest, it.at)
		}
	}
	switch {
	case closed:
		return in.run("DELETE FROM cache.gaps WHERE conv = ?1 AND hi_at = ?2", nil, c.id, now.HiAt)
	case b.Origin == Older && b.First != "":
		return in.conn.moveGap(c.id, now, b.First, lowest)
	case b.Origin == Newer && b.Last != "":
		return in.run("UPDATE cache.gaps SET lo = ?3 WHERE conv = ?1 AND hi_at = ?2", nil, c.id, now.HiAt, string(b.Last))
	}
	return nil
}
