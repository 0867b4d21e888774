//go:build linux || freebsd || openbsd || netbsd

package main

import (
	"os"
	"path/filepath"
)

// keepComposedLetters lets the library of X11 keep what it makes of its table of composed letters, in the user's folder for caches: it
// reads the table twice at each start, which takes a ninth of the time to the first frame. Without a folder it does so still. Users who
// have chosen a place keep theirs.
func keepComposedLetters() {
	const place = "XCOMPOSECACHE"
	if _, chosen := os.LookupEnv(place); chosen {
		return
	}
	caches, err := os.UserCacheDir()
	if err != nil {
		return
	}
	folder := filepath.Join(caches, "discussions", "compose")
	if os.MkdirAll(folder, 0o700) == nil {
		_ = os.Setenv(place, folder)
	}
}
