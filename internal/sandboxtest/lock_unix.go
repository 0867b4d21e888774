//go:build unix

package sandboxtest

import (
	"errors"
	"os"
	"syscall"
)

// locked calls f while no other process holds the lock of a file.
func locked(path string, f func() error) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // which releases it
	for {
		if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err == nil {
			return f()
		} else if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
