//go:build unix

package account

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

func TestAFolderThatACarelessCopyLeftOpenToAllIsClosed(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	l.quit()
	must(t, os.Chmod(l.dir, 0o755))
	l.start()
	if info, _ := os.Stat(l.dir); info.Mode().Perm() != 0o700 {
		t.Errorf("%v", info.Mode())
	}
	must(t, l.unlock(id, code))
}

func TestAFolderThatFailsWhileAddingLeavesTheOtherDrawers(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	must(t, l.LogOut(id))
	p := l.logIn(paul, "")
	must(t, os.Chmod(filepath.Join(l.dir, accountsName), 0o500))
	if os.Getuid() != 0 { // root writes anywhere
		_, err := p.SetCode(context.Background(), code)
		want(t, err, ErrProfile)
	}
	must(t, os.Chmod(filepath.Join(l.dir, accountsName), 0o700))
	p.Abandon()
	must(t, l.unlock(id, code))
}
