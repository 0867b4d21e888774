//go:build !windows

package privatedir

import (
	"fmt"
	"os"
)

func makePrivate(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	if err := os.Chmod(path, 0o700); err != nil {
		return fmt.Errorf("%w: %w", ErrOthers, err)
	}
	return nil
}

func isPrivate(path string) (bool, error) {
	info, err := os.Stat(path)
	return err == nil && info.Mode().Perm()&0o077 == 0, err
}
