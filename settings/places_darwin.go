package settings

import (
	"os"
	"path/filepath"
	"strings"
)

// programFolders are the folder of Discussions.app and of the executable. A file inside the bundle would break its signature.
func programFolders() []string {
	dir := programFolder()
	if bundle, found := strings.CutSuffix(dir, "/Contents/MacOS"); found {
		return []string{filepath.Dir(bundle), dir}
	}
	return []string{dir}
}

// configFolders lists the machine's folder first, so that a user does not replace the organisation's file by accident.
func configFolders() []string {
	dirs := []string{"/Library/Application Support/Discussions"}
	if own, err := os.UserConfigDir(); err == nil {
		dirs = append(dirs, filepath.Join(own, "Discussions"))
	}
	return dirs
}

// DefaultProfileDir is the folder of this user's accounts: ~/Library/Application Support/Discussions/Profile.
func DefaultProfileDir() (string, error) {
	own, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(own, "Discussions", "Profile"), nil
}
