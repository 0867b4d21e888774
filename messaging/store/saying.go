package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// What the user says about a message goes through the outbox like a message: a correction and an answer are messages, a withdrawal and
// reactions are facts. All of them show at once.

// encodeOutgoing gives the form of what is sent on disk.
func encodeOutgoing(o *Outgoing) (fact factKind, kind model.Kind, body, payload string, err error) {
	var value any
	switch {
	case o.Retracts:
		return factRetraction, 0, "", "", nil
	case o.Reacts:
		fact, value = factReactions, o.Emoji
	default:
		kind, body, payload, err = model.Encode(o.Content)
		return factMessage, kind, body, payload, err
	}
	payload, err = encodeValue(value)
	return fact, 0, "", payload, err
}

func decodeOutgoing(o *Outgoing, fact factKind, kind model.Kind, body, payload string) {
	switch fact {
	case factRetraction:
		o.Retracts = true
	case factReactions:
		o.Reacts = true
		_ = json.Unmarshal([]byte(payload), &o.Emoji) // damaged ones count as taken back
	default:
		o.Content = model.Decode(kind, body, payload)
	}
}

// fact is what the user says about a message, as if it had come from another device.
func (o *Outgoing) fact(target string) Fact {
	st := Stanza{Conv: o.Conv, Group: o.Group, Own: true, Time: o.Time, MsgID: o.ID, OriginID: o.ID}
	if o.Retracts {
		return &Retraction{Stanza: st, Target: target}
	}
	return &Reactions{Stanza: st, Target: target, Emoji: o.Emoji}
}

// Say puts what the user says about a message into the outbox, on the disk, and then makes that message show it. instead are earlier
// ones that were not sent and are superseded. An error means that it is not in the outbox; see [Store.ShowOutbox].
func (s *Store) Say(o Outgoing, instead ...string) (changes []Change, err error) {
	if err := s.saveOutgoing(o); err != nil {
		return nil, err
	}
	changes, err = s.showSaid(&o, instead)
	if errors.Is(err, ErrDisk) {
		return nil, nil
	}
	return changes, err
}

// showSaid makes a message show what the outbox says about it.
func (s *Store) showSaid(o *Outgoing, instead []string) (changes []Change, err error) {
	if o.Retracts {
		if err := s.recall(o); err != nil {
			return nil, err
		}
	}
	say := func(d *conn) error {
		for _, id := range instead {
			if _, err := d.unsay(id); err != nil {
				return err
			}
		}
		changes, _, err = d.say(o)
		return err
	}
	err = s.with("say something about a message", func(d *conn) error { return d.tx(func() error { return say(d) }) })
	if err == nil && o.Retracts {
		err = s.with("forget what was withdrawn", (*conn).scrub)
	}
	return changes, err
}

// recall takes the text of a message that is withdrawn, and of its corrections, out of the outbox. What is left of it there says that it may be on its way.
func (s *Store) recall(o *Outgoing) error {
	kind, body, payload, err := model.Encode(model.Retracted{At: micro(o.Time).UTC()})
	if err != nil {
		return err
	}
	return s.with("take a text out of the outbox", func(d *conn) error {
		return d.run("UPDATE outbox SET kind = ?3, body = ?4, payload = ?5, reply = '' WHERE conv = ?1 AND fact = 0 AND (id = ?2 OR about = ?2 AND replaces <> '')", nil,
			string(o.Conv), o.About, int(kind), body, payload)
	})
}

// say makes a message show what the user says about it. archived: it came from the archive.
func (d *conn) say(o *Outgoing) (changes []Change, archived bool, err error) {
	target := o.About
	if m, found, err := d.named(o.Conv, o.About); err != nil {
		return nil, false, err
	} else if found {
		target, _ = m.WireID()
	}
	f := o.fact(target)
	in := &ingest{conn: d, batch: &Batch{Origin: Live, Facts: []Fact{f}}, convs: map[model.ConversationID]*conversation{}, changes: map[int64]ChangeKind{}}
	if err := in.all(); err != nil {
		return nil, false, err
	}
	n, err := d.number("SELECT count(*) FROM cache.relations r JOIN cache.conversations c ON c.id = r.conv WHERE c.jid = ?1 AND r.own = 1 AND r.msg_id = ?2 AND r.msg_id <> '' AND r.archived = 1",
		string(o.Conv), o.ID)
	return in.result.Changes, n > 0, err
}

// Unsay takes back what the user said about a message before it was sent.
func (s *Store) Unsay(id string) (changes []Change, err error) {
	err = s.with("take something back", func(d *conn) error {
		return d.tx(func() error {
			changes, err = d.unsay(id)
			return err
		})
	})
	return changes, err
}

func (d *conn) unsay(id string) ([]Change, error) {
	var jid string
	found, err := d.get("SELECT conv FROM outbox WHERE id = ?1 AND fact <> 0", func(st *sqlite3.Stmt) { jid = st.ColumnText(0) }, id)
	if err != nil || !found {
		return nil, err
	}
	if err := d.run("DELETE FROM outbox WHERE id = ?1", nil, id); err != nil {
		return nil, err
	}
	c, found, err := d.find(model.ConversationID(jid))
	if err != nil || !found {
		return nil, err
	}
	row, err := d.number("SELECT row FROM cache.relations WHERE conv = ?1 AND own = 1 AND msg_id = ?2 AND msg_id <> ''", c.id, id)
	if err != nil {
		return nil, err
	}
	if err := d.run("DELETE FROM cache.relations WHERE conv = ?1 AND own = 1 AND msg_id = ?2 AND msg_id <> ''", nil, c.id, id); err != nil {
		return nil, err
	}
	in := &ingest{conn: d, batch: &Batch{}, changes: map[int64]ChangeKind{}}
	if err := errors.Join(in.react(c, row), in.finish(c)); err != nil {
		return nil, err
	}
	return in.result.Changes, in.collect()
}

