package store

import "github.com/ncruces/go-sqlite3"

// Progress takes the own message that was sent under an id to a further state; it never goes back, and leaves a failed
// one alone unless the other person has it. changed is false when there is nothing to tell.
func (s *Store) Progress(conv, id string, to State) (m Message, changed bool, err error) {
	err = s.with("set a message's state", func(d *session) error {
		changed = false
		t, found, err := d.known(conv)
		if err != nil || !found {
			return err
		}
		if m, found, err = d.byOrigin(t.id, id); err != nil || !found {
			return err
		}
		if to <= m.State && m.State != Failed || m.State == Failed && to < Delivered {
			return nil
		}
		m.State, m.Failure, changed = to, "", true
		return d.run("UPDATE cache.messages SET state = ?2, failure = '' WHERE row = ?1", nil, m.Row, int(to))
	})
	return m, changed, err
}

// Displayed takes the own messages of a conversation up to the one with an id as read by the other person, and returns those that changed.
func (s *Store) Displayed(conv, id string) (list []Message, err error) {
	err = s.with("set messages read", func(d *session) error {
		list = nil
		t, found, err := d.known(conv)
		if err != nil || !found {
			return err
		}
		m, found, err := d.byOrigin(t.id, id)
		if err != nil || !found {
			return err
		}
		list, err = d.messages("WHERE m.conv = ?1 AND m.at <= ?2 AND m.own = 1 AND m.state IN (2, 3) ORDER BY m.at, m.row", t.id, m.At)
		if err != nil {
			return err
		}
		for i := range list {
			list[i].State = Read
		}
		return d.run("UPDATE cache.messages SET state = 4 WHERE conv = ?1 AND at <= ?2 AND own = 1 AND state IN (2, 3)", nil, t.id, m.At)
	})
	return list, err
}

// MarkRead takes all messages of a conversation as seen. newest is the newest message of another person among those that were
// unread, when there was one; its displayed marker is remembered until [Store.MarkerSent].
func (s *Store) MarkRead(conv string) (newest Message, changed bool, err error) {
	err = s.with("mark a conversation read", func(d *session) error {
		return d.tx(func() error {
			changed = false
			t, found, err := d.known(conv)
			if err != nil || !found {
				return err
			}
			newest, changed, err = d.message("WHERE m.conv = ?1 AND m.at > ?2 AND m.own = 0 ORDER BY m.at DESC, m.row DESC", t.id, t.readAt)
			if err != nil || !changed {
				return err
			}
			if marker := newest.marker(); marker != "" {
				if err := d.run("UPDATE cache.conversations SET marker = ?2 WHERE id = ?1", nil, t.id, marker); err != nil {
					return err
				}
			}
			t.readUpTo(t.lastAt)
			return d.flush(t)
		})
	})
	return newest, changed, err
}

// marker is the id that a displayed marker for m names: in a room the room's own, since others choose their ids freely.
func (m Message) marker() string {
	switch {
	case !m.Markable:
		return ""
	case m.Group:
		return m.StanzaID
	}
	return m.MsgID
}

// Seen takes the messages up to the one that a displayed marker of the account's own names as seen, and says whether that
// changed the unread count.
func (s *Store) Seen(conv, id string) (changed bool, err error) {
	err = s.with("mark a conversation read elsewhere", func(d *session) error {
		return d.tx(func() error {
			changed = false
			t, found, err := d.known(conv)
			if err != nil || !found {
				return err
			}
			m, found, err := d.message("WHERE m.conv = ?1 AND m.stanza_id = ?2 AND m.stanza_id <> ''", t.id, id)
			if err == nil && !found {
				m, found, err = d.message("WHERE m.conv = ?1 AND m.msg_id = ?2 AND m.msg_id <> '' AND m.own = 0 ORDER BY m.at DESC", t.id, id)
			}
			if err != nil || !found || m.At <= t.readAt {
				return err
			}
			changed = true
			t.readUpTo(m.At)
			return d.flush(t)
		})
	})
	return changed, err
}

// Marker is a displayed marker that is still to be sent.
type Marker struct {
	Conv  string
	Group bool
	ID    string
}

// Markers gives the displayed markers that are still to be sent.
func (s *Store) Markers() (list []Marker, err error) {
	err = s.with("read the markers", func(d *session) error {
		list = nil
		return d.run("SELECT jid, grp, marker FROM cache.conversations WHERE marker <> ''", func(st *sqlite3.Stmt) {
			c := &columns{st: st}
			list = append(list, Marker{c.text(), c.bool(), c.text()})
		})
	})
	return list, err
}

// MarkerSent forgets a marker.
func (s *Store) MarkerSent(m Marker) error {
	return s.with("forget a marker", func(d *session) error {
		return d.run("UPDATE cache.conversations SET marker = '' WHERE jid = ?1 AND marker = ?2", nil, m.Conv, m.ID)
	})
}

// known finds a conversation without making it.
func (d *session) known(jid string) (*talk, bool, error) {
	n, err := d.number("SELECT count(*) FROM cache.conversations WHERE jid = ?1", jid)
	if err != nil || n == 0 {
		return nil, false, err
	}
	t, err := d.talk(jid, false)
	return t, err == nil, err
}
