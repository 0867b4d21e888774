package settings

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTheStrictestPolicyOfTwo(t *testing.T) {
	mild := Policy{NotificationContent: ContentFull, SessionEnd: SessionEndKeep, EditWithin: time.Hour}
	strict := Policy{
		LogoutRemoves: true, LockAfter: time.Minute, CodeLifetime: time.Hour, NotificationContent: ContentNone, SessionEnd: SessionEndLogout,
		NoExport: true,
	}
	for name, got := range map[string]Policy{"one way": mild.Strictest(strict), "the other": strict.Strictest(mild), "twice": strict.Strictest(strict)} {
		if diff := cmp.Diff(strict, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	longer := Policy{LockAfter: time.Hour, CodeLifetime: 2 * time.Hour, NotificationContent: ContentName, SessionEnd: SessionEndKeep}
	want := Policy{LogoutRemoves: true, LockAfter: time.Minute, CodeLifetime: time.Hour, NotificationContent: ContentNone, SessionEnd: SessionEndLogout, NoExport: true}
	if diff := cmp.Diff(want, longer.Strictest(strict)); diff != "" {
		t.Error(diff)
	}
}

func TestTheFoldersAboveAPath(t *testing.T) {
	root := filepath.VolumeName(t.TempDir()) + string(filepath.Separator)
	want := []string{root, filepath.Join(root, "a"), filepath.Join(root, "a", "b")}
	if diff := cmp.Diff(want, ancestors(filepath.Join(root, "a", "b"))); diff != "" {
		t.Error(diff)
	}
}

func TestAFileThatIsNotThereIsNotProtected(t *testing.T) {
	if err := protect(filepath.Join(t.TempDir(), "nothing")); !errors.Is(err, os.ErrNotExist) && err == nil {
		t.Errorf("%v", err)
	}
}
