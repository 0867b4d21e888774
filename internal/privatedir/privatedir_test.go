package privatedir_test

import (
	"os"
	"path/filepath"
	"testing"

	"discussions/internal/privatedir"
)

// wide is a folder inside that one which everybody may enter.
func wide(t *testing.T, in string) string {
	t.Helper()
	dir := filepath.Join(in, "wide")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	openToAll(t, dir)
	if private, err := privatedir.IsPrivate(dir); private || err != nil {
		t.Fatalf("a folder that is open to all is private: %v, %v", private, err)
	}
	return dir
}

func mustBePrivate(t *testing.T, path string) {
	t.Helper()
	if private, err := privatedir.IsPrivate(path); !private || err != nil {
		t.Errorf("%s is private: %v, %v", path, private, err)
	}
}

func mustMake(t *testing.T, dir string) {
	t.Helper()
	if err := privatedir.Make(dir); err != nil {
		t.Fatal(err)
	}
}

func TestANewFolderIsPrivateWhereverItIs(t *testing.T) {
	dir := filepath.Join(wide(t, t.TempDir()), "above", "profile")
	mustMake(t, dir)
	mustBePrivate(t, dir)
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Error(err)
	}
	mustMake(t, dir) // the next start
	mustBePrivate(t, dir)
}

func TestAFolderThatWasOpenToAllIsClosed(t *testing.T) {
	above := filepath.Join(t.TempDir(), "above")
	mustMake(t, above)
	dir := wide(t, above)
	mustMake(t, dir)
	mustBePrivate(t, dir)
}

func TestARelativePathIsAccepted(t *testing.T) {
	t.Chdir(t.TempDir())
	mustMake(t, "profile")
	mustBePrivate(t, "profile")
}

func TestAFileIsNoFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, filepath.Join(file, "below")} {
		if err := privatedir.Make(path); err == nil {
			t.Errorf("%s was made", path)
		}
	}
	if _, err := privatedir.IsPrivate(filepath.Join(file, "below")); err == nil {
		t.Error("what is not there is private or not")
	}
}
