package store

import (
	"time"

	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// In a group a displayed marker (XEP-0333) is of one person: it says how far that one has read.

// Reader is a member of a group who has read a message.
type Reader struct {
	Author string // bare JID or room/nick
	Nick   string
	Time   time.Time // of the last thing that they have read: they read the message then, or before
	at     int64     // its place
}

// readers gives how far each person of a group has read, the account aside.
func (d *conn) readers(c *conversation) (list []Reader, err error) {
	if !c.group {
		return nil, nil
	}
	at := map[string]int{}
	err = d.run(`SELECT r.author, r.nick, r.time, m.at FROM cache.relations r JOIN cache.messages m ON m.row = r.row
		WHERE r.conv = ?1 AND r.kind = ?2 AND r.kind >= 3 AND r.kind <= 5 AND r.row <> 0 AND r.own = 0 ORDER BY r.at, r.id`, func(st *sqlite3.Stmt) {
		col := &columns{st: st}
		r := Reader{Author: col.text(), Nick: col.text(), Time: time.UnixMicro(col.int()), at: col.int()}
		i, known := at[r.Author]
		switch {
		case !known:
			at[r.Author] = len(list)
			list = append(list, r)
		case r.at > list[i].at:
			list[i] = r
		}
	}, c.id, int(factDisplayed))
	return list, err
}

// countReaders notes how many have read each own message of a group.
func (d *conn) countReaders(c *conversation, messages []Message) error {
	some := false
	for i := range messages {
		some = some || messages[i].Own
	}
	if !c.group || !some {
		return nil
	}
	list, err := d.readers(c)
	for i := range messages {
		for _, r := range list {
			if m := &messages[i]; m.Own && r.at >= m.At && r.Author != m.Author {
				m.ReadBy++
			}
		}
	}
	return err
}

// Readers gives who has read an own message of a group.
func (s *Store) Readers(conv model.ConversationID, id model.MessageID) (list []Reader, err error) {
	m, found, err := s.Message(conv, id)
	if err != nil || !found || !m.Own {
		return nil, err
	}
	err = s.with("find who has read a message", func(d *conn) error {
		list = nil
		c, known, err := d.find(conv)
		if err != nil || !known {
			return err
		}
		all, err := d.readers(c)
		for _, r := range all {
			if r.at >= m.At && r.Author != m.Author {
				list = append(list, r)
			}
		}
		return err
	})
	return list, err
}

// mostNewlyRead is how many own messages one marker shows otherwise: older ones come with their page.
const mostNewlyRead = 200

// readByOne adds a reader to the own messages that a marker covers.
func (in *ingest) readByOne(c *conversation, r *relation, m *Message) error {
	before, err := in.number(`SELECT coalesce(max(m.at), 0) FROM cache.relations r JOIN cache.messages m ON m.row = r.row
		WHERE r.conv = ?1 AND r.kind = ?2 AND r.kind >= 3 AND r.kind <= 5 AND r.author = ?3 AND r.row <> 0 AND r.id <> ?4`, c.id, int(factDisplayed), r.author, r.id)
	if err != nil {
		return err
	}
	rows, err := in.numbers("SELECT row FROM cache.messages WHERE conv = ?1 AND own = 1 AND folded = 0 AND at > ?2 AND at <= ?3 ORDER BY at DESC LIMIT ?4", c.id, before, m.At, mostNewlyRead)
	for _, row := range rows {
		in.change(row, Changed)
	}
	return err
}

// countChanged counts the readers of the groups' own messages that have changed.
func (in *ingest) countChanged() error {
	for _, c := range in.order {
		if !c.group {
			continue
		}
		var at []int
		var list []Message
		for i := range in.result.Changes {
			if m := &in.result.Changes[i].Message; m.Own && m.Conv == c.jid && in.result.Changes[i].Kind == Changed {
				at, list = append(at, i), append(list, *m)
			}
		}
		if err := in.countReaders(c, list); err != nil {
			return err
		}
		for k, i := range at {
			in.result.Changes[i].Message.ReadBy = list[k].ReadBy
		}
	}
	return nil
}
