package store

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/ext/fts5"

	"discussions/internal/fold"
	"discussions/messaging/model"
)

// The index for searching has the folded words of each message (package fold), under a key made of its place, so that what is newest is
// found first without sorting. It holds no text of its own (a contentless table of FTS5), and a trigger takes words out when a message
// changes: what is withdrawn leaves the index with the same transaction. Words are added later, by [Store.Index], so that receiving does
// not wait for it.

// indexVersion is kept in the cache. Another one makes the index anew.
const indexVersion = fold.Version

// searchSchema makes the index. It is also a released migration: what is changed here needs a text of its own there.
const searchSchema = `
CREATE VIRTUAL TABLE cache.search USING fts5(conv, who, text, content='', columnsize=0, tokenize='unicode61 remove_diacritics 0');
INSERT INTO cache.search (search, rank) VALUES ('secure-delete', 1);
CREATE TABLE cache.indexed (               -- what the index has
	key INTEGER PRIMARY KEY,                   -- rowid in the index, see indexKey
	row INTEGER NOT NULL UNIQUE
);
CREATE TABLE cache.index_again (row INTEGER PRIMARY KEY); -- messages that have changed since
CREATE TRIGGER cache.index_change AFTER UPDATE OF at, own, author, kind, body, payload, folded ON messages BEGIN
	INSERT INTO search (search, rowid, conv, who, text)
		SELECT 'delete', key, 'c' || OLD.conv, search_who(OLD.own, OLD.author), search_text(OLD.kind, OLD.body, OLD.payload)
		FROM indexed WHERE row = OLD.row;
	DELETE FROM indexed WHERE row = OLD.row;
	INSERT OR IGNORE INTO index_again VALUES (OLD.row);
END;
CREATE TRIGGER cache.index_move AFTER UPDATE OF at ON messages WHEN OLD.latest <> 0 BEGIN -- its corrections go with it
	INSERT OR IGNORE INTO index_again SELECT row FROM messages WHERE folded = OLD.row AND folded <> 0;
END;
CREATE TRIGGER cache.index_delete AFTER DELETE ON messages
	WHEN EXISTS (SELECT 1 FROM indexed WHERE row = OLD.row) BEGIN
	INSERT INTO search (search, rowid, conv, who, text)
		SELECT 'delete', key, 'c' || OLD.conv, search_who(OLD.own, OLD.author), search_text(OLD.kind, OLD.body, OLD.payload)
		FROM indexed WHERE row = OLD.row;
	DELETE FROM indexed WHERE row = OLD.row;
END;
`

// indexKey is the key of the n-th message of a place. Messages of several conversations may have one place, and so have corrections.
func indexKey(at int64, n int64) int64 { return at<<8 + n }

// enableSearch adds to a connection what the index needs, before the cache is attached.
func enableSearch(c *sqlite3.Conn) error {
	if err := fts5.Register(c); err != nil {
		return err
	}
	const flags = sqlite3.DETERMINISTIC | sqlite3.INNOCUOUS // innocuous: triggers may call them
	err := c.CreateFunction("search_text", 3, flags, func(ctx sqlite3.Context, arg ...sqlite3.Value) {
		ctx.ResultText(indexText(model.Kind(arg[0].Int64()), arg[1].Text(), arg[2].Text()))
	})
	if err != nil {
		return err
	}
	err = c.CreateFunction("search_begins", 4, flags, func(ctx sqlite3.Context, arg ...sqlite3.Value) {
		text, begins := indexText(model.Kind(arg[0].Int64()), arg[1].Text(), arg[2].Text()), arg[3].Text()
		ctx.ResultBool(strings.HasPrefix(text, begins) || strings.Contains(text, " "+begins))
	})
	if err != nil {
		return err
	}
	return c.CreateFunction("search_who", 2, flags, func(ctx sqlite3.Context, arg ...sqlite3.Value) {
		ctx.ResultText(indexAuthor(arg[0].Bool(), arg[1].Text()))
	})
}

// indexText is what the index has of a content.
func indexText(kind model.Kind, body, payload string) string {
	if kind == model.KindText && payload == "" {
		return fold.Text(body)
	}
	switch c := model.Decode(kind, body, payload).(type) {
	case model.Text:
		return fold.Text(c.Subject + "\n" + c.Body)
	case model.File:
		words := c.Name + "\n" + c.Description
		for _, other := range c.Files()[1:] {
			words += "\n" + other.Name
		}
		return fold.Text(words)
	}
	return ""
}

// indexAuthor is one word that stands for who wrote a message.
func indexAuthor(own bool, author string) string {
	if own {
		return "own"
	}
	sum := sha256.Sum256([]byte(author))
	return "a" + hex.EncodeToString(sum[:8])
}

