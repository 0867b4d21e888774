package store

import (
	"math"

	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// Gap is a stretch of a conversation that was never fetched: the messages between Lo and Hi in the archive.
type Gap struct {
	Conv model.ConversationID
	Lo   model.StanzaID // the last known message before it, "" for the beginning of the archive
	Hi   model.StanzaID // the first known message after it, "" for the end of the archive
	HiAt int64          // messages at or after this place lie after the gap

	backlog int64 // the backlog that it ends with; 0: none, it is only read when somebody scrolls there
	upto    int64 // the newest backlog that it covers
}

// Where a message or fact that came live lies, for extendGap.
const (
	afterGap = true
	anywhere = false // a copy of one that is stored, which may lie before the gap
)

// extendGap keeps the upper end of the newest gap at the first message, or fact, after it.
func (d *conn) extendGap(c *conversation, id model.StanzaID, at int64, after bool) error {
	if err := d.readTop(c); err != nil || c.noGap {
		return err
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

// readTop reads the newest gap of a conversation, once.
func (d *conn) readTop(c *conversation) error {
	if c.top != nil || c.noGap {
		return nil
	}
	g, found, err := d.gap("conv = ?1 ORDER BY hi_at DESC LIMIT 1", c.id)
	if err == nil {
		c.top, c.noGap = &g, !found
	}
	return err
}

// after gives the place of a message that is the newest of its conversation: at a time, or a step behind all others. Where nothing is known behind
// a gap it leaves room for what is missing in the gap.
func (d *conn) after(c *conversation, time, step int64) (int64, error) {
	newest, err := d.newest(c)
	if err != nil {
		return 0, err
	}
	if err := d.readTop(c); err != nil {
		return 0, err
	}
	if !c.noGap && c.top.HiAt == end && newest != 0 {
		step = gapRoom
	}
	return max(time, newest+step), nil
}

// moveGap sets a gap's upper end. If another gap ends there already, this one is deleted.
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

const gapColumns = "lo, hi, hi_at, backlog, upto"

func scanGap(st *sqlite3.Stmt) Gap {
	return Gap{Lo: model.StanzaID(st.ColumnText(0)), Hi: model.StanzaID(st.ColumnText(1)), HiAt: st.ColumnInt64(2), backlog: st.ColumnInt64(3), upto: st.ColumnInt64(4)}
}

func (d *conn) gap(where string, args ...any) (g Gap, found bool, err error) {
	found, err = d.get("SELECT "+gapColumns+" FROM cache.gaps WHERE "+where, func(st *sqlite3.Stmt) { g = scanGap(st) }, args...)
	return g, found, err
}

// openGaps puts a gap behind the newest message of each conversation of an archive: what comes is not joined to what is known.
// A conversation of which not even the newest messages are known has its gap already.
func (in *ingest) openGaps() error {
	b := in.batch
	backlog := int64(0)
	if b.Backlog != nil && b.First != "" {
		err := in.run(`INSERT INTO cache.backlogs (archive, lo, hi, lo_stamp, lo_made, hi_stamp, hi_made)
			VALUES (?1, ?2, ?3, coalesce((SELECT stamp FROM cache.archives WHERE jid = ?1), 0), coalesce((SELECT made FROM cache.archives WHERE jid = ?1), 0), ?4, ?5)`, nil,
			string(b.Archive), string(b.Backlog.Lo), string(b.First), in.first.stamp, in.first.made)
		if err != nil {
			return err
		}
		backlog = in.db.LastInsertRowID()
	}
	const conversations = " FROM cache.conversations c WHERE CASE WHEN ?1 = '' THEN grp = 0 ELSE jid = ?1 END "
	err := in.run("UPDATE cache.gaps SET hi = '', upto = max(upto, ?2) WHERE (hi = '' OR hi_at = ?3) AND conv IN (SELECT id"+conversations+")", nil, string(b.Archive), backlog, int64(end))
	if err != nil {
		return err
	}
	return in.run(`INSERT OR IGNORE INTO cache.gaps (conv, lo, hi, hi_at, backlog, upto)
		SELECT c.id, coalesce((SELECT stanza_id FROM (
			SELECT * FROM (SELECT stanza_id, at FROM cache.messages WHERE conv = c.id AND archived = 1 AND stanza_id <> '' ORDER BY at DESC, row DESC LIMIT 1)
			UNION ALL SELECT * FROM (SELECT stanza_id, at FROM cache.relations WHERE conv = c.id AND archived = 1 AND stanza_id <> '' ORDER BY at DESC, id DESC LIMIT 1)
		) ORDER BY at DESC LIMIT 1), ''), '', ?2, ?3, ?3`+conversations+`AND NOT EXISTS (SELECT 1 FROM cache.gaps g WHERE g.conv = c.id AND g.hi = '')`, nil, string(b.Archive), int64(end), backlog)
}

// gapOf gives the gap into which a page belongs. It may have changed while the archive answered; what the page says about the message that the
// query started from is still true. nil: it is unknown where the page belongs.
func (in *ingest) gapOf(c *conversation, inPage map[model.StanzaID]bool) (*Gap, error) {
	b := in.batch
	where, args := "conv = ?1 AND lo = ?2 AND hi = ?3 AND hi_at = ?4 AND upto = ?5", []any{c.id, string(b.Gap.Lo), string(b.Gap.Hi), b.Gap.HiAt, b.Gap.upto}
	switch b.Origin {
	case Earlier:
		where, args = "conv = ?1 AND lo = '' AND backlog = 0 ORDER BY hi_at DESC LIMIT 1", []any{c.id}
	case Missed:
		where, args = "conv = ?1 AND backlog <= ?2 AND upto >= ?2 ORDER BY backlog = ?2 DESC, hi_at DESC LIMIT 1", []any{c.id, b.Backlog.ID}
	}
	g, found, err := in.gap(where, args...)
	if err != nil || found {
		return &g, err
	}
	g = b.Gap
	switch {
	case b.Origin == Older:
		if g.HiAt, found, err = in.archivedPlace(c, g.Hi); err != nil || !found {
			return nil, err
		}
		return &g, nil
	case b.Origin == Newer:
		at, found, err := in.archivedPlace(c, g.Lo)
		if err != nil || !found {
			return nil, err
		}
		in.late = true
		if g, found, err = in.gap("conv = ?1 AND lo = ?2 ORDER BY hi_at LIMIT 1", c.id, string(b.Gap.Lo)); err == nil && !found {
			g = b.Gap
			g.HiAt, err = in.nextKnown(c, inPage, len(b.Facts), at)
		}
		return &g, err
	}
	return nil, nil
}

// archivedPlace gives the place of what has a stanza-id, if an archive's answer held it.
func (in *ingest) archivedPlace(c *conversation, id model.StanzaID) (at int64, found bool, err error) {
	for _, table := range []string{"messages", "relations"} {
		found, err = in.get("SELECT at FROM cache."+table+" WHERE conv = ?1 AND stanza_id = ?2 AND stanza_id <> '' AND archived = 1", func(st *sqlite3.Stmt) { at = st.ColumnInt64(0) }, c.id, string(id))
		if err != nil || found {
			break
		}
	}
	return at, found, err
}

// cover makes the gaps of a conversation smaller by a page: all that the archive holds from the page's first item up to what is known behind it
// is here now.
func (in *ingest) cover(c *conversation, items []*item, r stretch) error {
	b := in.batch
	upper := r.upper
	if !in.inGap() {
		upper = end
	}
	first, lowest, highest := b.First, upper, int64(beginning)
	if b.Origin != Older {
		first = ""
	}
	inPage := map[model.StanzaID]bool{}
	for _, it := range items {
		if first == "" {
			first = it.fact.Source().StanzaID
		}
		inPage[it.fact.Source().StanzaID] = true
		lowest, highest = min(lowest, it.at), max(highest, it.at)
	}
	c.top, c.noGap = nil, false
	switch {
	case r.nowhere:
		return nil
	case b.Origin == Newer:
		return in.coverNewer(c, r, highest)
	case b.Origin == Older && b.Complete: // the archive has nothing before it
		return in.run("DELETE FROM cache.gaps WHERE conv = ?1 AND hi_at <= ?2", nil, c.id, upper)
	case first == "" || lowest == end && b.Origin != Older: // it has nothing with a place
		return nil
	}
	newest := int64(math.MaxInt64) // a backlog lies behind what is read of an earlier one
	if b.Origin == Missed {
		newest = b.Backlog.ID
	}
	const covered = " FROM cache.gaps WHERE conv = ?1 AND hi_at <= ?3 AND (hi_at >= ?2 OR hi = '' AND ?4) AND backlog <= ?5"
	args := []any{c.id, lowest, upper, !in.inGap(), newest}
	var left *Gap
	touched := 0
	err := in.run("SELECT "+gapColumns+covered+" ORDER BY hi_at", func(st *sqlite3.Stmt) {
		g := scanGap(st)
		touched++
		switch {
		case g.Lo != "" && inPage[g.Lo] || r.known < g.HiAt: // what precedes the gap is in the page
		case left == nil:
			left = &g
		default:
			left.backlog, left.upto = min(left.backlog, g.backlog), max(left.upto, g.upto)
		}
	}, args...)
	if err != nil || touched == 0 {
		return err
	}
	if err = in.run("DELETE"+covered, nil, args...); err != nil || left == nil {
		return err
	}
	return in.run("INSERT OR REPLACE INTO cache.gaps (conv, lo, hi, hi_at, backlog, upto) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", nil,
		c.id, string(left.Lo), string(first), min(left.HiAt, lowest), left.backlog, left.upto)
}

// coverNewer makes gaps smaller from below by a page that follows what is known below it.
func (in *ingest) coverNewer(c *conversation, r stretch, highest int64) error {
	b := in.batch
	if b.Complete && !in.late { // the archive has nothing behind it
		highest = max(highest, b.Gap.HiAt)
	}
	err := in.run("DELETE FROM cache.gaps WHERE conv = ?1 AND hi_at > ?2 AND hi_at <= ?3", nil, c.id, r.lower, highest)
	if err != nil || b.Last == "" {
		return err
	}
	return in.run("UPDATE cache.gaps SET lo = ?3 WHERE conv = ?1 AND lo = ?2 AND hi_at > ?4", nil, c.id, string(b.Gap.Lo), string(b.Last), max(r.lower, highest))
}

// NewestGap is the newest part of a conversation that is not on this computer.
func (s *Store) NewestGap(conv model.ConversationID) (g Gap, group, found bool, err error) {
	err = s.with("find a gap", func(d *conn) error {
		c, known, err := d.find(conv)
		if err != nil || !known {
			return err
		}
		g, found, err = d.gap("conv = ?1 ORDER BY hi_at DESC LIMIT 1", c.id)
		g.Conv, group = conv, c.group
		return err
	})
	return g, group, found, err
}
