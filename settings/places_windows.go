package settings

import (
	"errors"
	"os"
	"path/filepath"
)

func programFolders() []string { return []string{programFolder()} }

// configFolders: the machine's before the user's, so that a user does not replace the organisation's file by accident.
func configFolders() []string {
	return []string{
		filepath.Join(os.Getenv("ProgramData"), "Discussions"),
		filepath.Join(os.Getenv("LocalAppData"), "Discussions"),
	}
}

// DefaultProfileDir is the folder for the accounts of this user: %LocalAppData%\Discussions\Profile. It does not roam: the
// codes are tied to this computer.
func DefaultProfileDir() (string, error) {
	local := os.Getenv("LocalAppData")
	if !filepath.IsAbs(local) {
		return "", errors.New("%LocalAppData% is not set")
	}
	return filepath.Join(local, "Discussions", "Profile"), nil
}
