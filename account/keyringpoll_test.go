package account

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"discussions/account/vault"
)

func TestAKeyringThatComesLaterIsNoticed(t *testing.T) {
	for _, trouble := range []error{ErrKeyringAbsent, ErrKeyringLocked, ErrKeyringSlow} {
		t.Run(trouble.Error(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t)
				id := l.add(claire)
				must(t, l.LogOut(id))
				want(t, l.unlock(id, wrong), ErrWrongCode)
				l.quit()
				l.keyring.setFail(trouble)
				l.start()
				synctest.Wait()
				if got := l.account(id); !errors.Is(got.Trouble, trouble) {
					t.Errorf("%+v", got)
				}
				time.Sleep(10 * keyringPollInterval)
				l.keyring.setFail(nil)
				time.Sleep(keyringPollInterval)
				synctest.Wait()
				if got := l.account(id); got.Trouble != nil || got.TriesLeft != vault.MaxTries-1 {
					t.Errorf("%+v", got)
				}
			})
		})
	}
}

func TestAnErasureThatTheKeyringHeldUpIsFinishedWhenItCan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		removed, atStart := l.add(claire), l.add(paul)
		l.keyring.setFail(ErrKeyringLocked)
		_, err := l.Remove(context.Background(), atStart)
		must(t, err)
		l.restart()
		_, err = l.Remove(context.Background(), removed)
		must(t, err)
		time.Sleep(10 * keyringPollInterval)
		if l.keyring.count() != 2 {
			t.Errorf("%d device secrets: nothing is tested", l.keyring.count())
		}
		l.keyring.setFail(nil)
		time.Sleep(keyringPollInterval)
		synctest.Wait()
		nothingLeft(t, l)
	})
}

// quietKeyring can give its status without a request, which would open the dialogue for its password.
type quietKeyring struct {
	*fakeKeyring
	locked atomic.Bool
	asked  atomic.Int32
}

func (k *quietKeyring) Ready(context.Context) error {
	if k.locked.Load() {
		return ErrKeyringLocked
	}
	return nil
}

func (k *quietKeyring) Get(service, user string) (string, error) {
	k.asked.Add(1)
	if err := k.Ready(context.Background()); err != nil {
		return "", err
	}
	return k.fakeKeyring.Get(service, user)
}

func TestALockedKeyringDoesNotAskForItsPasswordAgainAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		id := l.add(claire)
		l.quit()
		k := &quietKeyring{fakeKeyring: l.keyring}
		k.locked.Store(true)
		o := l.options()
		o.Keyring = k
		m, err := OpenProfile(context.Background(), o)
		must(t, err)
		l.Manager = m
		time.Sleep(100 * keyringPollInterval)
		if asked := k.asked.Load(); asked != 1 {
			t.Errorf("asked %d times", asked)
		}
		k.locked.Store(false)
		time.Sleep(keyringPollInterval)
		synctest.Wait()
		if got := l.account(id); got.Trouble != nil {
			t.Errorf("%+v", got)
		}
	})
}
