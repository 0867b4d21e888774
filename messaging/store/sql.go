package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"discussions/messaging/model"
)

// conn is one database connection and its prepared statements.
type conn struct {
	db    *sqlite3.Conn
	stmts map[string]*sqlite3.Stmt

	logged map[string]int // pages in the log of each database

	unread  int64 // messages of all conversations together, but for the muted ones
	counted bool  // unread is known

	muted, marked map[model.ConversationID]bool // see SetUncounted
}

// run executes a statement and calls row, which may be nil, for each row.
func (d *conn) run(sql string, row func(*sqlite3.Stmt), args ...any) error {
	st, ok := d.stmts[sql]
	if !ok {
		var err error
		if st, _, err = d.db.PrepareFlags(sql, sqlite3.PREPARE_PERSISTENT); err != nil {
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
	// Reset forgets that a step was interrupted; clearing keeps no text of a message longer than needed.
	return errors.Join(cmp.Or(st.Err(), st.Reset()), st.ClearBindings())
}

// get runs a statement that gives at most one row, and says whether there was one.
func (d *conn) get(sql string, row func(*sqlite3.Stmt), args ...any) (found bool, err error) {
	err = d.run(sql, func(st *sqlite3.Stmt) {
		if !found {
			found = true
			row(st)
		}
	}, args...)
	return found, err
}

// number runs a statement that gives one integer; no row gives 0.
func (d *conn) number(sql string, args ...any) (n int64, err error) {
	_, err = d.get(sql, func(st *sqlite3.Stmt) { n = st.ColumnInt64(0) }, args...)
	return n, err
}

// strings runs a statement and gives the texts of its first column.
func (d *conn) strings(sql string, args ...any) (list []string, err error) {
	err = d.run(sql, func(st *sqlite3.Stmt) { list = append(list, st.ColumnText(0)) }, args...)
	return list, err
}

// numbers runs a statement and gives the integers of its first column.
func (d *conn) numbers(sql string, args ...any) (list []int64, err error) {
	err = d.run(sql, func(st *sqlite3.Stmt) { list = append(list, st.ColumnInt64(0)) }, args...)
	return list, err
}

// tx runs f in one transaction.
func (d *conn) tx(f func() error) error { return d.within("BEGIN IMMEDIATE", f) }

// read runs f, which only reads, in one transaction: many statements cost less so.
func (d *conn) read(f func() error) error { return d.within("BEGIN", f) }

func (d *conn) within(begin string, f func() error) (err error) {
	if err := d.run(begin, nil); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // f panicked
			d.counted = false
			_ = d.rollback()
		}
	}()
	if err = f(); err == nil {
		err = d.run("COMMIT", nil)
	}
	if err != nil {
		d.counted = false
		if !d.db.GetAutocommit() {
			err = errors.Join(err, d.rollback())
		}
	}
	done = true
	return err
}

// rollback ends a transaction, also one that was interrupted: until the interrupt is taken back, Exec does nothing.
func (d *conn) rollback() error {
	defer d.db.SetInterrupt(d.db.SetInterrupt(context.Background()))
	return d.db.Exec("ROLLBACK")
}

func (d *conn) close() error {
	if d == nil || d.db == nil {
		return nil
	}
	var errs []error
	for _, st := range d.stmts {
		// A statement's Close repeats the error of its last step, which was already returned.
		_ = st.Close()
	}
	d.stmts = nil
	errs = append(errs, d.db.Close())
	d.db = nil
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
	case []byte:
		return st.BindBlob(i, v)
	default:
		return fmt.Errorf("store: cannot bind %T", a)
	}
}

// damaged says whether err means that a database file is not what was written.
func damaged(err error) bool {
	return errors.Is(err, sqlite3.CORRUPT) || errors.Is(err, sqlite3.NOTADB) || errors.Is(err, sqlite3.IOERR_DATA) ||
		errors.Is(err, sqlite3.IOERR_SHORT_READ) || errors.Is(err, sqlite3.IOERR_CORRUPTFS)
}