// RefuseSaying notes in the outbox that what the user says about a message was refused.
func (s *Store) RefuseSaying(id, failure string) error {
	return s.with("keep a failure", func(d *conn) error {
		return d.run("UPDATE outbox SET failure = ?2 WHERE id = ?1 AND fact <> 0", nil, id, failure)
	})
}

// Rewrite replaces the content of a message, or of a correction, that was not sent yet, and gives the message that shows it.
func (s *Store) Rewrite(id string, content model.Content) (m Message, found bool, err error) {
	kind, body, payload, err := model.Encode(content)
	if err != nil {
		return m, false, err
	}
	err = s.with("rewrite a message", func(d *conn) error {
		if err := d.run("UPDATE outbox SET kind = ?2, body = ?3, payload = ?4 WHERE id = ?1 AND fact = 0", nil, id, int(kind), body, payload); err != nil {
			return err
		}
		if m, found, err = d.outgoing(id); err != nil || !found {
			return err
		}
		if err := d.tx(func() error { return d.rewrite(&m, content) }); err != nil {
			return err
		}
		return d.unfold(&m)
	})
	return m, found, err
}

func (d *conn) rewrite(m *Message, content model.Content) error {
	kind, body, payload, err := model.Encode(content)
	if err != nil {
		return err
	}
	m.Content = content
	return d.run("UPDATE cache.messages SET kind = ?2, body = ?3, payload = ?4 WHERE row = ?1", nil, m.Row, int(kind), body, payload)
}

// Answer keeps what the user answered to an invitation.
func (s *Store) Answer(m *Message, answer model.Answer) error {
	invitation, ok := m.Content.(model.Invitation)
	if !ok {
		return nil
	}
	invitation.Answer = answer
	return s.with("keep the answer to an invitation", func(d *conn) error {
		return d.tx(func() error { return d.rewrite(m, invitation) })
	})
}

// unfold puts the message that a correction corrects in its place.
func (d *conn) unfold(m *Message) error {
	if m.folded <= 0 {
		return nil
	}
	shown, found, err := d.message("WHERE m.row = ?1", m.folded)
	if found {
		*m = shown
	}
	return err
}

// Message finds a message of a conversation by its ID.
func (s *Store) Message(conv model.ConversationID, id model.MessageID) (m Message, found bool, err error) {
	err = s.with("find a message", func(d *conn) error {
		var c *conversation
		if c, found, err = d.find(conv); err != nil || !found {
			return err
		}
		var row int64
		if n, _ := fmt.Sscanf(string(id), "#%d", &row); n == 1 {
			m, found, err = d.message("WHERE m.conv = ?1 AND m.row = ?2", c.id, row)
		} else {
			m, found, err = d.byOrigin(c.id, string(id))
		}
		found = found && m.folded == 0
		return err
	})
	return m, found, err
}

// Named finds the message that [Outgoing.About] means.
func (s *Store) Named(conv model.ConversationID, about string) (m Message, found bool, err error) {
	err = s.with("find a message", func(d *conn) error {
		m, found, err = d.named(conv, about)
		return err
	})
	return m, found, err
}

func (d *conn) named(conv model.ConversationID, about string) (m Message, found bool, err error) {
	c, found, err := d.find(conv)
	if err != nil || !found {
		return m, false, err
	}
	if m, found, err = d.byOrigin(c.id, about); err != nil || found {
		return m, found, err
	}
	in := &ingest{conn: d, batch: &Batch{}}
	list, err := in.named(c, about)
	if n := len(list); n > 0 {
		m, found = list[n-1], true
	}
	return m, found, err
}

// LocalID is the id by which the outbox names the message.
func (m *Message) LocalID() string {
	if m.Own && m.OriginID != "" {
		return m.OriginID
	}
	id, _ := m.WireID()
	return id
}

// WireID is the id by which others name the message: in a group by the id that the group gave it, else by the one that its author
// gave it. named is false for one of a group that was not seen there yet.
func (m *Message) WireID() (id string, named bool) {
	switch {
	case m.Group && m.StanzaID != "":
		return string(m.StanzaID), true
	case m.OriginID != "":
		return m.OriginID, !m.Group
	}
	return m.MsgID, !m.Group
}

// Versions gives what a message said before it was corrected, oldest first, without what it says now.
func (s *Store) Versions(conv model.ConversationID, id model.MessageID) (list []Message, err error) {
	m, found, err := s.Message(conv, id)
	if err != nil || !found || m.latest == 0 {
		return nil, err
	}
	err = s.with("read what a message said", func(d *conn) error {
		list = nil
		return d.run("SELECT kind, body, payload, time FROM cache.messages WHERE row = ?1 OR folded = ?1 AND folded <> 0 AND row <> ?2 ORDER BY row <> ?1, at, row", func(st *sqlite3.Stmt) {
			c := &columns{st: st}
			content := model.Decode(model.Kind(c.int()), c.text(), c.text())
			list = append(list, Message{Conv: conv, Content: content, Time: time.UnixMicro(c.int())})
		}, m.Row, m.latest)
	})
	return list, err
}
