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

// Backlog gives the newest backlog of an archive. It is to be read before an earlier one.
func (s *Store) Backlog(archive model.ArchiveID) (b Backlog, found bool, err error) {
	list, err := s.Backlogs(archive)
	if len(list) > 0 {
		b, found = list[0], true
	}
	return b, found, err
}

// Backlogs gives the backlogs of an archive, the newest first.
func (s *Store) Backlogs(archive model.ArchiveID) (list []Backlog, err error) {
	err = s.with("look for what was missed", func(d *conn) error {
		list = nil
		return d.run("SELECT id, lo, hi FROM cache.backlogs WHERE archive = ?1 ORDER BY id DESC", func(st *sqlite3.Stmt) {
			c := &columns{st: st}
			list = append(list, Backlog{ID: c.int(), Lo: model.StanzaID(c.text()), Hi: model.StanzaID(c.text())})
		}, string(archive))
	})
	return list, err
}

// narrowBacklog makes a backlog smaller by the page that was read of it, or ends it and what is left of its gaps.
func (in *ingest) narrowBacklog() error {
	b := in.batch
	now := ""
	_, err := in.get("SELECT hi FROM cache.backlogs WHERE id = ?1", func(st *sqlite3.Stmt) { now = st.ColumnText(0) }, b.Backlog.ID)
	if err != nil || now != string(b.Backlog.Hi) {
		return err // read by another reader meanwhile
	}
	if !b.Complete && b.First != "" {
		return in.run("UPDATE cache.backlogs SET hi = ?2, hi_stamp = CASE WHEN ?3 = 0 THEN hi_stamp ELSE ?3 END, hi_made = CASE WHEN ?3 = 0 THEN hi_made ELSE ?4 END WHERE id = ?1", nil,
			b.Backlog.ID, string(b.First), in.first.stamp, in.first.made)
	}
	if err := in.run("DELETE FROM cache.gaps WHERE backlog = ?1 AND backlog <> 0", nil, b.Backlog.ID); err != nil {
		return err
	}
	return in.run("DELETE FROM cache.backlogs WHERE id = ?1", nil, b.Backlog.ID)
}
