//go:build !windows && !darwin

package settings

import (
	"os"
	"path/filepath"
)

func programFolders() []string { return []string{programFolder()} }

func machineFolders() []string {
	dirs := []string{"/etc/discussions"}
	system := os.Getenv("XDG_CONFIG_DIRS")
	if system == "" {
		system = "/etc/xdg"
	}
	for _, dir := range filepath.SplitList(system) {
		dirs = append(dirs, filepath.Join(dir, "discussions"))
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
