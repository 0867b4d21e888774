package store

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"

	"discussions/internal/atomicfile"
	"discussions/internal/secret"
)

// Errors of a [Store], for errors.Is.
var (
	ErrWrongKey = errors.New("store: wrong key")
	ErrForeign  = errors.New("store: written by another program or a newer version")
	ErrBusy     = errors.New("store: open in another program")
	ErrClosed   = errors.New("store: closed")

	// ErrDropped says that the cache was damaged and has been replaced by an empty one that holds the outbox only.
	ErrDropped = errors.New("store: the cache was damaged and is empty now")
)

const (
	cacheFile  = "cache.db"
	outboxFile = "outbox.db"
)

// Store is the open databases of one account. Its methods may be called from any goroutine; each is one transaction. All of them run
// one after another on a goroutine of the store, which alone uses the connection: no lock is held while the disk is waited for.
type Store struct {
	calls  chan call
	closed chan struct{} // closed by the goroutine when it ends

	// Of the goroutine, once Open has returned.
	dir  string
	keys keys
	db   *conn // nil when the databases could not be opened again

	dropped bool // set by Open
	aside   string
}

// call is one method's work.
type call struct {
	f    func() error
	last bool // nothing follows
	done chan<- error
}

// Open opens the databases in dir, a folder of mode 0700, and makes them where there are none. A damaged cache is replaced by
// an empty one ([Store.Dropped]); a damaged outbox is renamed ([Store.Aside]).
func Open(dir string, key secret.Key) (*Store, error) {
	k, err := derive(key)
	if err != nil {
		return nil, err
	}
	s := &Store{dir: dir, keys: k, calls: make(chan call), closed: make(chan struct{})}
	if err := s.open(); err != nil {
		k.wipe()
		return nil, err
	}
	go s.run()
	return s, nil
}

// Dropped says whether the cache had to be emptied when the store was opened.
func (s *Store) Dropped() bool { return s.dropped }

// Aside is the path to which a damaged outbox was renamed, "" if it was sound.
func (s *Store) Aside() string { return s.aside }

// Close closes the databases and forgets their keys. Closing twice is no error.
func (s *Store) Close() error {
	err := s.do(call{last: true, f: func() error {
		defer s.keys.wipe()
		return s.db.close()
	}})
	<-s.closed
	if errors.Is(err, ErrClosed) {
		return nil
	}
	return err
}

// run runs the calls one after another.
func (s *Store) run() {
	defer close(s.closed)
	idle := time.NewTimer(idleTime)
	idle.Stop()
	for {
		select {
		case c := <-s.calls:
			c.done <- c.f()
			switch most := s.db.mostLogged(); {
			case c.last:
				return
			case most >= mostLogged:
				s.db.checkpoint()
			case most >= idleLogged:
				idle.Reset(idleTime)
			}
		case <-idle.C:
			s.db.checkpoint()
		}
	}
}

// do runs a function on the goroutine and waits for it.
func (s *Store) do(c call) error {
	done := make(chan error, 1)
	c.done = done
	select {
	case s.calls <- c:
		return <-done
	case <-s.closed:
		return ErrClosed
	}
}

func (s *Store) open() error {
	if err := prove(s.dir, s.keys); err != nil {
		return err
	}
	db, err := s.connect()
	if damaged(err) {
		if s.aside, err = setAside(filepath.Join(s.dir, outboxFile)); err != nil {
			return err
		}
		db, err = s.connect()
	}
	if err != nil {
		return failure("open the outbox", err)
	}
	s.db = db
	err = s.attach()
	if damaged(err) {
		err = s.drop()
	}
	if err == nil {
		err = s.reconcile()
	}
	if damaged(err) {
		if err = s.drop(); err == nil {
			err = s.reconcile()
		}
	}
	if err == nil {
		err = s.makeInboxKeys()
	}
	if err != nil {
		_ = s.db.close()
		s.db = nil
		return failure("open the cache", err)
	}
	return nil
}

