package disk

import (
	"errors"
	"fmt"
	"os"
)

// ErrHeld says that another process, or another part of this one, holds the lock.
var ErrHeld = errors.New("locked by another program")

// Lock makes path a lock that lives until the returned function is called or the process ends, however it ends. It
// returns an error wrapping [ErrHeld] when the lock is held.
func Lock(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return f.Close, nil
}
