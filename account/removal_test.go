package account

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"discussions/settings"
)

// delayed is a workstation whose organisation delays removals without the code by a week, with an account that is not open.
func delayed(t *testing.T, state State) (l *lab, id string) {
	t.Helper()
	l = newLab(t)
	l.policy = settings.Policy{RemoveWithoutCode: 7 * day}
	l.restart()
	return l, l.addAndLeave(claire, state)
}

func TestARemovalWithoutTheCodeIsDelayedAndItsOwnerIsTold(t *testing.T) {
	for _, state := range []State{Locked, Sealed} {
		t.Run(state.String(), func(t *testing.T) {
			l, id := delayed(t, state)
			asked := l.clock()
			r, err := l.Remove(context.Background(), id)
			must(t, err)
			if !r.Due.Equal(asked.Add(7 * day)) {
				t.Errorf("due %v", r.Due)
			}
			if a := l.account(id); a.State != Sealed || !a.RemovalDue.Equal(r.Due) {
				t.Errorf("%+v", a)
			}
			l.pass(day)
			if again, err := l.Remove(context.Background(), id); err != nil || !again.Due.Equal(r.Due) {
				t.Errorf("asked again: %+v, %v", again, err)
			}
			l.pass(6*day - time.Second)
			l.restart() // not yet
			must(t, l.unlock(id, code))
			e := l.await(func(e Event) bool { _, ok := e.(RemovalStopped); return ok }).(RemovalStopped)
			if e.ID != id || !e.Asked.Equal(asked) {
				t.Errorf("%+v", e)
			}
			if a := l.account(id); a.State != Open || !a.RemovalDue.IsZero() || !l.client(id).kept {
				t.Errorf("%+v", a)
			}
			l.pass(month)
			l.restart()
			<-l.keyringAsked
			if !l.listed(id) {
				t.Error("it was erased all the same")
			}
		})
	}
}

func TestAnAccountThatNobodyOpensIsErasedWhenItsTimeComes(t *testing.T) {
	l, id := delayed(t, Sealed)
	other := l.add(paul)
	_, err := l.Remove(context.Background(), id)
	must(t, err)
	pages := len(l.opened)
	l.pass(7 * day)
	l.restart()
	<-l.keyringAsked
	l.until(func() bool { return !l.listed(id) })
	l.gone(t, id)
	if len(l.opened) != pages {
		t.Error("a page was opened in the browser of whoever sits there")
	}
	must(t, l.unlock(other, code))

	p := l.logIn(claire, "")
	want := Removed{How: RemovedWithoutCode, At: l.clock()}
	if got := p.Person().Removed; got.How != want.How || !got.At.Equal(want.At) {
		t.Errorf("the owner is told %+v", got)
	}
	if got := l.logIn(paul, "").Person().Removed; !got.At.IsZero() {
		t.Errorf("somebody else is told %+v", got)
	}
	p = l.logIn(claire, "")
	_, err = p.SetCode(context.Background(), code)
	must(t, err)
	if got := l.logIn(claire, "").Person().Removed; !got.At.IsZero() {
		t.Errorf("told twice: %+v", got)
	}
	if _, err := os.Stat(filepath.Join(l.dir, removedName)); err == nil {
		t.Error("the notice stays when everybody is told")
	}
}

func TestTheOwnerRemovesAtOnce(t *testing.T) {
	l, id := delayed(t, Sealed)
	must(t, l.unlock(id, code))
	r, err := l.Remove(context.Background(), id)
	must(t, err)
	if !r.Due.IsZero() || !r.Revoked || l.listed(id) {
		t.Errorf("%+v", r)
	}
	if got := l.logIn(claire, "").Person().Removed; !got.At.IsZero() {
		t.Errorf("told of what she did herself: %+v", got)
	}
}

func TestAnybodyMayKeepAnAccount(t *testing.T) {
	l, id := delayed(t, Sealed)
	_, err := l.Remove(context.Background(), id)
	must(t, err)
	must(t, l.Keep(id))
	l.pass(month)
	l.restart()
	<-l.keyringAsked
	if !l.listed(id) || !l.account(id).RemovalDue.IsZero() {
		t.Error("it is not kept")
	}
	want(t, l.Keep("nobody"), ErrNoAccount)
}

