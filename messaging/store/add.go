package store

import (
	"math"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// end is the place after all messages.
const end = math.MaxInt64

// talk is the row of a conversation that messages are added to. What changes of it is written once, by flush.
type talk struct {
	id     int64
	jid    string
	group  bool
	last   int64
	lastAt int64
	readAt int64

	dirty   bool
	unread  int   // more than on disk
	recount bool  // the unread messages are to be counted anew
	top     *Hole // the newest hole, once it was read
	whole   bool  // there is none
}

// talk finds or makes a conversation. Of a new one the whole archive is unknown.
func (d *session) talk(jid string, group bool) (*talk, error) {
	t := &talk{jid: jid, group: group}
	read := func(st *sqlite3.Stmt) {
		c := &columns{st: st}
		t.id, t.group, t.last, t.lastAt, t.readAt = c.int(), c.bool(), c.int(), c.int(), c.int()
	}
	const query = "SELECT id, grp, last, last_at, read_at FROM cache.conversations WHERE jid = ?1"
	found, err := d.get(query, read, jid)
	if err != nil || found {
		return t, err
	}
	err = d.run("INSERT INTO cache.conversations (jid, grp, read_at) VALUES (?1, ?2, coalesce((SELECT value FROM cache.meta WHERE key = 'baseline'), 0))", nil, jid, group)
	if err != nil {
		return t, err
	}
	if _, err = d.get(query, read, jid); err != nil {
		return t, err
	}
	return t, d.run("INSERT INTO cache.holes (conv, lo, hi, hi_at) VALUES (?1, '', '', ?2)", nil, t.id, int64(end))
}

// liveStep is the least distance between live messages, in microseconds: what was missed between them may turn up later.
const liveStep = 1000

// AddLive stores a message that came over the wire just now; it becomes the newest of its conversation.
func (s *Store) AddLive(in Incoming) (a Added, err error) {
	err = s.with("add a message", func(d *session) error {
		return d.tx(func() error {
			t, err := d.talk(in.Conv, in.Group)
			if err != nil {
				return err
			}
			a, err = d.add(t, &in, max(in.Time.UnixMicro(), t.lastAt+liveStep), false)
			if err != nil {
				return err
			}
			if err := d.boundary(t, &a); err != nil {
				return err
			}
			return d.flush(t)
		})
	})
	return a, err
}

// add stores in at a place, unless a copy is there: that one learns what in knows beyond it.
func (d *session) add(t *talk, in *Incoming, at int64, archived bool) (Added, error) {
	m, found, err := d.same(t.id, in)
	if err != nil {
		return Added{}, err
	}
	if found {
		return d.merge(t, m, in, archived)
	}
	state := Received
	if in.Own {
		state = Sent
	}
	m = Message{
		Conv: t.jid, Group: t.group, At: at, Author: in.Author, Nick: in.Nick, Own: in.Own, Body: in.Body, Time: time.UnixMicro(in.Time.UnixMicro()), State: state,
		MsgID: in.MsgID, OriginID: in.OriginID, StanzaID: in.StanzaID, Archived: archived, Markable: in.Markable,
	}
	return Added{Message: m, New: true}, d.insert(t, &m)
}

// insert writes m, sets its row, and notes in t what it changes of the conversation.
func (d *session) insert(t *talk, m *Message) error {
	err := d.run(`INSERT INTO cache.messages (conv, at, time, own, author, nick, body, state, msg_id, origin_id, stanza_id, archived, markable)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)`, nil,
		t.id, m.At, m.Time.UnixMicro(), m.Own, m.Author, m.Nick, m.Body, int(m.State), m.MsgID, m.OriginID, m.StanzaID, m.Archived, m.Markable)
	if err != nil {
		return err
	}
	m.Row = d.conn.LastInsertRowID()
	if m.At > t.lastAt || t.last == 0 {
		t.last, t.lastAt, t.dirty = m.Row, m.At, true
	}
	switch {
	case !m.Own && m.At > t.readAt:
		t.unread++
		t.dirty = true
	case m.Own && m.State != Queued:
		// Who answered on another device has read what came before.
		t.readUpTo(m.At)
	}
	return nil
}

// merge adds to the stored m what a copy of it knows.
func (d *session) merge(t *talk, m Message, in *Incoming, archived bool) (Added, error) {
	before := m
	if m.StanzaID == "" {
		m.StanzaID = in.StanzaID
	}
	if m.OriginID == "" && !m.Own { // the ID of an own message is its origin-id: it stays what it was
		m.OriginID = in.OriginID
	}
	m.Archived = m.Archived || archived
	m.Markable = m.Markable || in.Markable
	if m.Own && m.State == Queued {
		m.State = Sent // it came back: the server has it
	}
	if m == before {
		return Added{Message: m}, nil
	}
	err := d.run("UPDATE cache.messages SET stanza_id = ?2, origin_id = ?3, archived = ?4, markable = ?5, state = ?6 WHERE row = ?1", nil,
		m.Row, m.StanzaID, m.OriginID, m.Archived, m.Markable, int(m.State))
	return Added{Message: m, Changed: m.State != before.State, first: m.Archived && !before.Archived && !m.Own}, err
}

// readUpTo takes the messages up to a place as seen.
func (t *talk) readUpTo(at int64) {
	if at > t.readAt {
		t.readAt, t.recount, t.dirty = at, true, true
	}
}

// flush writes what changed of a conversation.
func (d *session) flush(t *talk) error {
	if !t.dirty {
		return nil
	}
	const row = "UPDATE cache.conversations SET last = ?2, last_at = ?3, read_at = ?4, unread = "
	var err error
	if t.recount {
		err = d.run(row+"(SELECT count(*) FROM cache.messages WHERE conv = ?1 AND at > ?4 AND own = 0) WHERE id = ?1", nil, t.id, t.last, t.lastAt, t.readAt)
	} else {
		err = d.run(row+"unread + ?5 WHERE id = ?1", nil, t.id, t.last, t.lastAt, t.readAt, t.unread)
	}
	t.dirty, t.recount, t.unread = false, false, 0
	return err
}
