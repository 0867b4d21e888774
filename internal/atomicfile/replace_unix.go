//go:build !windows

package atomicfile

import (
	"os"
	"path/filepath"
)

// replace renames from, which is closed and flushed, over to in the same folder, and makes that durable.
func replace(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}
