package store

import (
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"
)

// session is one database connection and its prepared statements.
type session struct {
	conn  *sqlite3.Conn
	stmts map[string]*sqlite3.Stmt
}

// run executes a statement and calls row, which may be nil, for each row.
func (d *session) run(sql string, row func(*sqlite3.Stmt), args ...any) error {
	st, ok := d.stmts[sql]
	if !ok {
		var err error
		if st, _, err = d.conn.PrepareFlags(sql, sqlite3.PREPARE_PERSISTENT); err != nil {
			return err
		}
		d.stmts[sql] = st
	}
	for i, a := range args {
		if err := bind(st, i+1, a); err != nil {
			return err
		}
	}
	for st.Step() {
		if row != nil {
			row(st)
		}
	}
	// Reset tells the error of the steps; clearing keeps no text of a message longer than needed.
	return errors.Join(st.Reset(), st.ClearBindings())
}

// get runs a statement that gives at most one row, and says whether there was one.
func (d *session) get(sql string, row func(*sqlite3.Stmt), args ...any) (found bool, err error) {
	err = d.run(sql, func(st *sqlite3.Stmt) {
		if !found {
			found = true
			row(st)
		}
	}, args...)
	return found, err
}

// number runs a statement that gives one integer; no row gives 0.
func (d *session) number(sql string, args ...any) (n int64, err error) {
	_, err = d.get(sql, func(st *sqlite3.Stmt) { n = st.ColumnInt64(0) }, args...)
	return n, err
}

// tx runs f in one transaction.
func (d *session) tx(f func() error) (err error) {
	if err := d.run("BEGIN IMMEDIATE", nil); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // f panicked
			_ = d.conn.Exec("ROLLBACK")
		}
	}()
	if err = f(); err == nil {
		err = d.run("COMMIT", nil)
	}
	if err != nil && !d.conn.GetAutocommit() {
		err = errors.Join(err, d.conn.Exec("ROLLBACK"))
	}
	done = true
	return err
}

func (d *session) close() error {
	if d == nil || d.conn == nil {
		return nil
	}
	var errs []error
	for _, st := range d.stmts {
		// A statement's Close repeats the error of its last step, which was already told.
		_ = st.Close()
	}
	d.stmts = nil
	errs = append(errs, d.conn.Close())
	d.conn = nil
	return errors.Join(errs...)
}

func bind(st *sqlite3.Stmt, i int, a any) error {
	switch v := a.(type) {
	case string:
		return st.BindText(i, v)
	case int:
		return st.BindInt64(i, int64(v))
	case int64:
		return st.BindInt64(i, v)
	case bool:
		return st.BindBool(i, v)
	default:
		return fmt.Errorf("store: cannot bind %T", a)
	}
}

// damaged says whether err means that a database file is not what was written.
func damaged(err error) bool {
	return errors.Is(err, sqlite3.CORRUPT) || errors.Is(err, sqlite3.NOTADB) || errors.Is(err, sqlite3.IOERR_DATA) ||
		errors.Is(err, sqlite3.IOERR_SHORT_READ) || errors.Is(err, sqlite3.IOERR_CORRUPTFS)
}
