//go:build !windows && !darwin

package settings

import (
	"os"
	"path/filepath"
)

func programFolders() []string { return []string{programFolder()} }

// configFolders lists the machine's folders first, so that a user does not replace the organisation's file by accident.
func configFolders() []string {
	dirs := []string{"/etc/discussions"}
	system := os.Getenv("XDG_CONFIG_DIRS")
	if system == "" {
		system = "/etc/xdg"
	}
	for _, dir := range filepath.SplitList(system) {
		dirs = append(dirs, filepath.Join(dir, "discussions"))
	}
	if own, err := os.UserConfigDir(); err == nil {
		dirs = append(dirs, filepath.Join(own, "discussions"))
	}
	return dirs
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
