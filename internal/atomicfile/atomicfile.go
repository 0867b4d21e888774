// Package atomicfile replaces a file so that a crash at any moment, even a loss of power, leaves either the whole old
// contents or the whole new ones.
package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Write replaces the file at path by one that holds data. It writes a temporary file in the same folder, flushes it to the disk,
// renames it over path and makes the rename durable. Only this user may read the file (0600; on Windows, the access list of the
// folder decides). The folder must exist. If Write fails, the file at path is unchanged and nothing is left beside it; the error
// names no folder, see [Bare].
func Write(path string, data []byte) error { return Bare(write(path, data)) }

func write(path string, data []byte) (err error) {
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	f, err := os.CreateTemp(dir, prefix(base)+"*"+suffix)
	if err != nil {
		return fmt.Errorf("write %s: %w", base, err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(data); err != nil {
		return fmt.Errorf("write %s: %w", base, err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("flush %s: %w", base, err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("close %s: %w", base, err)
	}
	if err := replace(f.Name(), path); err != nil {
		return fmt.Errorf("replace %s: %w", base, err)
	}
	return nil
}

// Sweep removes the temporary files that a crash during Write left beside path. Call it only while nothing writes there.
func Sweep(path string) error {
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	var errs []error
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), prefix(base)) || !strings.HasSuffix(e.Name(), suffix) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Bare removes the folders from an error of the file system: errors are logged, and the path of a profile often contains its
// owner's name.
func Bare(err error) error {
	var one *fs.PathError
	var two *os.LinkError
	switch {
	case errors.As(err, &one):
		return &fs.PathError{Op: one.Op, Path: filepath.Base(one.Path), Err: one.Err}
	case errors.As(err, &two):
		return &os.LinkError{Op: two.Op, Old: filepath.Base(two.Old), New: filepath.Base(two.New), Err: two.Err}
	}
	return err
}

const suffix = ".tmp"

func prefix(base string) string { return "." + base + "." }
