package store

import (
	"time"

	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// ReadMark says that the account has seen a conversation up to a message (XEP-0490).
type ReadMark struct {
	Conv  model.ConversationID
	Group bool
	ID    model.StanzaID // in the archive that holds the conversation
}

// DueReadMark is a mark that is still to be sent to the account's other devices.
type DueReadMark struct {
	ReadMark
	// Unsure: what they were told last is a message that is not here. It is an older one, unless the archive was not read to its end.
	Unsure bool

	row int64
}

// TakeReadMarks takes marks that the account's server keeps. Those of conversations that are not here are passed over. news is false, and r
// empty, if nothing more is seen by them than is known here.
func (s *Store) TakeReadMarks(marks []ReadMark, now time.Time) (r Result, news bool, err error) {
	b := Batch{Origin: Live}
	err = s.with("take read marks", func(d *conn) error {
		b.Facts = nil
		return d.tx(func() error {
			for _, m := range marks {
				news, err := d.told(m)
				if err != nil {
					return err
				}
				if news {
					stanza := Stanza{Conv: m.Conv, Group: m.Group, Own: true, Time: now}
					b.Facts = append(b.Facts, &Displayed{Stanza: stanza, Target: string(m.ID)})
				}
			}
			return nil
		})
	})
	if err != nil || len(b.Facts) == 0 {
		return Result{}, false, err
	}
	r, err = s.Ingest(b)
	return r, true, err
}

// told notes that the other devices have a mark, and reports whether it is newer than what is known here.
func (d *conn) told(m ReadMark) (news bool, err error) {
	var id, readAt int64
	found, err := d.get("SELECT id, read_at FROM cache.conversations WHERE jid = ?1 AND grp = ?2", func(st *sqlite3.Stmt) {
		id, readAt = st.ColumnInt64(0), st.ColumnInt64(1)
	}, string(m.Conv), m.Group)
	if err != nil || !found {
		return false, err
	}
	if err := d.run("UPDATE cache.conversations SET told = ?2 WHERE id = ?1", nil, id, string(m.ID)); err != nil {
		return false, err
	}
	here, err := d.number("SELECT count(*) FROM cache.messages WHERE conv = ?1 AND stanza_id = ?2 AND at <= ?3", id, string(m.ID), readAt)
	return here == 0, err
}

// DueReadMarks gives the marks that were not yet sent to the other devices.
func (s *Store) DueReadMarks() (list []DueReadMark, err error) {
	err = s.with("read the read marks", func(d *conn) error {
		list = nil
		return d.run(`SELECT c.jid, c.grp, m.stanza_id, m.row, c.told <> '' AND t.at IS NULL FROM cache.conversations c
			JOIN cache.messages m ON m.row = c.mark LEFT JOIN cache.messages t ON t.conv = c.id AND t.stanza_id = c.told AND c.told <> ''
			WHERE c.mark <> 0 AND m.stanza_id <> '' AND (t.at IS NULL OR t.at < m.at) ORDER BY m.at DESC`, func(st *sqlite3.Stmt) {
			c := &columns{st: st}
			m := DueReadMark{ReadMark: ReadMark{model.ConversationID(c.text()), c.bool(), model.StanzaID(c.text())}}
			m.row, m.Unsure = c.int(), c.bool()
			list = append(list, m)
		})
	})
	return list, err
}

// ReadMarkTold notes that a mark was sent to the other devices.
func (s *Store) ReadMarkTold(m DueReadMark) error {
	return s.with("note a read mark", func(d *conn) error {
		return d.run("UPDATE cache.conversations SET told = ?2, mark = CASE WHEN mark = ?3 THEN 0 ELSE mark END WHERE jid = ?1", nil, string(m.Conv), string(m.ID), m.row)
	})
}
