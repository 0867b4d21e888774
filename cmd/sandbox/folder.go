package main

import (
	"os"
	"path/filepath"
)

// folderPrefix begins the names of the folders that sandboxes live in.
const folderPrefix = "discussions-sandbox-run-"

// longestBase is the longest path that run folders may lie in: the path of a
// Unix socket has 108 bytes (104 on macOS), and they need some 50 themselves.
const longestBase = 50

// newFolder makes a folder for one run, after removing those of runs that were
// killed before they could remove theirs.
func newFolder() (dir string, release func() error, err error) {
	base := os.TempDir()
	if len(base) > longestBase {
		base = "/tmp"
	}
	abandoned, err := filepath.Glob(filepath.Join(base, folderPrefix+"*"))
	if err != nil {
		return "", nil, err
	}
	for _, old := range abandoned {
		if unlock, ok := tryLock(filepath.Join(old, lockName)); ok {
			_ = os.RemoveAll(old) // another user's stays
			unlock()
		}
	}
	dir, err = os.MkdirTemp(base, folderPrefix)
	if err != nil {
		return "", nil, err
	}
	unlock, err := newLock(filepath.Join(dir, lockName))
	if err != nil {
		return "", nil, err
	}
	return dir, func() error {
		defer unlock()
		return os.RemoveAll(dir)
	}, nil
}

const lockName = "lock"
