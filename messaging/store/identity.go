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
		UNION ALL SELECT row, 0 FROM (SELECT row FROM cache.messages WHERE conv = ?1 AND msg_id = ?3 AND msg_id <> '' ORDER BY row DESC LIMIT ?5)
		UNION ALL SELECT row, 0 FROM (SELECT row FROM cache.messages WHERE ?4 <> ?3 AND conv = ?1 AND msg_id = ?4 AND msg_id <> '' ORDER BY row DESC LIMIT ?5)
		UNION ALL SELECT row, 0 FROM (SELECT row FROM cache.messages WHERE conv = ?1 AND origin_id = ?3 AND origin_id <> msg_id AND origin_id <> '' ORDER BY row DESC LIMIT ?5)
		UNION ALL SELECT row, 0 FROM (SELECT row FROM cache.messages WHERE ?4 <> ?3 AND conv = ?1 AND origin_id = ?4 AND origin_id <> msg_id AND origin_id <> '' ORDER BY row DESC LIMIT ?5)`, func(st *sqlite3.Stmt) {
		row := st.ColumnInt64(0)
		if st.ColumnBool(1) {
			archived = row
		}
		rows = append(rows, row)
	}, conv, string(m.StanzaID), m.OriginID, m.MsgID, mostNamesakes)
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
	other := func(c *Message) bool { return named(c) || !sameNames(&m.Stanza, c) }
	for i := range candidates {
		c := &candidates[i]
		if m.OriginID == "" || c.OriginID != m.OriginID || !sameNames(&m.Stanza, c) {
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

// mostNamesakes is how many messages of one conversation that have the same id are looked at, those that came last: a client that uses an id again
// and again must not make each message cost more than the one before.
const mostNamesakes = 50

// byID gives the messages whose message id or origin-id is id.
func (d *conn) byID(conv int64, id string) ([]Message, error) {
	rows, err := d.numbers(`SELECT row FROM (SELECT row FROM cache.messages WHERE conv = ?1 AND msg_id = ?2 AND msg_id <> '' ORDER BY row DESC LIMIT ?3)
		UNION ALL SELECT row FROM (SELECT row FROM cache.messages WHERE conv = ?1 AND origin_id = ?2 AND origin_id <> msg_id AND origin_id <> '' ORDER BY row DESC LIMIT ?3)`,
		conv, id, mostNamesakes)
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
		return sameText(c.Content, m.Content), nil
	}
	first, err := d.firstContent(c.Row)
	return sameText(first, m.Content), err
}

// sameText compares contents without what this computer alone knows of them: whom they mention, and what was answered.
func sameText(a, b model.Content) bool { return asWritten(a) == asWritten(b) }

func asWritten(c model.Content) model.Content {
	switch c := c.(type) {
	case model.Text:
		c.Mentions = ""
		return c
	case model.Invitation:
		c.Answer = model.Unanswered
		return c
	}
	return c
}

// claim finds out whether a fact of somebody of whom only the nickname is known is this account's own: the room has sent back what this
// computer wrote. It has the id that this computer chose, and the same content. Nobody could have that id before the room sent it to
// all, and a later repetition of it changes nothing.
func (in *ingest) claim(c *conversation, f Fact) error {
	s := f.Source()
	if !s.Group || s.Own || !nicknameOnly(s.Author) {
		return nil
	}
	m, ok := f.(*NewMessage)
	if !ok {
		return in.claimRelation(c, f)
	}
	for _, id := range []string{m.OriginID, m.MsgID} {
		if len(id) < uniqueID {
			continue
		}
		stored, found, err := in.byOrigin(c.id, id)
		if err != nil || !found {
			return err
		}
		s.Own, err = in.sameContent(&stored, m)
		return err
	}
	return nil
}

func (in *ingest) claimRelation(c *conversation, f Fact) error {
	s := f.Source()
	if len(s.MsgID) < uniqueID || f.kind() == factKept {
		return nil
	}
	_, value := relationOf(f)
	encoded, err := encodeValue(value)
	if err != nil {
		return err
	}
	found, err := in.number(`SELECT count(*) FROM cache.relations WHERE conv = ?1 AND own = 1 AND msg_id = ?2 AND kind = ?3 AND value = ?4
		AND (stanza_id = '' OR stanza_id = ?5)`, c.id, s.MsgID, int(f.kind()), encoded, string(s.StanzaID))
	s.Own = err == nil && found > 0
	return err
}

// sameAuthor reports whether a stanza and a message are of one person for certain, who may correct and withdraw the message then. Where
// only a nickname is known it is never certain.
func sameAuthor(s *Stanza, m *Message) bool {
	if s.Own || m.Own {
		return s.Own && m.Own
	}
	return s.Author == m.Author && !nicknameOnly(s.Author)
}

// sameNames reports whether a stanza can be a copy of a message, by what both say of their author. A room may tell who is behind a nickname
// at one time and hide it at another: then the nickname decides.
func sameNames(s *Stanza, m *Message) bool {
	switch {
	case s.Own || m.Own:
		return s.Own && m.Own
	case s.Author == m.Author:
		return true
	case !s.Group || strings.Contains(s.Author, occupantMark) && strings.Contains(m.Author, occupantMark):
		return false
	}
	return (hidden(s.Author) || hidden(m.Author)) && s.Nick != "" && s.Nick == m.Nick
}

// occupantMark begins the occupant-id in an author. No nickname has it, as XML does not.
const occupantMark = "/\x1f"

// Occupant is the author of whom a room tells nothing but an occupant-id (XEP-0421).
func Occupant(room model.ConversationID, id string) string { return string(room) + occupantMark + id }

// hidden reports whether the room hides an author's address.
func hidden(author string) bool { return strings.Contains(author, "/") }

// nicknameOnly reports whether nothing but the nickname of an author is known.
func nicknameOnly(author string) bool {
	return hidden(author) && !strings.Contains(author, occupantMark)
}
