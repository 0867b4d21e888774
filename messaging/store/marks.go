package store

import (
	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// Receipts (XEP-0184) and displayed markers (XEP-0333) say that everything up to a message was delivered, or seen. They are kept as
// facts until later ones make them superfluous; the places that they come to stand in the conversation.

// reached notes that the other person has an own message for certain.
func (in *ingest) reached(c *conversation, m *Message) error {
	if m.OriginID != "" {
		in.result.Delivered = append(in.result.Delivered, m.OriginID)
	}
	if m.State != model.Queued && m.State != model.Failed {
		return nil
	}
	m.State = model.Sent
	c.dirty = true
	in.change(m.Row, Changed)
	return in.run("UPDATE cache.messages SET state = 2, failure = '' WHERE row = ?1", nil, m.Row)
}

// applyMarks works out up to where messages were read and delivered.
func (in *ingest) applyMarks(c *conversation) error {
	var floors, marks [6]int64
	_, err := in.get("SELECT read_floor, got_floor, peer_read_floor FROM cache.conversations WHERE id = ?1", func(st *sqlite3.Stmt) {
		floors[factRead], floors[factReceipt], floors[factDisplayed] = st.ColumnInt64(0), st.ColumnInt64(1), st.ColumnInt64(2)
	}, c.id)
	if err != nil {
		return err
	}
	marks = floors
	first := factReceipt
	if c.group { // a group's readers are stored elsewhere
		first = factRead
	}
	err = in.run("SELECT r.kind, max("+markPlace+`) FROM cache.relations r JOIN cache.messages m ON m.row = r.row
		WHERE r.conv = ?1 AND r.kind >= ?2 AND r.kind >= 3 AND r.kind <= 5 AND r.row <> 0 GROUP BY r.kind`, func(st *sqlite3.Stmt) {
		kind := st.ColumnInt(0)
		marks[kind] = max(marks[kind], st.ColumnInt64(1))
	}, c.id, int(first))
	if err != nil {
		return err
	}
	// An answer from another device shows that the user has read what came before.
	own, err := in.number("SELECT at FROM cache.messages WHERE conv = ?1 AND own = 1 AND author <> '' ORDER BY at DESC LIMIT 1", c.id)
	if err != nil {
		return err
	}
	read := max(marks[factRead], own)
	got, peerRead := marks[factReceipt], marks[factDisplayed]
	if err := in.reachedUpTo(c, max(got, peerRead), peerRead); err != nil {
		return err
	}
	if read != c.readAt || got != c.gotAt || peerRead != c.peerReadAt {
		c.recount = c.recount || read != c.readAt
		c.readAt, c.gotAt, c.peerReadAt, c.dirty = read, got, peerRead, true
	}
	return in.prune(c)
}

// reachedUpTo notes which own messages are shown as delivered or read from now on.
func (in *ingest) reachedUpTo(c *conversation, got, read int64) error {
	for _, step := range [][2]int64{{c.gotAt, got}, {c.peerReadAt, read}} {
		if step[0] == step[1] {
			continue
		}
		rows, err := in.numbers("SELECT row FROM cache.messages WHERE conv = ?1 AND own = 1 AND state <> 1 AND state <> 5 AND at > ?2 AND at <= ?3 ORDER BY at, row",
			c.id, min(step[0], step[1]), max(step[0], step[1]))
		if err != nil {
			return err
		}
		for _, row := range rows {
			in.change(row, Changed)
		}
	}
	return nil
}

// prune deletes marks that later ones make superfluous, once the archive has told the places of both: in a group, of each person. What lies in a
// gap between a mark and its message may be another copy of that, and a mark that came live may itself belong into a gap.
func (in *ingest) prune(c *conversation) error {
	return in.run(`WITH p AS (SELECT r.id, r.kind, r.author, r.at AS said, m.at, `+markPlace+` AS place, r.archived = 1 OR r.target = ''
				OR NOT EXISTS (SELECT 1 FROM cache.gaps g WHERE g.conv = ?1 AND (g.lo <> '' OR g.backlog <> 0)) AS sure
			FROM cache.relations r JOIN cache.messages m ON m.row = r.row WHERE r.conv = ?1 AND r.kind >= 3 AND r.kind <= 5 AND r.row <> 0 AND m.archived = 1),
		q AS (SELECT *, first_value(id) OVER w AS newest, first_value(place) OVER w AS upto, first_value(sure) OVER w AS certain
			FROM p WINDOW w AS (PARTITION BY kind, author ORDER BY sure DESC, place DESC, id DESC))
		DELETE FROM cache.relations WHERE id IN (SELECT id FROM q WHERE id <> newest AND place <= upto AND certain
			AND NOT EXISTS (SELECT 1 FROM cache.gaps g WHERE g.conv = ?1 AND g.hi_at > q.at AND g.hi_at <= q.said))`, nil, c.id)
}