// Index puts up to n messages into the index that it lacks, and reports whether there are more.
func (s *Store) Index(n int) (more bool, err error) {
	err = s.with("index messages", func(d *conn) error {
		return d.tx(func() error {
			more = false
			upTo, err := d.number("SELECT value FROM cache.meta WHERE key = 'indexed'")
			if err != nil {
				return err
			}
			// Those that have their turn yet, and those that were removed.
			if err := d.run("DELETE FROM cache.index_again WHERE row > ?1 OR row NOT IN (SELECT row FROM cache.messages)", nil, upTo); err != nil {
				return err
			}
			again, err := d.indexRows("WHERE row IN (SELECT row FROM cache.index_again ORDER BY row LIMIT ?1)", n)
			if err != nil {
				return err
			}
			for _, m := range again {
				if err := d.reindex(m); err != nil {
					return err
				}
			}
			fresh, err := d.indexRows("WHERE row > ?2 ORDER BY row LIMIT ?1", n-len(again), upTo)
			if err != nil {
				return err
			}
			for _, m := range fresh {
				if err := d.index(m); err != nil {
					return err
				}
			}
			if len(fresh) > 0 {
				upTo = fresh[len(fresh)-1].row
				if err := d.run("INSERT INTO cache.meta (key, value) VALUES ('indexed', ?1) ON CONFLICT (key) DO UPDATE SET value = excluded.value", nil, upTo); err != nil {
					return err
				}
			}
			whole, err := d.indexIsWhole()
			more = !whole
			return err
		})
	})
	return more, err
}

// indexRow is a message as the index has it.
type indexRow struct {
	row, conv, at int64
	who, text     string
}

// indexRows reads messages. A correction has the place of the message that shows it.
func (d *conn) indexRows(where string, args ...any) (list []indexRow, err error) {
	err = d.run(`SELECT row, conv, CASE WHEN folded = 0 THEN at ELSE coalesce((SELECT at FROM cache.messages o WHERE o.row = m.folded), at) END,
		own, author, kind, body, payload FROM cache.messages m `+where, func(st *sqlite3.Stmt) {
		c := &columns{st: st}
		list = append(list, indexRow{
			row: c.int(), conv: c.int(), at: c.int(), who: indexAuthor(c.bool(), c.text()), text: indexText(model.Kind(c.int()), c.text(), c.text()),
		})
	}, args...)
	return list, err
}

// reindex puts a message into the index that may be there already.
func (d *conn) reindex(m indexRow) error {
	for _, sql := range []string{
		`INSERT INTO cache.search (search, rowid, conv, who, text) SELECT 'delete', key, 'c' || conv, search_who(own, author),
			search_text(kind, body, payload) FROM cache.indexed i JOIN cache.messages m ON m.row = i.row WHERE i.row = ?1`,
		"DELETE FROM cache.indexed WHERE row = ?1",
		"DELETE FROM cache.index_again WHERE row = ?1",
	} {
		if err := d.run(sql, nil, m.row); err != nil {
			return err
		}
	}
	return d.index(m)
}

// index puts a message into the index that is not there.
func (d *conn) index(m indexRow) error {
	if m.text == "" {
		return nil
	}
	low := indexKey(m.at, 0)
	key, err := d.number("SELECT coalesce(max(key) + 1, ?1) FROM cache.indexed WHERE key >= ?1 AND key < ?2", low, indexKey(m.at+1, 0))
	if err != nil {
		return err
	}
	err = d.run("INSERT INTO cache.search (rowid, conv, who, text) VALUES (?1, ?2, ?3, ?4)", nil, key, "c"+strconv.FormatInt(m.conv, 10), m.who, m.text)
	if err != nil {
		return err
	}
	return d.run("INSERT INTO cache.indexed (key, row) VALUES (?1, ?2)", nil, key, m.row)
}

func (d *conn) indexIsWhole() (bool, error) {
	n, err := d.number(`SELECT EXISTS (SELECT 1 FROM cache.index_again) OR EXISTS (SELECT 1 FROM cache.messages WHERE row >
		coalesce((SELECT value FROM cache.meta WHERE key = 'indexed'), 0))`)
	return n == 0, err
}

// renewIndex empties an index that another version has made.
func (d *conn) renewIndex() error {
	version, err := d.number("SELECT value FROM cache.meta WHERE key = 'index version'")
	if err != nil || version == indexVersion {
		return err
	}
	for _, sql := range []string{
		"INSERT INTO cache.search (search) VALUES ('delete-all')",
		"DELETE FROM cache.indexed",
		"DELETE FROM cache.index_again",
		"DELETE FROM cache.meta WHERE key = 'indexed'",
	} {
		if err := d.run(sql, nil); err != nil {
			return err
		}
	}
	return d.run("INSERT INTO cache.meta (key, value) VALUES ('index version', ?1) ON CONFLICT (key) DO UPDATE SET value = excluded.value", nil, indexVersion)
}
