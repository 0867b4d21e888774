package settings

import (
	"errors"
	"os"
	"path/filepath"
)

func programFolders() []string { return []string{programFolder()} }

// configFolders lists the machine's folders first, so that a user does not replace the organisation's file by accident.
func configFolders() []string {
	return []string{
		filepath.Join(os.Getenv("ProgramData"), "Discussions"),
		filepath.Join(os.Getenv("LocalAppData"), "Discussions"),
	}
}

// DefaultProfileDir is the folder of this user's accounts: %LocalAppData%\Discussions\Profile. It does not roam, because the
// codes work only on this computer.
func DefaultProfileDir() (string, error) {
	local := os.Getenv("LocalAppData")
	if !filepath.IsAbs(local) {
		return "", errors.New("%LocalAppData% is not set")
	}
	return filepath.Join(local, "Discussions", "Profile"), nil
}
