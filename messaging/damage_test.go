package messaging

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"discussions/messaging/internal/wiretest"
)

func TestADamagedCacheIsFilledAgainWhileTheProgramRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, dir := wiretest.New(), t.TempDir()
		c := newTest(t, dir, w)
		w.Connect(false)
		synctest.Wait()
		var want []string
		for range 3000 {
			m := w.Says(sophie, "une phrase assez longue pour remplir quelques pages de la base")
			want = append(want, m.Body)
		}
		w.Cut()
		w.Connect(false)
		synctest.Wait()
		check(t, c.SetDraft(id(sophie), "brouillon"))
		// Closed and opened again, so that the pages come from the disk.
		check(t, c.Lock())
		check(t, c.Unlock(key))
		synctest.Wait()
		path := filepath.Join(dir, "cache.db")
		b, err := os.ReadFile(path)
		check(t, err)
		_, _ = rand.Read(b[len(b)/4:])
		check(t, os.WriteFile(path, b, 0o600))
		for range 3 { // reading finds the damage; what was fetched is then complete again
			_, _ = c.History(t.Context(), id(sophie), Cursor{}, 5000, 0)
			synctest.Wait()
		}
		same(t, "messages", len(history(t, c, sophie, 5000)), len(want))
		same(t, "draft", c.Draft(id(sophie)), "brouillon")
	})
}
