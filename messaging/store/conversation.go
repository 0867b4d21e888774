package store

import (
	"math"

	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// end is the place after all messages.
const end = math.MaxInt64

// conversation is the row of a conversation that facts are added to. What changes of it is written once, by [ingest.finish].
type conversation struct {
	id    int64
	jid   model.ConversationID
	group bool

	last, lastAt int64 // row and place of the newest message that is shown
	readAt       int64 // messages up to this place were seen
	gotAt        int64 // own messages up to this place were delivered
	peerReadAt   int64 // and read, by the other person

	dirty   bool
	touched bool // the list shows it otherwise
	unread  int  // more than on disk
	recount bool // the unread messages are to be counted anew
	added   added
	marks   bool // places up to which something was read or delivered have changed, or may have
	related bool // facts about messages came in

	top   *Gap // the newest gap, once it was read
	noGap bool // there is none

	known map[string]bool // ids that facts name, see [ingest.targets]; nil: to be looked up one by one
}

// added is the last message that was inserted, and what was before it.
type added struct {
	row, last, lastAt int64
	unread            bool // it was counted
}

// hide takes a message out of the list that was shown until now. Where that is the last one that was inserted, nothing has to be counted
// anew, however long the conversation is.
func (c *conversation) hide(row int64) {
	c.dirty = true
	if a := c.added; row == a.row {
		if c.last == row {
			c.last, c.lastAt = a.last, a.lastAt
		}
		if a.unread {
			c.unread--
		}
		c.added = added{}
		return
	}
	c.recount = true
}

const conversationQuery = "SELECT id, grp, last, last_at, read_at, got_at, peer_read_at FROM cache.conversations WHERE jid = ?1"

// find reads a conversation; found is false where there is none.
func (d *conn) find(jid model.ConversationID) (c *conversation, found bool, err error) {
	c = &conversation{jid: jid}
	found, err = d.get(conversationQuery, func(st *sqlite3.Stmt) {
		r := &columns{st: st}
		c.id, c.group, c.last, c.lastAt, c.readAt, c.gotAt, c.peerReadAt = r.int(), r.bool(), r.int(), r.int(), r.int(), r.int(), r.int()
	}, string(jid))
	return c, found, err
}

// conversation reads a conversation and makes it where there is none. A new one starts with one gap, which covers its whole archive.
// unlisted makes a group that is not in the list.
func (d *conn) conversation(jid model.ConversationID, group, unlisted bool) (*conversation, error) {
	c, found, err := d.find(jid)
	if err != nil || found {
		return c, err
	}
	err = d.run(`INSERT INTO cache.conversations (jid, grp, gone, read_at, read_floor) VALUES (?1, ?2, ?3,
		coalesce((SELECT value FROM cache.meta WHERE key = 'baseline'), 0), coalesce((SELECT value FROM cache.meta WHERE key = 'baseline'), 0))`,
		nil, string(jid), group, unlisted)
	if err != nil {
		return c, err
	}
	if c, _, err = d.find(jid); err != nil {
		return c, err
	}
	return c, d.run("INSERT INTO cache.gaps (conv, lo, hi, hi_at, upto) VALUES (?1, '', '', ?2, coalesce((SELECT max(id) FROM cache.backlogs), 0))", nil, c.id, int64(end))
}

// readUpTo takes the messages up to a place as seen, whatever else is known.
func (d *conn) readUpTo(c *conversation, at int64) error {
	c.marks = true
	return d.run("UPDATE cache.conversations SET read_floor = max(read_floor, ?2) WHERE id = ?1", nil, c.id, at)
}

// newest gives the highest place that a message or a relation of a conversation has.
func (d *conn) newest(c *conversation) (int64, error) {
	return d.number(`SELECT max(coalesce((SELECT max(at) FROM cache.messages WHERE conv = ?1), 0), coalesce((SELECT max(at) FROM cache.relations WHERE conv = ?1), 0))`, c.id)
}

// insert writes m, sets its row, and notes in c what it changes of the conversation.
func (in *ingest) insert(c *conversation, m *Message) error {
	if err := in.conn.insert(c, m); err != nil {
		return err
	}
	in.settleCorrection(c, m)
	if m.Reply != nil && m.Reply.Fallback != "" {
		in.answers = append(in.answers, answer{c, m.Row, m.Reply.ID})
	}
	if _, withdrawn := m.Content.(model.Retracted); withdrawn {
		in.isGone(c, m)
	}
	return in.settleMessage(c, m, m.At)
}

func (d *conn) insert(c *conversation, m *Message) error {
	kind, body, payload, err := model.Encode(m.Content)
	if err != nil {
		return err
	}
	err = d.run(`INSERT INTO cache.messages (conv, at, time, own, author, nick, body, state, msg_id, origin_id, stanza_id, archived, markable,
		kind, payload, replaces, reply, mention) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)`, nil,
		c.id, m.At, m.Time.UnixMicro(), m.Own, m.Author, m.Nick, body, int(m.State), m.MsgID, m.OriginID, string(m.StanzaID), m.Archived, m.Markable,
		int(kind), payload, m.Replaces, encodeReply(m.Reply), !m.Own && mentionsMe(m.Content))
	if err != nil {
		return err
	}
	m.Row = d.db.LastInsertRowID()
	c.added = added{m.Row, c.last, c.lastAt, false}
	if m.At > c.lastAt || c.last == 0 {
		c.last, c.lastAt, c.dirty = m.Row, m.At, true
	}
	switch {
	case m.Own:
		c.marks = c.marks || m.Author != ""
	case kind != model.KindNotice && m.At > c.readAt:
		c.unread++
		c.dirty, c.added.unread = true, true
	}
	return nil
}

// mentionsMe reports whether a content names this account.
func mentionsMe(c model.Content) bool {
	text, ok := c.(model.Text)
	return ok && text.Mentions.Me()
}

// finish derives a conversation's row from its messages and marks, and writes it.
func (in *ingest) finish(c *conversation) error {
	if c.related {
		if err := in.dropOldest(c); err != nil {
			return err
		}
	}
	if c.marks {
		if err := in.applyMarks(c); err != nil {
			return err
		}
	}
	c.touched = c.touched || c.dirty
	return in.flush(c)
}

// flush writes what changed of a conversation.
func (d *conn) flush(c *conversation) error {
	if !c.dirty {
		return nil
	}
	if c.recount { // messages have moved, or are not shown any more
		c.last, c.lastAt = 0, 0
		_, err := d.get("SELECT row, at FROM cache.messages WHERE conv = ?1 AND folded = 0 ORDER BY at DESC, row DESC LIMIT 1", func(st *sqlite3.Stmt) {
			c.last, c.lastAt = st.ColumnInt64(0), st.ColumnInt64(1)
		}, c.id)
		if err != nil {
			return err
		}
	}
	const set = "UPDATE cache.conversations SET last = ?2, last_at = ?3, read_at = ?4, got_at = ?5, peer_read_at = ?6, unread = "
	var err error
	if c.recount {
		d.counted = false
		err = d.run(set+"(SELECT count(*) FROM cache.messages WHERE conv = ?1 AND at > ?4 AND own = 0 AND folded = 0 AND kind <> 4) WHERE id = ?1", nil,
			c.id, c.last, c.lastAt, c.readAt, c.gotAt, c.peerReadAt)
	} else {
		if !d.muted[c.jid] {
			d.unread += int64(c.unread)
		}
		err = d.run(set+"unread + ?7 WHERE id = ?1", nil, c.id, c.last, c.lastAt, c.readAt, c.gotAt, c.peerReadAt, c.unread)
	}
	if err != nil {
		d.counted = false
	}
	c.dirty, c.recount, c.unread = false, false, 0
	return err
}
