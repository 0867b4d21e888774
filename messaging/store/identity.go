package store

import (
	"slices"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// identify finds the stored message that m is a copy of: by its stanza-id; where one of the two has none, by its origin-id; where one of
// the two has no origin-id either, by the message id together with the content, as careless clients use an id twice. An origin-id
// or id counts among the messages of one sender only, so that nobody can hide another's message.
//
// Two messages to which the archive gave different stanza-ids are two messages, whatever their ids and texts, with one exception: a
// client sends again what was not acknowledged when its connection was lost (XEP-0198), and a server may archive both. They have the same
// content and the same origin-id, one that is long enough to be unique and no mere number.
//
// taken are the stanza-ids that the messages in hand have already given to rows without one.
func (d *conn) identify(conv int64, m *NewMessage, taken map[int64]model.StanzaID) (Message, bool, error) {
	var rows []int64 // mostly none
	archived := int64(0)
	err := d.run(`SELECT row, 1 FROM cache.messages WHERE conv = ?1 AND stanza_id = ?2 AND stanza_id <> ''
		UNION ALL SELECT row, 0 FROM cache.messages WHERE conv = ?1 AND msg_id IN (?3, ?4) AND msg_id <> ''
		UNION ALL SELECT row, 0 FROM cache.messages WHERE conv = ?1 AND origin_id IN (?3, ?4) AND origin_id <> msg_id AND origin_id <> ''`, func(st *sqlite3.Stmt) {
		row := st.ColumnInt64(0)
		if st.ColumnBool(1) {
			archived = row
		}
		rows = append(rows, row)
	}, conv, string(m.StanzaID), m.OriginID, m.MsgID)
	if err != nil {
		return Message{}, false, err
	}
	if archived != 0 {
		return d.message("WHERE m.row = ?1", archived)
	}
	candidates, err := d.byRows(rows)
	if err != nil {
		return Message{}, false, err
	}
	named := func(c *Message) bool { // both have a stanza-id, and not the same
		return m.StanzaID != "" && (c.StanzaID != "" || taken[c.Row] != "")
	}
	other := func(c *Message) bool { return named(c) || !sameAuthor(&m.Stanza, c) }
	for i := range candidates {
		c := &candidates[i]
		if m.OriginID == "" || c.OriginID != m.OriginID || !sameAuthor(&m.Stanza, c) {
			continue
		}
		if !named(c) {
			return *c, true, nil
		}
		if len(m.OriginID) < uniqueID {
			continue
		}
		if same, err := d.sameContent(c, m); err != nil || same {
			return *c, same, err
		}
	}
	for i := range candidates {
		c := &candidates[i]
		if m.OriginID != "" && c.OriginID != "" || m.MsgID == "" || c.MsgID != m.MsgID || other(c) {
			continue
		}
		if same, err := d.sameContent(c, m); err != nil || same {
			return *c, same, err
		}
	}
	return Message{}, false, nil
}

// uniqueID is the least length of an origin-id that nobody uses twice, in bytes; a UUID has 36.
const uniqueID = 16

// byID gives the messages whose message id or origin-id is id.
func (d *conn) byID(conv int64, id string) ([]Message, error) {
	rows, err := d.numbers(`SELECT row FROM cache.messages WHERE conv = ?1 AND msg_id = ?2 AND msg_id <> ''
		UNION ALL SELECT row FROM cache.messages WHERE conv = ?1 AND origin_id = ?2 AND origin_id <> msg_id AND origin_id <> ''`, conv, id)
	if err != nil {
		return nil, err
	}
	return d.byRows(rows)
}

func (d *conn) byRows(rows []int64) (list []Message, err error) {
	slices.Sort(rows)
	for _, row := range slices.Compact(rows) {
		found, err := d.messages("WHERE m.row = ?1", row)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	return list, nil
}

// sameContent compares a stored message with one that comes in. One that was withdrawn or discarded has lost its content, so any is the same.
func (d *conn) sameContent(c *Message, m *NewMessage) (bool, error) {
	if _, withdrawn := c.Content.(model.Retracted); withdrawn || c.Content == (model.Content)(model.Text{}) {
		return true, nil
	}
	if c.Replaces != m.Replaces {
		return false, nil
	}
	if c.latest == 0 {
		return c.Content == m.Content, nil
	}
	first, err := d.firstContent(c.Row)
	return first == m.Content, err
}

// sameAuthor reports whether a stanza and a message are of one person. A room may tell who is behind a nickname at one time and hide it at
// another: then the nickname decides.
func sameAuthor(s *Stanza, m *Message) bool {
	switch {
	case s.Own || m.Own:
		return s.Own && m.Own
	case s.Author == m.Author:
		return true
	case !s.Group:
		return false
	}
	return (hidden(s.Author) || hidden(m.Author)) && s.Nick != "" && s.Nick == m.Nick
}

// hidden reports whether an author is a room's occupant of whom only the nickname is known.
func hidden(author string) bool { return strings.Contains(author, "/") }
