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

func machineFolders() []string { return []string{"/Library/Application Support/Discussions"} }

// ownFolder is "" where the user has none.
func ownFolder() string {
	own, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(own, "Discussions")
}

// DefaultProfileDir is the folder of this user's accounts: ~/Library/Application Support/Discussions/Profile.
func DefaultProfileDir() (string, error) {
	own, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(own, "Discussions", "Profile"), nil
}
