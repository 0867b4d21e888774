package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/ext/fts5"

	"discussions/internal/fold"
	"discussions/messaging/model"
)

// The index for searching has the folded words of each message (package fold), under a key made of its place, so that what is newest is
// found first without sorting. It holds no text of its own (a contentless table of FTS5), and a trigger takes words out when a message
// changes: what is withdrawn leaves the index with the same transaction. Words are put in later, by [Store.Index], so that receiving does
// not wait for it.

// Search is a question to the index.
type Search struct {
	Text string // a message has all of its words; the last is the beginning of one, unless something follows it or it is one letter

	Conv        model.ConversationID // "": in all
	Author      string               // bare JID or room/nick of who wrote it; "": anybody
	Own         bool                 // only what the user wrote
	From, Until time.Time            // written in that time; zero: without a limit

	Before int64 // continues after the key of an earlier answer; 0: from the newest on
	Limit  int
}

// Found is the answer: the newest first.
type Found struct {
	Messages []Message
	Before   int64 // for the next part; 0: there is no more
	Whole    bool  // the index has all messages of the cache
}

// indexVersion is kept in the cache. Another one makes the index anew.
const indexVersion = fold.Version

const indexMigration = `
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

// Search finds messages in the index. The end of ctx interrupts it.
func (s *Store) Search(ctx context.Context, q Search) (f Found, err error) {
	err = s.with("search", func(d *conn) error {
		f = Found{}
		defer d.db.SetInterrupt(d.db.SetInterrupt(ctx))
		return d.read(func() error {
			var err error
			if f.Whole, err = d.indexIsWhole(); err != nil {
				return err
			}
			match, found, err := d.match(q)
			if err != nil || !found {
				return err
			}
			f.Before = q.Before
			if f.Before == 0 {
				f.Before = math.MaxInt64
			}
			for len(f.Messages) < q.Limit && f.Before != 0 {
				if err := d.searchOn(&f, q, match); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if ctx.Err() != nil {
		return Found{}, ctx.Err()
	}
	return f, err
}

// searchOn adds the next messages to what was found, up to the limit.
func (d *conn) searchOn(f *Found, q Search, match string) error {
	from, until := int64(math.MinInt64), int64(math.MaxInt64)
	if !q.From.IsZero() {
		from = indexKey(q.From.UnixMicro(), 0)
	}
	if !q.Until.IsZero() {
		until = indexKey(q.Until.UnixMicro(), 0)
	}
	var keys []int64
	rows := map[int64]int64{}
	err := d.run(`SELECT i.key, i.row FROM (SELECT rowid r FROM cache.search WHERE search MATCH ?1 AND rowid < ?2 AND rowid >= ?3 AND rowid < ?4
		ORDER BY rowid DESC LIMIT ?5) JOIN cache.indexed i ON i.key = r ORDER BY i.key DESC`, func(st *sqlite3.Stmt) {
		c := &columns{st: st}
		key := c.int()
		keys = append(keys, key)
		rows[key] = c.int()
	}, match, f.Before, from, until, q.Limit)
	if err != nil {
		return err
	}
	for _, key := range keys {
		m, shown, err := d.foundMessage(rows[key])
		if err != nil {
			return err
		}
		f.Before = key
		if shown {
			f.Messages = append(f.Messages, m)
		}
		if len(f.Messages) == q.Limit {
			return nil
		}
	}
	if len(keys) < q.Limit {
		f.Before = 0
	}
	return nil
}

// foundMessage gives the message in which the words of a row are shown: the row itself or, of a correction, the message that shows it.
func (d *conn) foundMessage(row int64) (m Message, found bool, err error) {
	return d.message(`WHERE m.row = (SELECT CASE WHEN f.folded = 0 AND f.latest = 0 THEN f.row
		WHEN f.folded <> 0 AND (SELECT o.latest FROM cache.messages o WHERE o.row = f.folded) = f.row THEN f.folded END
		FROM cache.messages f WHERE f.row = ?1)`, row)
}

// match is the question in the language of FTS5; found is false where nothing can match.
func (d *conn) match(q Search) (match string, found bool, err error) {
	var words []string
	for _, w := range fold.Words(q.Text) {
		word := `"` + w.Folded + `"` // letters and digits
		switch begun := w.End == len(q.Text); {
		case begun && len(words) > 0 && len(w.Folded) == 1 && unicode.IsLetter(rune(w.Folded[0])):
			continue // a third of all words begin with some letters: it says too little for what it costs
		case begun:
			word += " *"
		}
		words = append(words, word)
	}
	if words == nil {
		return "", false, nil
	}
	match = "text : (" + strings.Join(words, " AND ") + ")"
	if q.Conv != "" {
		c, known, err := d.find(q.Conv)
		if err != nil || !known {
			return "", false, err
		}
		match += fmt.Sprintf(` AND conv : "c%d"`, c.id)
	}
	if q.Own || q.Author != "" {
		match += ` AND who : "` + indexAuthor(q.Own, q.Author) + `"`
	}
	return match, true, nil
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
