package main

import (
	"os"
	"path/filepath"
)

// folderPrefix begins the names of the folders that sandboxes live in.
const folderPrefix = "discussions-sandbox-run-"

// newFolder makes a folder for one run, after removing those of runs that were
// killed before they could remove theirs.
func newFolder() (dir string, release func() error, err error) {
	abandoned, err := filepath.Glob(filepath.Join(os.TempDir(), folderPrefix+"*"))
	if err != nil {
		return "", nil, err
	}
	for _, old := range abandoned {
		if unlock, ok := tryLock(filepath.Join(old, lockName)); ok {
			_ = os.RemoveAll(old) // another user's stays
			unlock()
		}
	}
	dir, err = os.MkdirTemp("", folderPrefix)
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
