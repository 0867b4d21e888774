package store

import (
	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// Cursor is the stanza-id up to which an archive was seen. Not known: it was never asked; known and "": it was empty.
func (s *Store) Cursor(archive model.ArchiveID) (last model.StanzaID, known bool, err error) {
	err = s.with("read a cursor", func(d *conn) error {
		known, err = d.get("SELECT last FROM cache.archives WHERE jid = ?1", func(st *sqlite3.Stmt) { last = model.StanzaID(st.ColumnText(0)) }, string(archive))
		return err
	})
	return last, known, err
}

// setCursor keeps up to where an archive was seen: last may be "", and newest zero, where a page does not tell.
func (d *conn) setCursor(archive model.ArchiveID, last model.StanzaID, newest archiveEnd) error {
	return d.run(`INSERT INTO cache.archives (jid, last, stamp, made) VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT (jid) DO UPDATE SET last = CASE WHEN excluded.last = '' THEN last ELSE excluded.last END,
			stamp = CASE WHEN excluded.stamp = 0 THEN stamp ELSE excluded.stamp END, made = CASE WHEN excluded.stamp = 0 THEN made ELSE excluded.made END`, nil,
		string(archive), string(last), newest.stamp, newest.made)
}

// newDevice takes what is found in an archive of which nothing was known as read: it was there before this device. Everything before
// the page is a gap, unless the archive has nothing before it.
func (in *ingest) newDevice(items []*item) error {
	newest := int64(0)
	for i, it := range items {
		if !in.result.New[i] { // it came live a moment ago
			continue
		}
		newest = max(newest, it.at)
		if err := in.readUpTo(in.convs[it.fact.Source().Conv], it.at); err != nil {
			return err
		}
	}
	if err := in.closeGaps(); err != nil {
		return err
	}
	if in.batch.Archive != model.OwnArchive {
		return nil
	}
	// No conversation becomes unread by older messages that are fetched later.
	err := in.run("INSERT INTO cache.meta (key, value) VALUES ('baseline', ?1) ON CONFLICT (key) DO NOTHING", nil, newest)
	if err != nil {
		return err
	}
	for _, c := range in.order {
		c.marks = true
	}
	const upTo = `CASE unread WHEN 0 THEN ?1 ELSE coalesce((SELECT min(at) - 1 FROM cache.messages m WHERE m.conv = c.id AND m.at > c.read_at
		AND own = 0 AND folded = 0 AND kind <> 4), 0) END`
	return in.run("UPDATE cache.conversations AS c SET read_floor = max(read_floor, "+upTo+"), read_at = max(read_at, "+upTo+") WHERE grp = 0", nil, newest)
}

// closeGaps ends the gaps of an archive that was read to its beginning, also those of conversations of which it has nothing.
func (in *ingest) closeGaps() error {
	if !in.batch.Complete {
		return nil
	}
	return in.run("DELETE FROM cache.gaps WHERE lo = '' AND backlog = 0 AND conv IN (SELECT id FROM cache.conversations WHERE CASE WHEN ?1 = '' THEN grp = 0 ELSE jid = ?1 END)", nil,
		string(in.batch.Archive))
}

// rereadMost is how many of the newest messages of an archive may be read again.
const rereadMost = 1000

// Recent gives the ids of the messages that an archive may return again: up to n that no archive's answer held yet, and the newest ones.
func (s *Store) Recent(n int) (list []Stanza, err error) {
	err = s.with("read the newest messages", func(d *conn) error {
		list = nil
		read := func(st *sqlite3.Stmt) {
			c := &columns{st: st}
			list = append(list, Stanza{Conv: model.ConversationID(c.text()), Author: c.text(), Own: c.bool(), MsgID: c.text(), StanzaID: model.StanzaID(c.text())})
		}
		const query = "SELECT c.jid, m.author, m.own, m.msg_id, m.stanza_id FROM cache.messages m JOIN cache.conversations c ON c.id = m.conv WHERE "
		if err := d.run(query+"m.archived = 0 ORDER BY m.row DESC LIMIT ?1", read, n); err != nil {
			return err
		}
		return d.run(query+"m.archived = 1 AND m.row > (SELECT max(row) FROM cache.messages) - ?1", read, rereadMost)
	})
	return list, err
}

// Known tells which facts an archive's answer held before. Receipts and marks make earlier ones superfluous, so of those it may not tell.
func (s *Store) Known(facts []Fact) (known []bool, err error) {
	err = s.with("look for known messages", func(d *conn) error {
		known = make([]bool, len(facts))
		for i, f := range facts {
			for _, table := range []string{"messages", "relations"} {
				if known[i] || f.Source().StanzaID == "" {
					continue
				}
				n, err := d.number("SELECT count(*) FROM cache."+table+` m JOIN cache.conversations c ON c.id = m.conv
					WHERE c.jid = ?1 AND m.stanza_id = ?2 AND m.stanza_id <> '' AND m.archived = 1`, string(f.Source().Conv), string(f.Source().StanzaID))
				if err != nil {
					return err
				}
				known[i] = n > 0
			}
		}
		return nil
	})
	return known, err
}
