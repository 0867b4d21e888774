//go:build !windows

package settings

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestAnUnreadableFileIsReported(t *testing.T) {
	path := filepath.Join(t.TempDir(), "unreadable")
	if err := os.WriteFile(path, nil, 0); err != nil {
		t.Fatal(err)
	}
	want := ProblemUnreadable
	if os.Geteuid() == 0 {
		want = ProblemMissingKey // who may read everything finds an empty file
	}
	_, err := LoadDeployment(path)
	var fe *FileError
	if !errors.As(err, &fe) || fe.Problem != want || fe.Path != path {
		t.Errorf("got %v, want %s", err, want)
	}
}
