package store

import (
	"errors"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// Outgoing is a message of the outbox.
type Outgoing struct {
	ID      string // origin-id and message id
	Conv    string
	Group   bool
	Body    string
	Time    time.Time
	Failure string // why it was refused; "" while it is to be sent
}

// Queue puts a message into the outbox, on the disk, and then into its conversation as the newest. An error means that
// it is not in the outbox.
func (s *Store) Queue(o Outgoing) (m Message, err error) {
	if err := s.put(o); err != nil {
		return m, err
	}
	err = s.with("queue a message", func(d *session) error {
		return d.tx(func() error {
			m, err = d.show(o, false)
			return err
		})
	})
	if errors.Is(err, ErrDropped) { // the new cache shows the outbox
		err = s.with("find a queued message", func(d *session) error {
			m, err = d.show(o, true)
			return err
		})
	}
	return m, err
}

func (s *Store) put(o Outgoing) error {
	return s.with("put into the outbox", func(d *session) error {
		return d.run(`INSERT INTO outbox (id, conv, grp, body, time, failure) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
			ON CONFLICT (id) DO UPDATE SET failure = excluded.failure`, nil, o.ID, o.Conv, o.Group, o.Body, o.Time.UnixMicro(), o.Failure)
	})
}

// show puts a message of the outbox into its conversation: at its time, or as the newest.
func (d *session) show(o Outgoing, atItsTime bool) (Message, error) {
	t, err := d.talk(o.Conv, o.Group)
	if err != nil {
		return Message{}, err
	}
	if m, found, err := d.byOrigin(t.id, o.ID); err != nil || found {
		return m, err
	}
	m := Message{
		Conv: t.jid, Group: t.group, At: o.Time.UnixMicro(), Own: true, Body: o.Body, Time: time.UnixMicro(o.Time.UnixMicro()), State: Queued,
		MsgID: o.ID, OriginID: o.ID,
	}
	if !atItsTime {
		m.At = max(m.At, t.lastAt+1)
	}
	if err := d.insert(t, &m); err != nil {
		return m, err
	}
	if o.Failure != "" {
		if err := d.fail(&m, o.Failure); err != nil {
			return m, err
		}
	}
	if err := d.boundary(t, &Added{Message: m, New: true}); err != nil {
		return m, err
	}
	return m, d.flush(t)
}

func (d *session) fail(m *Message, failure string) error {
	m.State, m.Failure = Failed, failure
	return d.run("UPDATE cache.messages SET state = 5, failure = ?2 WHERE row = ?1", nil, m.Row, failure)
}

// Outbox gives the messages of the outbox, in the order of sending.
func (s *Store) Outbox() (list []Outgoing, err error) {
	err = s.with("read the outbox", func(d *session) error {
		list, err = d.outbox()
		return err
	})
	return list, err
}

func (d *session) outbox() (list []Outgoing, err error) {
	err = d.run("SELECT id, conv, grp, body, time, failure FROM outbox ORDER BY seq", func(st *sqlite3.Stmt) {
		c := &columns{st: st}
		list = append(list, Outgoing{c.text(), c.text(), c.bool(), c.text(), time.UnixMicro(c.int()), c.text()})
	})
	return list, err
}

// Leave takes a message out of the outbox: the server has it for certain.
func (s *Store) Leave(id string) error {
	return s.with("take out of the outbox", func(d *session) error {
		return d.run("DELETE FROM outbox WHERE id = ?1", nil, id)
	})
}

// Fail keeps a refused message in the outbox, or puts it back there, until the user decides. failure is never "".
func (s *Store) Fail(conv, id, failure string) (m Message, changed bool, err error) {
	err = s.with("find a refused message", func(d *session) error {
		changed = false
		t, found, err := d.known(conv)
		if err == nil && found {
			m, changed, err = d.byOrigin(t.id, id)
		}
		return err
	})
	// What the other person has cannot have been refused.
	if err != nil || !changed || m.State == Delivered || m.State == Read || m.State == Failed && m.Failure == failure {
		return m, false, err
	}
	if err := s.put(Outgoing{ID: id, Conv: conv, Group: m.Group, Body: m.Body, Time: m.Time, Failure: failure}); err != nil {
		return m, false, err
	}
	err = s.with("set a message failed", func(d *session) error { return d.fail(&m, failure) })
	return m, true, err
}

// Requeue has a failed message sent again.
func (s *Store) Requeue(id string) (m Message, found bool, err error) {
	err = s.with("queue a message again", func(d *session) error {
		m, found, err = d.failed(id)
		if err != nil || !found {
			return err
		}
		if err := d.run("UPDATE outbox SET failure = '' WHERE id = ?1", nil, id); err != nil {
			return err
		}
		m.State, m.Failure = Queued, ""
		return d.run("UPDATE cache.messages SET state = 1, failure = '' WHERE row = ?1", nil, m.Row)
	})
	return m, found, err
}

// Discard forgets a message of the outbox.
func (s *Store) Discard(id string) (m Message, found bool, err error) {
	err = s.with("discard a message", func(d *session) error {
		m, found, err = d.pending(id)
		if err != nil || !found {
			return err
		}
		if err := d.run("DELETE FROM outbox WHERE id = ?1", nil, id); err != nil {
			return err
		}
		return d.tx(func() error { return d.remove(m) })
	})
	return m, found, err
}

// pending finds the cached copy of a message of the outbox.
func (d *session) pending(id string) (m Message, found bool, err error) {
	var conv string
	found, err = d.get("SELECT conv FROM outbox WHERE id = ?1", func(st *sqlite3.Stmt) { conv = st.ColumnText(0) }, id)
	if err != nil || !found {
		return m, false, err
	}
	t, found, err := d.known(conv)
	if err != nil || !found {
		return m, false, err
	}
	return d.byOrigin(t.id, id)
}

func (d *session) failed(id string) (Message, bool, error) {
	m, found, err := d.pending(id)
	return m, found && m.State == Failed, err
}

func (d *session) remove(m Message) error {
	t, found, err := d.known(m.Conv)
	if err != nil || !found {
		return err
	}
	if err := d.run("DELETE FROM cache.messages WHERE row = ?1", nil, m.Row); err != nil {
		return err
	}
	return d.run(`UPDATE cache.conversations SET (last, last_at) =
		(SELECT coalesce(max(row), 0), coalesce(max(at), 0) FROM (SELECT row, at FROM cache.messages WHERE conv = ?1 ORDER BY at DESC, row DESC LIMIT 1))
		WHERE id = ?1`, nil, t.id)
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
			m, err = d.show(o, true)
			return err
		})
		if err != nil {
			return err
		}
		if m.Archived && o.Failure == "" {
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

// Draft gives what was left unsent in a conversation.
func (s *Store) Draft(conv string) (text string, err error) {
	err = s.with("read a draft", func(d *session) error {
		_, err := d.get("SELECT body FROM drafts WHERE conv = ?1", func(st *sqlite3.Stmt) { text = st.ColumnText(0) }, conv)
		return err
	})
	return text, err
}

// SetDraft keeps what is left unsent in a conversation; "" forgets it. changed says whether the conversation has a draft now
// and had none, or the reverse.
func (s *Store) SetDraft(conv, text string) (changed bool, err error) {
	err = s.with("keep a draft", func(d *session) error {
		had, err := d.number("SELECT count(*) FROM drafts WHERE conv = ?1", conv)
		if err != nil {
			return err
		}
		changed = (had > 0) != (text != "")
		if text == "" {
			if had == 0 {
				return nil
			}
			return d.run("DELETE FROM drafts WHERE conv = ?1", nil, conv)
		}
		return d.run("INSERT INTO drafts (conv, body) VALUES (?1, ?2) ON CONFLICT (conv) DO UPDATE SET body = excluded.body", nil, conv, text)
	})
	return changed, err
}
