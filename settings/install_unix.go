//go:build !windows

package settings

import "os"

func makeFolder(path string, everybody bool) error {
	if !everybody {
		return os.MkdirAll(path, 0o700)
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	return os.Chmod(path, 0o755)
}

func makeReadable(path string) error { return os.Chmod(path, 0o644) }
