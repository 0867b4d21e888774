package settings

import (
	"os"
	"path/filepath"
	"strings"
)

// programFolders: beside Discussions.app, because a file put inside it would break its signature; a bare program's own
// folder otherwise.
func programFolders() []string {
	dir := programFolder()
	if bundle, found := strings.CutSuffix(dir, "/Contents/MacOS"); found {
		return []string{filepath.Dir(bundle), dir}
	}
	return []string{dir}
}

// configFolders: the machine's before the user's, so that a user does not replace the organisation's file by accident.
func configFolders() []string {
	dirs := []string{"/Library/Application Support/Discussions"}
	if own, err := os.UserConfigDir(); err == nil {
		dirs = append(dirs, filepath.Join(own, "Discussions"))
	}
	return dirs
}

// DefaultProfileDir is the folder for the accounts of this user: ~/Library/Application Support/Discussions/Profile.
func DefaultProfileDir() (string, error) {
	own, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(own, "Discussions", "Profile"), nil
}