func TestTheOwnerIsToldOfAnErasureByWrongCodes(t *testing.T) {
	l, id := delayed(t, Sealed)
	for range 4 {
		l.guess(id)
	}
	l.pass(time.Hour)
	want(t, l.unlock(id, wrong), ErrErased)
	if got := l.logIn(claire, "").Person().Removed; got.How != RemovedByWrongCodes || got.At.IsZero() {
		t.Errorf("%+v", got)
	}
}

func TestAnOrganisationMayHaveAccountsRemovedAtOnce(t *testing.T) {
	l := newLab(t)
	id := l.addAndLeave(claire, Sealed)
	r, err := l.Remove(context.Background(), id)
	must(t, err)
	if !r.Due.IsZero() || l.listed(id) {
		t.Errorf("%+v", r)
	}
	if got := l.logIn(claire, "").Person().Removed; got.How != RemovedWithoutCode {
		t.Errorf("%+v", got)
	}
}

// A less strict file does not shorten the delay: see TestAFileWithoutAPolicyDoesNotReviveACode.
func TestAFileOfAnybodyDoesNotHastenARemoval(t *testing.T) {
	l := newLab(t)
	l.policy, l.unprotected = settings.Policy{RemoveWithoutCode: 7 * day}, true
	l.restart()
	id := l.addAndLeave(claire, Sealed)
	l.policy.RemoveWithoutCode = 0
	l.restart()
	<-l.keyringAsked
	if r, err := l.Remove(context.Background(), id); err != nil || r.Due.IsZero() {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestAFileOfAnybodyErasesNothingAtTheLogout(t *testing.T) {
	l := newLab(t)
	l.unprotected = true
	l.restart()
	id := l.addAndLeave(claire, Sealed)
	l.policy.LogoutRemoves = true
	l.restart()
	must(t, l.unlock(id, code))
	must(t, l.Lock(id))
	must(t, l.LogOut(id))
	if !l.listed(id) {
		t.Fatal("erased")
	}
	l.pass(time.Minute)
	_, err := l.logIn(claire, id).Resume(context.Background(), code)
	must(t, err)
	must(t, l.LogOut(id))
	if l.listed(id) {
		t.Error("not erased, though its owner has logged in under that policy")
	}
}

// Where the organisation has accounts erased at the log-out, anybody can log out the locked account of somebody who is away.
func TestTheOwnerIsToldWhatALogOutErasedUnsent(t *testing.T) {
	for name, c := range map[string]struct {
		state  State
		unsent int
		told   bool
	}{
		"unsent messages":               {Locked, 2, true},
		"nothing unsent":                {Locked, 0, false},
		"by the owner, who has it open": {Open, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			l.policy = settings.Policy{LogoutRemoves: true}
			l.restart()
			id := l.add(claire)
			l.client(id).queue(c.unsent)
			if c.state == Locked {
				must(t, l.Lock(id))
			}
			must(t, l.LogOut(id))
			if got := l.logIn(claire, "").Person().Removed; l.listed(id) || c.told != (got.How == RemovedWithoutCode) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestNoticesOfRemovalsAreBoundedAndForgotten(t *testing.T) {
	l := newLab(t)
	d := &drawer{view: view{description: description{Person: "p"}}}
	for range maxRemoved + 5 {
		l.noteRemoved(d, RemovedWithoutCode)
	}
	data, err := os.ReadFile(filepath.Join(l.dir, removedName))
	must(t, err)
	var list []removedNotice
	must(t, json.Unmarshal(data, &list))
	if len(list) != maxRemoved {
		t.Errorf("%d notices", len(list))
	}
	l.pass(removedLife + time.Hour)
	if got := l.removedOf("p"); !got.At.IsZero() {
		t.Error("a notice that is too old is told")
	}
	must(t, os.WriteFile(filepath.Join(l.dir, removedName), []byte("{"), 0o600))
	if got := l.removedOf("p"); !got.At.IsZero() {
		t.Error("a damaged file says something")
	}
	l.noteRemoved(d, RemovedWithoutCode)
	if got := l.removedOf("p"); got.At.IsZero() {
		t.Error("a damaged file is not replaced")
	}
}
