package settings

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

func programFolders() []string { return []string{programFolder()} }

// machineFolders asks Windows: users can change the variable ProgramData, and so hide the administrators' file.
func machineFolders() []string {
	data, err := windows.KnownFolderPath(windows.FOLDERID_ProgramData, windows.KF_FLAG_DONT_VERIFY)
	if err != nil {
		return nil
	}
	return []string{filepath.Join(data, "Discussions")}
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
