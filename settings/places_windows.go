package settings

import (
	"errors"
	"os"
	"path/filepath"
)

func programFolders() []string { return []string{programFolder()} }

func machineFolders() []string {
	return []string{filepath.Join(os.Getenv("ProgramData"), "Discussions")}
}

func ownFolder() string { return filepath.Join(os.Getenv("LocalAppData"), "Discussions") }

// DefaultProfileDir is the folder of this user's accounts: %LocalAppData%\Discussions\Profile. It does not roam, because the
// codes work only on this computer.
func DefaultProfileDir() (string, error) {
	local := os.Getenv("LocalAppData")
	if !filepath.IsAbs(local) {
		return "", errors.New("%LocalAppData% is not set")
	}
	return filepath.Join(local, "Discussions", "Profile"), nil
}
