package store

import (
	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// MarkRead takes all messages of a conversation as seen. changed is false when nothing was unread. The displayed marker for the newest
// message of another person is remembered until [Store.MarkerSent], and the mark for the account's other devices until
// [Store.ReadMarkTold].
func (s *Store) MarkRead(conv model.ConversationID) (changed bool, err error) {
	err = s.edit("mark a conversation read", conv, func(in *ingest, c *conversation) error {
		newest, found, err := in.message("WHERE m.conv = ?1 AND m.at > ?2 AND m.own = 0 AND"+shown+"ORDER BY m.at DESC, m.row DESC", c.id, c.readAt)
		if changed = found; err != nil || !found {
			return err
		}
		err = in.run("UPDATE cache.conversations SET mark = ?2, marker = CASE WHEN ?3 = '' THEN marker ELSE ?3 END WHERE id = ?1", nil, c.id, newest.Row, newest.marker())
		if err != nil {
			return err
		}
		c.marks = true
		return in.run(`INSERT INTO cache.relations (conv, kind, target, row, at, time, own, author, nick, value, msg_id, stanza_id, archived)
			VALUES (?1, ?2, '', ?3, ?4, ?5, 1, '', '', '', '', '', 0)`, nil, c.id, int(factRead), newest.Row, newest.At+1, newest.Time.UnixMicro()) // behind what it is about
	})
	return changed, err
}

// edit runs f on a conversation, in one transaction, when there is one.
func (s *Store) edit(what string, conv model.ConversationID, f func(in *ingest, c *conversation) error) error {
	return s.with(what, func(d *conn) error {
		return d.tx(func() error {
			c, found, err := d.find(conv)
			if err != nil || !found {
				return err
			}
			in := &ingest{conn: d, batch: &Batch{}, changes: map[int64]ChangeKind{}}
			if err := f(in, c); err != nil {
				return err
			}
			return in.finish(c)
		})
	})
}

// marker is the id that a displayed marker for m names: in a room the room's own, since others choose their ids freely.
func (m Message) marker() string {
	switch {
	case !m.Markable:
		return ""
	case m.Group:
		return string(m.StanzaID)
	}
	return m.MsgID
}

// Marker is a displayed marker that is still to be sent.
type Marker struct {
	Conv  model.ConversationID
	Group bool
	ID    string
}

// Markers gives the displayed markers that are still to be sent.
func (s *Store) Markers() (list []Marker, err error) {
	err = s.with("read the markers", func(d *conn) error {
		list = nil
		return d.run("SELECT jid, grp, marker FROM cache.conversations WHERE marker <> ''", func(st *sqlite3.Stmt) {
			c := &columns{st: st}
			list = append(list, Marker{model.ConversationID(c.text()), c.bool(), c.text()})
		})
	})
	return list, err
}

// MarkerSent forgets a marker.
func (s *Store) MarkerSent(m Marker) error {
	return s.with("forget a marker", func(d *conn) error {
		return d.run("UPDATE cache.conversations SET marker = '' WHERE jid = ?1 AND marker = ?2", nil, string(m.Conv), m.ID)
	})
}
