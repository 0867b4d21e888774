package account

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"discussions/account/vault"
)

// guess tries a wrong code at a drawer, and waits first if it must.
func (l *lab) guess(id string) {
	l.t.Helper()
	if a := l.account(id); !a.Wait.IsZero() {
		l.pass(a.Wait.Sub(l.clock()))
	}
	want(l.t, l.unlock(id, wrong), ErrWrongCode)
}

func TestTheOwnerIsToldOfTheWrongCodesOfOthers(t *testing.T) {
	l := newLab(t)
	id := l.addAndLeave(claire, Locked)
	began := l.clock()
	for range 3 {
		l.guess(id)
	}
	l.pass(time.Hour)
	must(t, l.unlock(id, code))
	misses := Misses{Count: 3, Since: began}
	e := l.await(func(e Event) bool { _, ok := e.(WrongCodes); return ok })
	if diff := cmp.Diff(WrongCodes{ID: id, Misses: misses}, e); diff != "" {
		t.Error(diff)
	}
	l.restart()
	<-l.keyringAsked
	if diff := cmp.Diff(misses, l.account(id).Misses); diff != "" {
		t.Errorf("in the next run: %s", diff)
	}
	must(t, l.unlock(id, code))
	must(t, l.Lock(id))
	for {
		select {
		case e := <-l.events:
			if _, ok := e.(WrongCodes); ok {
				t.Error("told twice")
			}
			continue
		default:
		}
		break
	}
}

// guessADay spends the codes that cost little: the next one costs hours.
func (l *lab) guessADay(id string) {
	for range 2 {
		for range 3 {
			l.guess(id)
		}
		l.pass(time.Hour)
		must(l.t, l.unlock(id, code))
		must(l.t, l.Lock(id))
	}
	l.guess(id)
}

func TestAFullLoginOpensInSpiteOfADelay(t *testing.T) {
	l := newLab(t)
	id := l.addAndLeave(claire, Locked)
	l.guessADay(id)
	var wait *WaitError
	if err := l.unlock(id, code); !errors.As(err, &wait) || wait.Until.Sub(l.clock()) != 4*time.Hour {
		t.Fatalf("%v", err)
	}
	_, err := l.logIn(claire, id).Resume(context.Background(), code)
	must(t, err)
	if a := l.account(id); a.State != Open || !a.Wait.IsZero() {
		t.Errorf("%+v", a)
	}
}

func TestALoginOfSomebodyElseSkipsNoDelay(t *testing.T) {
	l := newLab(t)
	id := l.addAndLeave(claire, Sealed)
	l.guessADay(id)
	must(t, l.LogOut(id))
	l.restart()
	// Anybody who can write to the profile can say that it is Paul's.
	l.Manager.mu.Lock()
	l.find(id).view.description.Person = hashPerson(l.provider.issuer, paul.Subject)
	l.Manager.mu.Unlock()
	_, err := l.logIn(paul, id).Resume(context.Background(), code)
	want(t, err, ErrWait)
}

func TestAnOlderRecordIsBoundToItsOwnerAtTheNextOpening(t *testing.T) {
	l := newLab(t)
	id := l.addAndLeave(claire, Sealed)
	must(t, l.find(id).vault.Confirm("", time.Time{}, vault.Rules{}, false))
	l.restart()
	must(t, l.unlock(id, code))
	must(t, l.Lock(id))
	l.guessADay(id)
	_, err := l.logIn(claire, id).Resume(context.Background(), code)
	must(t, err)
}
