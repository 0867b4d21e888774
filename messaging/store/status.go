package store

import (
	"time"

	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// Status is the presence and the text that the account sends to its contacts.
type Status struct {
	Presence model.Presence // Absent: nothing was chosen
	Text     string         // as others read it
	Until    time.Time      // then it ends; zero: it does not
}

// Status gives the last status. due: it is still to be sent to the account's other devices.
func (s *Store) Status() (v Status, due bool, err error) {
	err = s.with("read the status", func(d *conn) error {
		v, due = Status{}, false
		_, err := d.get("SELECT presence, body, until, due FROM status", func(st *sqlite3.Stmt) {
			c := &columns{st: st}
			v.Presence, v.Text = model.Presence(c.int()), c.text()
			if until := c.int(); until != 0 {
				v.Until = time.UnixMicro(until)
			}
			due = c.bool()
		})
		return err
	})
	return v, due, err
}

// SetStatus keeps it. due says that it is still to be sent to the account's other devices.
func (s *Store) SetStatus(v Status, due bool) error {
	return s.with("keep the status", func(d *conn) error {
		var until int64
		if !v.Until.IsZero() {
			until = v.Until.UnixMicro()
		}
		return d.run("INSERT OR REPLACE INTO status (id, presence, body, until, due) VALUES (1, ?1, ?2, ?3, ?4)", nil, int(v.Presence), v.Text, until, due)
	})
}
