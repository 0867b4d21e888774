package store

import (
	"time"

	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// Status is what the account tells its contacts of itself.
type Status struct {
	Presence model.Presence // Absent: nothing was chosen
	Text     string         // as others read it
	Until    time.Time      // then it ends; zero: it does not
}

// Status gives what was told last.
func (s *Store) Status() (v Status, err error) {
	err = s.with("read the status", func(d *conn) error {
		v = Status{}
		_, err := d.get("SELECT presence, body, until FROM status", func(st *sqlite3.Stmt) {
			c := &columns{st: st}
			v.Presence, v.Text = model.Presence(c.int()), c.text()
			if until := c.int(); until != 0 {
				v.Until = time.UnixMicro(until)
			}
		})
		return err
	})
	return v, err
}

// SetStatus keeps it.
func (s *Store) SetStatus(v Status) error {
	return s.with("keep the status", func(d *conn) error {
		var until int64
		if !v.Until.IsZero() {
			until = v.Until.UnixMicro()
		}
		return d.run("INSERT OR REPLACE INTO status (id, presence, body, until) VALUES (1, ?1, ?2, ?3)", nil, int(v.Presence), v.Text, until)
	})
}
