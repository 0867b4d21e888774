package store

import (
	"errors"
	"time"

	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// Outgoing is what the outbox holds: a message, or something that the user says about one.
type Outgoing struct {
	ID       string // origin-id and message id
	Conv     model.ConversationID
	Group    bool
	Content  model.Content // nil for what is no message; [model.Retracted] for one that was withdrawn before it was sent for certain
	Replaces string        // the message that it corrects
	Reply    *Reply        // what it answers
	Time     time.Time
	Failure  string // why it was refused; "" while it is to be sent

	About    string // the [Message.LocalID] of the message that it corrects, answers, withdraws or reacts to; "" for none
	Retracts bool   // it withdraws that
	Reacts   bool   // these are all reactions of the user to that
	Emoji    []string
}

// IsMessage reports whether it is a message, not only something about one.
func (o *Outgoing) IsMessage() bool { return !o.Retracts && !o.Reacts }

// Queue puts a message into the outbox, on the disk, and then into its conversation as the newest. An error means that
// it is not in the outbox. A message for which the disk had just room in the outbox is shown in its conversation by [Store.ShowOutbox].
func (s *Store) Queue(o Outgoing) (m Message, err error) {
	if err := s.saveOutgoing(o); err != nil {
		return m, err
	}
	err = s.with("queue a message", func(d *conn) error {
		return d.tx(func() error {
			m, err = d.showOutgoing(o, asNewest)
			return err
		})
	})
	if errors.Is(err, ErrDropped) { // the new cache shows the outbox
		err = s.with("find a queued message", func(d *conn) error {
			m, err = d.showOutgoing(o, atItsTime)
			return err
		})
	}
	if errors.Is(err, ErrDisk) {
		return o.message(), nil
	}
	return m, err
}

// message is the message as it is shown while it waits.
func (o *Outgoing) message() Message {
	return Message{
		Conv: o.Conv, Group: o.Group, At: o.Time.UnixMicro(), Own: true, Content: o.Content, Time: micro(o.Time), State: model.Queued,
		MsgID: o.ID, OriginID: o.ID, Replaces: o.Replaces, Reply: o.Reply,
	}
}

// ShowOutbox puts into the conversations what is in the outbox and not shown, because the disk was full when it was
// queued.
func (s *Store) ShowOutbox() error {
	return s.with("show the outbox", func(*conn) error { return s.reconcile() })
}

func (s *Store) saveOutgoing(o Outgoing) error {
	fact, kind, body, payload, err := encodeOutgoing(&o)
	if err != nil {
		return err
	}
	return s.with("put into the outbox", func(d *conn) error {
		err := d.run(`INSERT INTO outbox (id, conv, grp, kind, body, payload, replaces, reply, time, failure, fact, about)
			VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (id) DO UPDATE SET failure = excluded.failure`, nil,
			o.ID, string(o.Conv), o.Group, int(kind), body, payload, o.Replaces, encodeReply(o.Reply), o.Time.UnixMicro(), o.Failure, int(fact), o.About)
		if diskFailed(err) {
			d.unwrite()
		}
		return err
	})
}

// unwrite makes sure that a write of the outbox that has failed does not come into force after a crash: the disk may have refused only what
// SQLite writes behind the end of a transaction. Another write, which need not succeed either, takes its place in the log. It changes
// something without a meaning, the case of hexadecimal digits, as SQLite writes nothing where nothing changes.
func (d *conn) unwrite() {
	_ = d.run("UPDATE inbox_keys SET public = iif(public = upper(public), lower(public), upper(public))", nil)
}

// Where showOutgoing puts a message.
const (
	atItsTime = true
	asNewest  = false
)

// showOutgoing puts a message of the outbox into its conversation.
func (d *conn) showOutgoing(o Outgoing, keepTime bool) (Message, error) {
	c, err := d.conversation(o.Conv, o.Group, false)
	if err != nil {
		return Message{}, err
	}
	if m, found, err := d.byOrigin(c.id, o.ID); err != nil || found {
		return m, errors.Join(err, d.agree(&m, &o))
	}
	m := o.message()
	m.Conv, m.Group = c.jid, c.group
	if !keepTime {
		if m.At, err = d.after(c, m.At, 1); err != nil {
			return m, err
		}
	}
	in := &ingest{conn: d, batch: &Batch{}, changes: map[int64]ChangeKind{}}
	if err := in.insert(c, &m); err != nil {
		return m, err
	}
	if err := in.settle(); err != nil {
		return m, err
	}
	if o.Failure != "" {
		if err := d.fail(&m, o.Failure); err != nil {
			return m, err
		}
	}
	if err := d.extendGap(c, m.StanzaID, m.At, afterGap); err != nil {
		return m, err
	}
	if m.Reply != nil {
		if err := d.quote(&m); err != nil {
			return m, err
		}
	}
	return m, in.finish(c)
}

// agree makes a message show what the outbox holds, whether it failed and, while it was not sent yet, its content: the program may have ended
// between the two writes, and the disk may have taken the first only.
func (d *conn) agree(m *Message, o *Outgoing) error {
	if m.Row == 0 || m.folded == buried {
		return nil
	}
	switch {
	case o.Failure != "" && m.State < model.Delivered && m.State != model.Failed: // what the other person has cannot have been refused
		return d.fail(m, o.Failure)
	case o.Failure == "" && m.State == model.Failed:
		if err := d.queueAgain(m); err != nil {
			return err
		}
	}
	if m.State != model.Queued || m.Archived {
		return nil
	}
	first, err := d.firstContent(m.Row)
	if err != nil || first == o.Content {
		return err
	}
	if _, recalled := o.Content.(model.Retracted); recalled {
		return nil // what withdraws it follows in the outbox
	}
	return d.rewrite(m, o.Content)
}

func (d *conn) fail(m *Message, failure string) error {
	m.State, m.Failure = model.Failed, failure
	return d.run("UPDATE cache.messages SET state = 5, failure = ?2 WHERE row = ?1", nil, m.Row, failure)
}

func (d *conn) queueAgain(m *Message) error {
	m.State, m.Failure = model.Queued, ""
	return d.run("UPDATE cache.messages SET state = 1, failure = '' WHERE row = ?1", nil, m.Row)
}

// Outbox gives the messages of the outbox, in the order of sending.
func (s *Store) Outbox() (list []Outgoing, err error) {
	err = s.with("read the outbox", func(d *conn) error {
		list, err = d.outbox()
		return err
	})
	return list, err
}

func (d *conn) outbox() (list []Outgoing, err error) {
	err = d.run(`SELECT id, conv, grp OR EXISTS (SELECT 1 FROM cache.conversations c WHERE c.jid = conv AND c.grp = 1),
		kind, body, payload, replaces, reply, time, failure, fact, about FROM outbox ORDER BY seq`, func(st *sqlite3.Stmt) {
		c := &columns{st: st}
		o := Outgoing{ID: c.text(), Conv: model.ConversationID(c.text()), Group: c.bool()}
		kind, body, payload := model.Kind(c.int()), c.text(), c.text()
		o.Replaces, o.Reply, o.Time, o.Failure = c.text(), decodeReply(c.text()), time.UnixMicro(c.int()), c.text()
		fact := factKind(c.int())
		o.About = c.text()
		decodeOutgoing(&o, fact, kind, body, payload)
		list = append(list, o)
	})
	return list, err
}

// keptWithin is among how many messages of a conversation [Store.KeepsOwn] looks.
const keptWithin = 500

// KeepsOwn reports whether the archive is known to keep what the user writes to a conversation: of what has left the outbox, it has the
// newest. told is false if nothing tells it.
func (s *Store) KeepsOwn(conv model.ConversationID) (keeps, told bool, err error) {
	err = s.with("look for what the archive keeps", func(d *conn) error {
		n, err := d.number(`SELECT archived + 1 FROM (SELECT m.archived, m.own, m.folded, m.origin_id FROM cache.messages m JOIN cache.conversations c ON c.id = m.conv WHERE c.jid = ?1
				ORDER BY m.at DESC, m.row DESC LIMIT ?2)
			WHERE own = 1 AND folded <> ?3 AND origin_id NOT IN (SELECT id FROM outbox) LIMIT 1`, string(conv), keptWithin, buried)
		keeps, told = n == 2, n > 0
		return err
	})
	return keeps, told, err
}

// RemoveFromOutbox takes a message out of the outbox: the server has it for certain.
func (s *Store) RemoveFromOutbox(id string) error {
	return s.with("take out of the outbox", func(d *conn) error {
		return d.run("DELETE FROM outbox WHERE id = ?1", nil, id)
	})
}

// Acked notes that the server has taken over an own message, and gives the one that shows it: that which it corrects. changed is false
// when that was known.
func (s *Store) Acked(conv model.ConversationID, id string) (m Message, changed bool, err error) {
	err = s.edit("set a message sent", conv, func(in *ingest, c *conversation) error {
		var found bool
		var err error
		if m, found, err = in.byOrigin(c.id, id); err != nil || !found || m.State != model.Queued {
			return err
		}
		m.State, changed = model.Sent, true
		c.marks = true
		if err := in.run("UPDATE cache.messages SET state = 2 WHERE row = ?1", nil, m.Row); err != nil {
			return err
		}
		return in.unfold(&m)
	})
	return m, changed, err
}

// Fail keeps a refused message in the outbox, or puts it back there, until the user decides. failure is never "".
func (s *Store) Fail(conv model.ConversationID, id, failure string) (m Message, changed bool, err error) {
	var first model.Content
	about := ""
	err = s.with("find a refused message", func(d *conn) error {
		changed = false
		c, found, err := d.find(conv)
		if err == nil && found {
			m, changed, err = d.byOrigin(c.id, id)
			changed = changed && m.folded != buried // what was discarded does not come back
		}
		if err == nil && changed {
			first, err = d.firstContent(m.Row)
		}
		if err == nil && changed && m.Replaces != "" {
			shown := m
			if err = d.unfold(&shown); shown.Row != m.Row {
				about = shown.LocalID()
			}
		}
		return err
	})
	_, withdrawn := m.Content.(model.Retracted)
	changed = changed && !withdrawn
	// What the other person has cannot have been refused.
	if err != nil || !changed || m.State == model.Delivered || m.State == model.Read {
		return m, false, err
	}
	if err := s.saveOutgoing(Outgoing{
		ID: id, Conv: conv, Group: m.Group, Content: first, Replaces: m.Replaces, Reply: m.Reply, Time: m.Time, Failure: failure, About: about,
	}); err != nil {
		return m, false, err
	}
	err = s.with("set a message failed", func(d *conn) error { return errors.Join(d.fail(&m, failure), d.unfold(&m)) })
	return m, true, err
}

// Requeue queues a message of the outbox again that failed or came back. found is false where that has no use: the other person has it, or the
// user has withdrawn or discarded it.
func (s *Store) Requeue(id string) (m Message, found bool, err error) {
	err = s.with("queue a message again", func(d *conn) error {
		m, found, err = d.outgoing(id)
		_, withdrawn := m.Content.(model.Retracted)
		found = found && !withdrawn && m.folded != buried && m.State != model.Delivered && m.State != model.Read
		if err != nil || !found {
			return err
		}
		if err := d.run("UPDATE outbox SET failure = '' WHERE id = ?1", nil, id); err != nil {
			return err
		}
		return errors.Join(d.queueAgain(&m), d.unfold(&m))
	})
	return m, found, err
}

// Discard forgets a message of the outbox. Of a correction it gives the message that is shown as before.
func (s *Store) Discard(id string) (m Message, found bool, err error) {
	err = s.with("discard a message", func(d *conn) error {
		m, found, err = d.outgoing(id)
		if err != nil || !found {
			return err
		}
		if m.folded != buried { // it is where the disk did not take the rest
			if err := d.tx(func() error { return d.bury(m) }); err != nil {
				return err
			}
		}
		if err := d.run("DELETE FROM outbox WHERE id = ?1", nil, id); err != nil {
			return err
		}
		return d.unfold(&m)
	})
	return m, found, err
}

// outgoing finds the cached copy of a message of the outbox.
func (d *conn) outgoing(id string) (m Message, found bool, err error) {
	var jid string
	found, err = d.get("SELECT conv FROM outbox WHERE id = ?1", func(st *sqlite3.Stmt) { jid = st.ColumnText(0) }, id)
	if err != nil || !found {
		return m, false, err
	}
	c, found, err := d.find(model.ConversationID(jid))
	if err != nil || !found {
		return m, false, err
	}
	return d.byOrigin(c.id, id)
}

// remove deletes a message as if it had never been there.
func (d *conn) remove(m Message) error {
	c, found, err := d.find(m.Conv)
	if err != nil || !found {
		return err
	}
	if err := d.run("DELETE FROM cache.messages WHERE row = ?1", nil, m.Row); err != nil {
		return err
	}
	if err := d.run("UPDATE cache.relations SET row = 0 WHERE row = ?1 AND row <> 0", nil, m.Row); err != nil {
		return err
	}
	in := &ingest{conn: d, batch: &Batch{}, changes: map[int64]ChangeKind{}}
	if err := d.run("UPDATE cache.messages SET folded = 0 WHERE folded = ?1 AND folded <> 0", nil, m.Row); err != nil {
		return err
	}
	if m.folded != 0 {
		if err := in.newestCorrection(c, m.folded); err != nil {
			return err
		}
	}
	c.dirty, c.recount = true, true
	return in.finish(c)
}

// buried is what messages.folded holds for a message that the user has discarded. The server may have it nevertheless, and the archive may
// return it: it is not shown then either.
const buried = -1

// bury hides a message for good and erases its content.
func (d *conn) bury(m Message) error {
	if err := d.remove(m); err != nil {
		return err
	}
	c, found, err := d.find(m.Conv)
	if err != nil || !found {
		return err
	}
	m.Content, m.Reply, m.State, m.Own, m.Replaces = model.Text{}, nil, model.Failed, true, ""
	if err := d.insert(c, &m); err != nil {
		return err
	}
	c.recount = true
	if err := d.run("UPDATE cache.messages SET folded = ?2, state = 5 WHERE row = ?1", nil, m.Row, buried); err != nil {
		return err
	}
	return d.flush(c)
}

// reconcile makes the cache agree with the outbox after a crash between the two.
func (s *Store) reconcile() error {
	d := s.db
	list, err := d.outbox()
	if err != nil {
		return err
	}
	waiting := map[string]bool{}
	for _, o := range list {
		var m Message
		err := d.tx(func() error {
			if !o.IsMessage() {
				_, m.Archived, err = d.say(&o) // nobody listens yet
				return err
			}
			m, err = d.showOutgoing(o, atItsTime)
			return err
		})
		if err != nil {
			return err
		}
		if m.Archived && o.Failure == "" || m.folded == buried {
			if err := d.run("DELETE FROM outbox WHERE id = ?1", nil, o.ID); err != nil {
				return err
			}
			continue
		}
		waiting[o.ID] = true
	}
	queued, err := d.messages("WHERE m.own = 1 AND m.state = 1")
	if err != nil {
		return err
	}
	for _, m := range queued {
		if waiting[m.OriginID] {
			continue
		}
		if err := d.tx(func() error { return d.remove(m) }); err != nil {
			return err
		}
	}
	return nil
}
