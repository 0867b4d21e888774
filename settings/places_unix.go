//go:build !windows && !darwin

package settings

import (
	"os"
	"path/filepath"
	"slices"
)

func programFolders() []string { return []string{programFolder()} }

// machineFolders has the fixed places first: users can change XDG_CONFIG_DIRS, which must not hide a file there.
func machineFolders() []string {
	dirs := []string{"/etc/discussions", "/etc/xdg/discussions"}
	for _, dir := range filepath.SplitList(os.Getenv("XDG_CONFIG_DIRS")) {
		if dir = filepath.Join(dir, "discussions"); !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// ownFolder is "" where the user has none.
func ownFolder() string {
	own, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(own, "discussions")
}

// DefaultProfileDir is the folder of this user's accounts: $XDG_DATA_HOME/discussions, usually ~/.local/share/discussions.
func DefaultProfileDir() (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) { // the specification ignores relative ones
		return filepath.Join(dir, "discussions"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".local", "share", "discussions"), nil
}
