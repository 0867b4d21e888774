package store

import (
	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// rowsAtOnce is how many rows are looked at while the others wait.
const rowsAtOnce = 5000

// Files calls f with each file of each message, those of the outbox and those that are not shown among them.
func (s *Store) Files(f func(model.File)) error {
	each := func(d *conn, query string, args ...any) error {
		return d.run(query, func(st *sqlite3.Stmt) {
			if file, ok := model.Decode(model.KindFile, "", st.ColumnText(0)).(model.File); ok {
				for _, file := range file.Files() {
					f(file)
				}
			}
		}, args...)
	}
	last := int64(0)
	err := s.with("look for files in the outbox", func(d *conn) (err error) {
		if last, err = d.number("SELECT max(row) FROM cache.messages"); err != nil {
			return err
		}
		return each(d, "SELECT payload FROM outbox WHERE kind = ?1 AND fact = ?2", int(model.KindFile), int(factMessage))
	})
	for row := int64(0); row < last && err == nil; row += rowsAtOnce {
		err = s.with("look for files", func(d *conn) error {
			return each(d, "SELECT payload FROM cache.messages WHERE row > ?1 AND row <= ?2 AND kind = ?3", row, row+rowsAtOnce, int(model.KindFile))
		})
	}
	return err
}

// sharedFiles asks for the messages with files before a place. The kind is no parameter, so that the index of files is used.
const sharedFiles = "m.kind = 1 AND m.at <= ?3 AND (m.at < ?3 OR m.row < ?4) AND" + shown + "ORDER BY m.at DESC, m.row DESC"

// SharedFiles gives up to n messages of a conversation that hold files, before a place, or the newest ones for the zero place; the newest
// first. more: there are others on this computer.
func (s *Store) SharedFiles(conv model.ConversationID, before model.Cursor, n int) (list []Message, more bool, err error) {
	if before.IsZero() {
		before = model.Cursor{Time: end, Row: end}
	}
	err = s.with("read the files of a conversation", func(d *conn) error {
		c, found, err := d.find(conv)
		if err != nil || !found {
			return err
		}
		list, err = d.messages("WHERE m.conv = ?1 AND "+sharedFiles+" LIMIT ?2", c.id, n+1, before.Time, before.Row)
		if more = len(list) > n; more {
			list = list[:n]
		}
		return err
	})
	return list, more, err
}

// Uploaded notes where the file of a message of the outbox is now: in the outbox first, from which the cache is mended after a crash.
func (s *Store) Uploaded(conv model.ConversationID, id string, file model.File) (m Message, found bool, err error) {
	kind, body, payload, err := model.Encode(file)
	if err != nil {
		return m, false, err
	}
	err = s.with("note an upload", func(d *conn) error {
		err := d.run("UPDATE outbox SET kind = ?2, body = ?3, payload = ?4 WHERE id = ?1 AND fact = ?5", nil, id, int(kind), body, payload, int(factMessage))
		if err == nil {
			m, found, err = d.outgoing(id)
		}
		if err != nil || !found {
			return err
		}
		return d.tx(func() error { return d.rewrite(&m, file) })
	})
	return m, found, err
}
