//go:build !windows

package privatedir_test

import (
	"os"
	"testing"
)

func openToAll(t *testing.T, dir string) {
	t.Helper()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
}
