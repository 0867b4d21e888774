package store

import (
	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// Backlog is a stretch of an archive that was missed while the account was away: the messages between Lo and Hi. The newest messages, behind
// Hi, are here already. It is read from its upper end on, and each conversation of the archive has its part of it as a gap.
type Backlog struct {
	ID int64
	Lo model.StanzaID // the last known message before it, "" for the beginning of the archive
	Hi model.StanzaID // the first known message after it
}

// Backlog gives what was missed last of an archive and is still to be read. It is to be read before an earlier one.
func (s *Store) Backlog(archive model.ArchiveID) (b Backlog, found bool, err error) {
	err = s.with("look for what was missed", func(d *conn) error {
		found, err = d.get("SELECT id, lo, hi FROM cache.backlogs WHERE archive = ?1 ORDER BY id DESC LIMIT 1", func(st *sqlite3.Stmt) {
			b = Backlog{ID: st.ColumnInt64(0), Lo: model.StanzaID(st.ColumnText(1)), Hi: model.StanzaID(st.ColumnText(2))}
		}, string(archive))
		return err
	})
	return b, found, err
}

// backlogRoom tells where a page of a backlog belongs in a conversation: into its newest gap. Parts of the page may be known, because somebody has
// scrolled there.
func (in *ingest) backlogRoom(c *conversation, items []*item, inPage map[model.StanzaID]bool) (r stretch, err error) {
	r.lower, r.upper = beginning, end
	g, found, err := in.gap("conv = ?1 ORDER BY hi_at DESC LIMIT 1", c.id)
	if c.top = nil; err != nil || !found {
		return r, err
	}
	c.top = &g
	known := false // a part of the page lies behind the gap: that bounds it
	for _, it := range items {
		known = known || it.exact && it.archived && it.at >= g.HiAt
	}
	if !known {
		r.upper = g.HiAt
	}
	r.gapBelow = g.Lo != "" && !inPage[g.Lo] && !in.batch.Complete
	r.lower, err = in.lastKnown(c, inPage, len(items), g.HiAt)
	r.keepAway()
	return r, err
}

// narrowBacklog makes a backlog smaller by the page that was read of it, or ends it, and the gaps of the conversations in it.
func (in *ingest) narrowBacklog(items []*item) error {
	b := in.batch
	now := ""
	_, err := in.get("SELECT hi FROM cache.backlogs WHERE id = ?1", func(st *sqlite3.Stmt) { now = st.ColumnText(0) }, b.Backlog.ID)
	if err != nil || now != string(b.Backlog.Hi) {
		return err // read by somebody else meanwhile
	}
	type part struct {
		first  model.StanzaID
		lowest int64
		closed bool
	}
	parts := map[*conversation]*part{}
	for _, it := range items {
		s := it.fact.Source()
		c := in.convs[s.Conv]
		if c.top == nil {
			continue
		}
		p := parts[c]
		if p == nil {
			p = &part{lowest: c.top.HiAt}
			parts[c] = p
		}
		if p.first == "" {
			p.first = s.StanzaID
		}
		if !it.again {
			p.lowest = min(p.lowest, it.at)
		}
		p.closed = p.closed || s.StanzaID != "" && s.StanzaID == c.top.Lo
	}
	for c, p := range parts {
		switch {
		case p.closed:
			err = in.run("DELETE FROM cache.gaps WHERE conv = ?1 AND hi_at = ?2", nil, c.id, c.top.HiAt)
		case p.lowest < c.top.HiAt && p.first != "":
			err = in.conn.moveGap(c.id, *c.top, p.first, p.lowest)
		}
		if c.top = nil; err != nil {
			return err
		}
	}
	if !b.Complete && b.First != "" {
		return in.run("UPDATE cache.backlogs SET hi = ?2 WHERE id = ?1", nil, b.Backlog.ID, string(b.First))
	}
	if err := in.run("DELETE FROM cache.gaps WHERE backlog = ?1 AND backlog <> 0", nil, b.Backlog.ID); err != nil {
		return err
	}
	return in.run("DELETE FROM cache.backlogs WHERE id = ?1", nil, b.Backlog.ID)
}