// connect opens the outbox, which is the main database of the connection.
func (s *Store) connect() (*conn, error) {
	for _, name := range []string{outboxFile, cacheFile} {
		if err := trimTorn(filepath.Join(s.dir, name)); err != nil {
			return nil, err
		}
	}
	registerVFS()
	c, err := sqlite3.Open(uri(filepath.Join(s.dir, outboxFile)))
	if err != nil {
		return nil, err
	}
	db := &conn{db: c, stmts: map[string]*sqlite3.Stmt{}, logged: map[string]int{}}
	c.WALHook(func(_ *sqlite3.Conn, schema string, pages int) error { db.logged[schema] = pages; return nil })
	err = wordless(c.Exec("PRAGMA hexkey='" + hex.EncodeToString(s.keys.outbox) + "'"))
	if err == nil {
		err = c.Exec("PRAGMA temp_store=memory")
	}
	if err == nil {
		// Before the first access, and without a schema so that it holds for what is attached later: then the log's index needs no
		// shared memory, which SQLite has on Windows from 10 version 1803 on only.
		err = c.Exec("PRAGMA locking_mode=EXCLUSIVE")
	}
	if err == nil {
		err = enableSearch(c)
	}
	if err == nil {
		// Without it SQLite compiles a statement again for each value that it compares with the column of a partial index.
		_, err = c.Config(sqlite3.DBCONFIG_ENABLE_QPSG, true)
	}
	if err == nil {
		err = prepare(db, "main", "FULL", outboxSchema, outboxMigrations)
	}
	if err != nil {
		_ = db.close()
		return nil, err
	}
	return db, nil
}

// attach adds the cache to the connection. An existing database is read by ATTACH itself, so the key is in the address.
func (s *Store) attach() error {
	address := uri(filepath.Join(s.dir, cacheFile)) + "&hexkey=" + hex.EncodeToString(s.keys.cache)
	if err := s.db.db.Exec("ATTACH '" + strings.ReplaceAll(address, "'", "''") + "' AS cache"); err != nil {
		return wordless(err)
	}
	// NORMAL may lose the last transactions in a power failure. The archive cursors are lost with them, so their messages are
	// fetched again.
	if err := prepare(s.db, "cache", "NORMAL", cacheSchema, cacheMigrations); err != nil {
		return err
	}
	return s.db.tx(s.db.renewIndex)
}

// drop replaces the cache by an empty one.
func (s *Store) drop() error {
	_ = s.db.close()
	for _, suffix := range []string{"-wal", "-journal", ""} {
		if err := os.Remove(filepath.Join(s.dir, cacheFile+suffix)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("store: drop the cache: %w", atomicfile.Bare(err))
		}
	}
	s.dropped = true
	db, err := s.connect()
	if err != nil {
		return err
	}
	s.db = db
	return s.attach()
}

// with runs f alone on the connection. When f finds the cache damaged, it is dropped and the error is ErrDropped.
func (s *Store) with(what string, f func(d *conn) error) error {
	return s.do(call{f: func() error {
		if s.db == nil { // it could not be opened before; try again
			if err := s.open(); err != nil {
				return failure(what, err)
			}
			return ErrDropped
		}
		err := f(s.db)
		if !damaged(err) {
			return failure(what, err)
		}
		if err = s.drop(); err == nil {
			err = s.reconcile()
		}
		if err != nil {
			_ = s.db.close()
			s.db = nil
			return failure(what, err)
		}
		return ErrDropped
	}})
}

// setAside renames a database that cannot be read and returns its new path.
func setAside(path string) (string, error) {
	to := path + ".damaged-" + time.Now().UTC().Format("20060102T150405.000000000")
	if err := os.Rename(path, to); err != nil {
		return "", fmt.Errorf("store: set the damaged outbox aside: %w", atomicfile.Bare(err))
	}
	// The log belongs to the file: it goes with it, and must not be applied to the new one.
	if err := os.Rename(path+"-wal", to+"-wal"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("store: set the damaged outbox aside: %w", atomicfile.Bare(err))
	}
	return to, nil
}

func uri(path string) string {
	path = filepath.ToSlash(path)
	path = strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	if strings.HasPrefix(path, "//") { // a share, whose computer is part of the path and not of the address
		path = "//" + path
	}
	return "file:" + path + "?vfs=" + vfsName
}

func failure(what string, err error) error {
	switch {
	case err == nil || errors.Is(err, ErrForeign):
		return err
	case errors.Is(err, sqlite3.BUSY):
		return fmt.Errorf("%w: %s", ErrBusy, what)
	}
	return onDisk(what, err)
}

// wordless takes out of an error what SQLite says with its code: a statement with a key, or a part of what was searched.
func wordless(err error) error {
	var e *sqlite3.Error
	if errors.As(err, &e) {
		return e.ExtendedCode()
	}
	return err
}
