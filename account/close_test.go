package account

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
)

// The end of the program waits for a removal that is under way: the next start has nothing to finish, and no second program
// works in the folder meanwhile.
func TestTheEndWaitsForARemoval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		id, other := l.add(claire), l.add(paul)
		answer := make(chan struct{})
		l.provider.hang(answer)
		removed, closed := false, false
		go func() {
			_, err := l.Remove(context.Background(), id)
			must(t, err)
			removed = true
		}()
		synctest.Wait()
		go func() {
			must(t, l.Close())
			closed = true
		}()
		synctest.Wait()
		if closed || removed {
			t.Errorf("closed: %v, removed: %v while the provider has not answered", closed, removed)
		}
		if !slices.Contains(l.files(id), "erased") {
			t.Error("a crash now would bring the drawer back, with tokens that may be revoked")
		}
		if l.client(other).connected() {
			t.Error("the other drawer waits for it")
		}
		close(answer)
		synctest.Wait()
		if !closed || !removed || len(l.files(id)) > 0 || len(l.opened) != 1 {
			t.Errorf("closed: %v, removed: %v, left: %v, pages: %d", closed, removed, l.files(id), len(l.opened))
		}
	})
}

// Closing all sessions also closes the one that is being opened.
func TestLoggingEverybodyOutWaitsForWhoIsBeingAdded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		first := l.add(claire)
		p := l.logIn(paul, "")
		l.slowMessages = make(chan struct{})
		added, out := "", false
		go func() {
			id, err := p.SetCode(context.Background(), code)
			must(t, err)
			added = id
		}()
		synctest.Wait()
		go func() {
			must(t, l.LogOutAll())
			out = true
		}()
		synctest.Wait()
		if l.account(first).State != Sealed {
			t.Error("who is there waits for who comes")
		}
		close(l.slowMessages)
		synctest.Wait()
		if !out || added == "" || l.account(added).State != Sealed || l.client(added).connected() {
			t.Errorf("logged out: %v, the new drawer is %v", out, l.account(added).State)
		}
	})
}
