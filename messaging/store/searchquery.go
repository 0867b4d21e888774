package store

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ncruces/go-sqlite3"

	"discussions/internal/fold"
	"discussions/messaging/model"
)

// Search is a query of the index.
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

// A word of which only a few letters are typed begins many words of the language. The index would join the places of all of them before it
// gives the first. So the newest messages are looked through first: if it is frequent, there are enough of them, and if it is rare, the
// index is quick.
const (
	fewLetters = 3
	looked     = 200  // messages looked through at a time
	mostLooked = 1000 // and at most
)

// question is a [Search] in the query language of FTS5. Its parts are joined by AND.
type question struct {
	words, filters []string
	begins         string // the beginning of a word, if it has few letters: the last of words asks for it as well
	from, before   int64  // keys; SQLite follows one limit of each side
}

// match has all parts of a question, or those but the beginning of the last word; it is "" if there is none.
func (q *question) match(begins bool) string {
	words := q.words
	if !begins {
		words = words[:len(words)-1]
	}
	var parts []string
	if len(words) > 0 {
		parts = append(parts, "text : ("+strings.Join(words, " AND ")+")")
	}
	return strings.Join(append(parts, q.filters...), " AND ")
}

// Search finds messages in the index. The end of ctx interrupts it.
func (s *Store) Search(ctx context.Context, q Search) (f Found, err error) {
	err = s.with("search", func(d *conn) error {
		f = Found{}
		defer d.db.SetInterrupt(d.db.SetInterrupt(ctx))
		return wordless(d.read(func() error {
			var err error
			if f.Whole, err = d.indexIsWhole(); err != nil {
				return err
			}
			asked, found, err := d.question(q)
			if err != nil || !found {
				return err
			}
			f.Before = asked.before
			if asked.begins != "" {
				for n := 0; n < mostLooked && len(f.Messages) < q.Limit && f.Before != 0; n += looked {
					if err := d.lookOn(&f, q.Limit, asked); err != nil {
						return err
					}
				}
			}
			for len(f.Messages) < q.Limit && f.Before != 0 {
				if err := d.searchOn(&f, q.Limit, asked); err != nil {
					return err
				}
			}
			return nil
		}))
	})
	if ctx.Err() != nil {
		return Found{}, ctx.Err()
	}
	return f, err
}

// searchOn adds the next messages that the index gives to what was found, up to the limit.
func (d *conn) searchOn(f *Found, limit int, q question) error {
	return d.addFound(f, limit, limit, `SELECT i.key, i.row, 1 FROM (SELECT rowid r FROM cache.search WHERE search MATCH ?1
		AND rowid < ?2 AND rowid >= ?3 ORDER BY rowid DESC LIMIT ?4) JOIN cache.indexed i ON i.key = r ORDER BY i.key DESC`,
		q.match(true), f.Before, q.from, limit)
}

// lookOn looks through the next messages that have all but the beginning of the last word, and adds those that have that as well.
func (d *conn) lookOn(f *Found, limit int, q question) error {
	const has = "SELECT i.key, i.row, search_begins(m.kind, m.body, m.payload, ?5) FROM "
	const inOrder = "CROSS JOIN cache.messages m ON m.row = i.row ORDER BY i.key DESC"
	if match := q.match(false); match != "" {
		return d.addFound(f, limit, looked, has+`(SELECT rowid r FROM cache.search WHERE search MATCH ?1
			AND rowid < ?2 AND rowid >= ?3 ORDER BY rowid DESC LIMIT ?4) CROSS JOIN cache.indexed i ON i.key = r `+inOrder,
			match, f.Before, q.from, looked, q.begins)
	}
	return d.addFound(f, limit, looked, has+`(SELECT key, row FROM cache.indexed WHERE ?1 = '' AND key < ?2 AND key >= ?3
		ORDER BY key DESC LIMIT ?4) i `+inOrder, "", f.Before, q.from, looked, q.begins)
}

// addFound adds the messages that a statement gives, up to the limit: it gives at most n keys, rows and whether they are wanted.
func (d *conn) addFound(f *Found, limit, n int, sql string, args ...any) error {
	type hit struct {
		key, row int64
		wanted   bool
	}
	var hits []hit
	err := d.run(sql, func(st *sqlite3.Stmt) {
		c := &columns{st: st}
		hits = append(hits, hit{c.int(), c.int(), c.bool()})
	}, args...)
	if err != nil {
		return err
	}
	for _, h := range hits {
		f.Before = h.key
		if !h.wanted {
			continue
		}
		m, shown, err := d.foundMessage(h.row)
		if err != nil {
			return err
		}
		if shown {
			f.Messages = append(f.Messages, m)
		}
		if len(f.Messages) == limit {
			return nil
		}
	}
	if len(hits) < n {
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

// question translates a search into the query language of FTS5; found is false if nothing can match.
func (d *conn) question(s Search) (q question, found bool, err error) {
	for _, w := range fold.Words(s.Text) {
		word := `"` + w.Folded + `"` // letters and digits
		switch begun := w.End == len(s.Text); {
		case begun && len(q.words) > 0 && len(w.Folded) == 1 && unicode.IsLetter(rune(w.Folded[0])):
			continue // some letters begin a third of all words: the filter is not worth its cost
		case begun:
			word += " *"
			if utf8.RuneCountInString(w.Folded) <= fewLetters {
				q.begins = w.Folded
			}
		}
		q.words = append(q.words, word)
	}
	if q.words == nil {
		return q, false, nil
	}
	if s.Conv != "" {
		c, known, err := d.find(s.Conv)
		if err != nil || !known {
			return q, false, err
		}
		q.filters = append(q.filters, fmt.Sprintf(`conv : "c%d"`, c.id))
	}
	if s.Own || s.Author != "" {
		q.filters = append(q.filters, `who : "`+indexAuthor(s.Own, s.Author)+`"`)
	}
	q.from, q.before = math.MinInt64, math.MaxInt64
	if s.Before != 0 {
		q.before = s.Before
	}
	if !s.From.IsZero() {
		q.from = indexKey(s.From.UnixMicro(), 0)
	}
	if !s.Until.IsZero() {
		q.before = min(q.before, indexKey(s.Until.UnixMicro(), 0))
	}
	return q, true, nil
}
