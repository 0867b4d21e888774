package settings

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"time"
)

// preferences is where macOS puts what a configuration profile sets for org.spico.discussions; only the system can change it.
const preferences = "/Library/Managed Preferences/org.spico.discussions.plist"

func readManaged() (managed, error) {
	if _, err := os.Stat(preferences); errors.Is(err, fs.ErrNotExist) {
		return managed{}, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	data, err := exec.CommandContext(ctx, "/usr/bin/plutil", "-convert", "json", "-o", "-", preferences).Output()
	if err != nil {
		return managed{}, &FileError{Path: preferences, Problem: ProblemUnreadable, Err: err}
	}
	return fromPreferences(preferences, data)
}
