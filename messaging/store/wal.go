package store

import (
	"encoding/binary"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/ncruces/go-sqlite3/vfs/adiantum"
)

// vfsName is the name under which SQLite knows the encrypted files of this package.
const vfsName = "discussions"

// registerVFS makes the encrypted files known to SQLite. Further calls do nothing.
func registerVFS() {
	if vfs.Find(vfsName) == nil {
		vfs.Register(vfsName, gathering{adiantum.Wrap(vfs.Find(""), nil)})
	}
}

// gathering is a VFS that writes the frames of a transaction into the write-ahead log at once.
type gathering struct{ vfs.VFS }

func (g gathering) Open(string, vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	return nil, 0, sqlite3.CANTOPEN // SQLite calls OpenFilename
}

// OpenFilename opens a file.
func (g gathering) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, out, err := vfsutil.WrapOpenFilename(g.VFS, name, flags)
	if err == nil && flags&vfs.OPEN_WAL != 0 {
		f = &walFile{File: f, page: -1}
	}
	return f, out, err
}

// A log is copied into its database when nobody waits for the store, not within a transaction as SQLite does: that takes tens of milliseconds.
const (
	idleLogged = 1000 // pages of a log after which this is done once the store is idle
	mostLogged = 4000 // and after which it is done behind the next transaction, whoever waits
	idleTime   = 250 * time.Millisecond
)

// mostLogged gives the pages of the largest log.
func (d *conn) mostLogged() (most int) {
	if d == nil {
		return 0
	}
	for _, pages := range d.logged {
		most = max(most, pages)
	}
	return most
}

// checkpoint copies large logs into their databases. What fails here is tried again behind a later transaction; nothing is lost by it.
func (d *conn) checkpoint() {
	if d == nil || d.db == nil {
		return
	}
	for schema, pages := range d.logged {
		if pages >= idleLogged {
			d.logged[schema] = 0 // until the next transaction, which tells
			_, _, _ = d.db.WALCheckpoint(schema, sqlite3.CHECKPOINT_PASSIVE)
		}
	}
}

const (
	frameHeader = 24       // bytes before each page of the log
	mostHeld    = 64 << 12 // bytes of a large transaction that are held at most
)

// walFile is a write-ahead log (https://sqlite.org/fileformat2.html#walformat). A page and its header are no whole blocks of the cipher:
// written one by one, as SQLite does, each costs three blocks that are read, decrypted, changed, encrypted and written. So what precedes
// the commit of a transaction is held in memory; without the commit it means nothing, whether it is on the disk or not. The frame with the
// commit, and all that is not a frame, is written before WriteAt returns.
type walFile struct {
	vfs.File
	held    []byte // what the file has from start on, in plain, as far as it was written since it was opened or gone back in
	start   int64
	written int // so much of held is on the disk
	page    int64
}

// WriteAt holds or writes p.
func (w *walFile) WriteAt(p []byte, off int64) (int, error) {
	if off < w.start || off > w.start+int64(len(w.held)) {
		if err := w.flush(); err != nil {
			return 0, err
		}
		w.held, w.start, w.written = w.held[:0], off, 0
	}
	begins := len(p) == frameHeader
	commits := begins && binary.BigEndian.Uint32(p[4:]) != 0 // the size of the database after the commit
	follows := w.page == off
	w.page = -1
	if begins && !commits {
		w.page = off + frameHeader
	}
	at := int(off - w.start) // mostly the end; before it when a page has changed again, or the transaction before was rolled back
	w.held = append(w.held, p[copy(w.held[at:], p):]...)
	w.written = min(w.written, at)
	if (begins && !commits || follows) && len(w.held) < mostHeld {
		return len(p), nil
	}
	if err := w.flush(); err != nil {
		return 0, err
	}
	return len(p), nil
}

// flush writes what is held, from the beginning of a block on where that is known.
func (w *walFile) flush() error {
	if w.written == len(w.held) {
		return nil
	}
	from := max(w.start, (w.start+int64(w.written))&^(blockSize-1))
	if _, err := w.File.WriteAt(w.held[from-w.start:], from); err != nil {
		w.forget() // SQLite rolls the transaction back: it must not be written later
		return err
	}
	// What is needed of it is the last block, which the next frame goes on with.
	end := w.start + int64(len(w.held))
	if last := max(w.start, end&^(blockSize-1)); last > w.start {
		n := copy(w.held, w.held[last-w.start:])
		clear(w.held[n:])
		w.held, w.start = w.held[:n], last
	}
	w.written = len(w.held)
	return nil
}

func (w *walFile) ReadAt(p []byte, off int64) (int, error) {
	if err := w.flush(); err != nil {
		return 0, err
	}
	return w.File.ReadAt(p, off)
}

func (w *walFile) Sync(flags vfs.SyncFlag) error {
	if err := w.flush(); err != nil {
		return err
	}
	return w.File.Sync(flags)
}

func (w *walFile) Size() (int64, error) {
	if err := w.flush(); err != nil {
		return 0, err
	}
	return w.File.Size()
}

func (w *walFile) Truncate(size int64) error {
	if err := w.flush(); err != nil {
		return err
	}
	w.forget()
	return w.File.Truncate(size)
}

// Close closes the file. What is still held belongs to a transaction that was not committed.
func (w *walFile) Close() error {
	w.forget()
	return w.File.Close()
}

func (w *walFile) forget() {
	clear(w.held)
	w.held, w.start, w.written, w.page = w.held[:0], 0, 0, -1
}

func (w *walFile) Unwrap() vfs.File { return w.File }
