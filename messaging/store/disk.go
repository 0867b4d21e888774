package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"discussions/internal/atomicfile"
)

// ErrDisk says that the disk did not take or give what was asked: it is full, or it fails. What is stored stays as it was, and the same
// can be tried again.
var ErrDisk = errors.New("store: the disk does not take it")

// diskFailed says whether err is the disk's. A damaged database is another matter.
func diskFailed(err error) bool {
	if err == nil || damaged(err) {
		return false
	}
	var path *fs.PathError
	return atomicfile.Full(err) || errors.As(err, &path) || errors.Is(err, sqlite3.FULL) || errors.Is(err, sqlite3.IOERR) ||
		errors.Is(err, sqlite3.CANTOPEN) || errors.Is(err, sqlite3.READONLY)
}

// onDisk marks an error of the disk with [ErrDisk].
func onDisk(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case diskFailed(err):
		return fmt.Errorf("%w: %s: %w", ErrDisk, what, atomicfile.Bare(err))
	}
	return fmt.Errorf("store: %s: %w", what, atomicfile.Bare(err))
}

// enoughRoom is how much must fit on a disk that was full before it is used again: several messages and their indexes.
const enoughRoom = 256 << 10

const roomFile = ".room"

// Room reports whether the disk of a store's folder has room again. It needs neither the key nor the open store.
func Room(dir string) (err error) {
	path := filepath.Join(dir, roomFile)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return onDisk("look for room", err)
	}
	defer func() { _ = os.Remove(path) }()
	_, err = file.Write(make([]byte, enoughRoom))
	if err == nil {
		err = file.Sync()
	}
	return onDisk("look for room", errors.Join(err, file.Close()))
}

// blockSize is that of the cipher: a file of a database is a whole number of blocks.
const blockSize = 4096

// trimTorn cuts off what a full disk left of the last block of a database's log. It cannot be deciphered, nothing of it was committed, and
// SQLite would take it for damage.
func trimTorn(path string) error {
	log := path + "-wal"
	info, err := os.Stat(log)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size()%blockSize == 0 {
		return nil
	}
	if err == nil {
		err = os.Truncate(log, info.Size()-info.Size()%blockSize)
	}
	return onDisk("cut the log of "+strings.TrimSuffix(filepath.Base(path), ".db"), err)
}
