package account

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"discussions/account/vault"
	"discussions/auth"
)

func TestEachTroubleOfTheKeyringHasItsOutcome(t *testing.T) {
	strange := errors.New("org.freedesktop.DBus.Error.Failed")
	for _, c := range []struct {
		name string
		fail error
		want error
	}{
		{"absent", fmt.Errorf("read: %w", ErrKeyringAbsent), ErrKeyringAbsent},
		{"locked", fmt.Errorf("read: %w", ErrKeyringLocked), ErrKeyringLocked},
		{"slow", fmt.Errorf("read: %w", ErrKeyringSlow), ErrKeyringSlow},
		{"refused", fmt.Errorf("read: %w", ErrKeyringRefused), ErrKeyringRefused},
		{"an error without a name", strange, ErrKeyringRefused},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLab(t)
			id := l.add(claire)
			l.restart()
			l.keyring.setFail(c.fail)
			want(t, l.unlock(id, code), c.want)
			if got := l.account(id); got.State != Sealed || !errors.Is(got.Trouble, c.want) || got.NeedsLogin {
				t.Errorf("%+v", got)
			}
			want(t, l.ChangeCode(context.Background(), id, code, code2), c.want)

			p := l.logIn(paul, "")
			second, err := p.SetCode(context.Background(), code)
			if errors.Is(c.want, ErrKeyringAbsent) {
				if err != nil || !l.account(second).Ephemeral {
					t.Errorf("without a keyring: %v", err)
				}
			} else {
				want(t, err, c.want)
				if len(l.Accounts()) != 1 {
					t.Error("a half-made drawer is listed")
				}
			}
			l.keyring.setFail(nil)
			must(t, l.unlock(id, code))
			if got := l.account(id); got.Trouble != nil || got.TriesLeft != vault.MaxTries {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestTheKeyringIsLookedAtWhenTheProgramStarts(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	l.quit()
	l.keyring.setFail(ErrKeyringLocked)
	l.start()
	l.until(func() bool { return errors.Is(l.account(id).Trouble, ErrKeyringLocked) })
	l.keyring.setFail(nil)
	must(t, l.unlock(id, code))
	for range 3 {
		_ = l.LogOut(id)
		want(t, l.unlock(id, wrong), ErrWrongCode)
	}
	l.restart()
	l.until(func() bool { return l.account(id).TriesLeft == 2 })
	if l.account(id).Wait.IsZero() {
		t.Error("the delay is forgotten")
	}
}

func TestAForeignOrMissingRecordNeedsALogin(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func(l *lab, id string)
		want   error
	}{
		{"foreign", func(l *lab, id string) { _ = l.keyring.Set(vault.Service, id, "hunter2") }, ErrKeyringForeign},
		{"missing", func(l *lab, id string) { _ = l.keyring.Delete(vault.Service, id) }, ErrLoginNeeded},
		{"the vault is damaged", func(l *lab, id string) {
			_ = os.WriteFile(filepath.Join(l.dir, accountsName, id, "vault"), []byte("?"), 0o600)
		}, ErrLoginNeeded},
		{"the vault is missing", func(l *lab, id string) { _ = os.Remove(filepath.Join(l.dir, accountsName, id, "vault")) }, ErrLoginNeeded},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLab(t)
			id := l.add(claire)
			l.quit()
			c.damage(l, id)
			l.start()
			want(t, l.unlock(id, code), c.want)
			if got := l.account(id); !got.NeedsLogin || got.Name != claire.Name || got.State != Sealed {
				t.Errorf("%+v", got)
			}
			p := l.logIn(claire, id)
			if !p.Person().Known || p.Person().Present {
				t.Errorf("%+v", p.Person())
			}
			got, err := p.SetCode(context.Background(), code2)
			if err != nil || got != id {
				t.Fatal(got, err)
			}
			if a := l.account(id); a.NeedsLogin || a.Trouble != nil || a.State != Open {
				t.Errorf("%+v", a)
			}
			l.restart()
			must(t, l.unlock(id, code2))
		})
	}
}

func TestDamagedTokensNeedALoginAndKeepTheMessages(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	l.quit()
	must(t, os.WriteFile(filepath.Join(l.dir, accountsName, id, tokensName), []byte("?"), 0o600))
	l.start()
	want(t, l.unlock(id, code), ErrLoginNeeded)
	_, err := l.logIn(claire, id).Resume(context.Background(), code)
	must(t, err)
	if !l.client(id).kept {
		t.Error("the messages are lost")
	}
}

func TestWithoutAKeyringAnAccountLivesUntilTheProgramEnds(t *testing.T) {
	l := newLab(t)
	l.keyring.setFail(ErrKeyringAbsent)
	id := l.add(claire)
	if !l.account(id).Ephemeral {
		t.Fatal("not said to be ephemeral")
	}
	must(t, l.Lock(id))
	want(t, l.unlock(id, wrong), ErrWrongCode)
	must(t, l.unlock(id, code))
	must(t, l.LogOut(id))
	must(t, l.unlock(id, code))
	if !l.client(id).kept {
		t.Error("the messages are lost by a lock")
	}
	must(t, l.ChangeCode(context.Background(), id, code, code2))
	l.restart()
	if len(l.Accounts()) != 0 {
		t.Error("it outlives the program")
	}
	l.quit()
	nothingLeft(t, l)

	// Killed: the files stay for a moment, without the key that was in memory.
	l.start()
	id = l.add(claire)
	l.power.cut(0, false)
	l.quit()
	if left, _ := filepath.Glob(filepath.Join(l.dir, ephemeralName, id, "*")); len(left) == 0 {
		t.Error("the crash erased it: nothing is tested")
	}
	l.start()
	l.quit()
	nothingLeft(t, l)
}

func TestAPersonMayGoOnInMemoryWhenTheKeyringFails(t *testing.T) {
	l := newLab(t)
	l.keyring.setFail(ErrKeyringSlow)
	p := l.logIn(claire, "")
	_, err := p.SetCode(context.Background(), code)
	want(t, err, ErrKeyringSlow)
	id, err := p.SetCodeInMemory(context.Background(), code)
	if err != nil || !l.account(id).Ephemeral {
		t.Fatal(err)
	}
	l.keyring.setFail(nil)
	l.quit()
	nothingLeft(t, l)
}

func TestAnOlderProfileCopiedBackOpensNothingNew(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	l.quit()
	old := filepath.Join(t.TempDir(), "old")
	must(t, os.CopyFS(old, os.DirFS(l.dir)))
	restore := func() {
		l.quit()
		must(t, os.RemoveAll(l.dir))
		must(t, os.CopyFS(l.dir, os.DirFS(old)))
		l.start()
	}

	restore() // tries are not in the profile
	want(t, l.unlock(id, wrong), ErrWrongCode)
	want(t, l.unlock(id, wrong), ErrWrongCode)
	restore()
	want(t, l.unlock(id, wrong), ErrWrongCode)
	if l.account(id).TriesLeft != 2 {
		t.Error("tries came back with the profile")
	}
	l.pass(time.Minute)
	must(t, l.ChangeCode(context.Background(), id, code, code2))
	restore()
	want(t, l.unlock(id, code), ErrLoginNeeded)
	want(t, l.unlock(id, code2), ErrLoginNeeded)

	_, err := l.logIn(claire, id).SetCode(context.Background(), code)
	must(t, err)
	l.quit()
	must(t, os.RemoveAll(old))
	must(t, os.CopyFS(old, os.DirFS(l.dir)))
	l.start()
	for range vault.MaxTries {
		_ = l.unlock(id, wrong)
		l.pass(5 * time.Minute)
	}
	restore()
	want(t, l.unlock(id, code), ErrLoginNeeded) // after five wrong codes

	_, err = l.logIn(claire, id).SetCode(context.Background(), code)
	must(t, err)
	l.quit()
	must(t, os.RemoveAll(old))
	must(t, os.CopyFS(old, os.DirFS(l.dir)))
	l.start()
	_, err = l.Remove(context.Background(), id)
	must(t, err)
	restore()
	want(t, l.unlock(id, code), ErrLoginNeeded) // after removal
}

func TestExchangedDrawersStayShut(t *testing.T) {
	l := newLab(t)
	a, b := l.add(claire), l.add(paul)
	l.quit()
	swap := func(name string) {
		x, y := filepath.Join(l.dir, accountsName, a, name), filepath.Join(l.dir, accountsName, b, name)
		must(t, os.Rename(x, x+".swap"))
		must(t, os.Rename(y, x))
		must(t, os.Rename(x+".swap", y))
	}
	for _, name := range []string{"vault", "tokens"} {
		swap(name)
		l.start()
		for _, id := range []string{a, b} {
			want(t, l.unlock(id, code), ErrLoginNeeded)
			if l.account(id).State != Sealed {
				t.Errorf("%s exchanged: %v", name, l.account(id).State)
			}
		}
		l.quit()
		swap(name)
		for _, id := range []string{a, b} { // what the list shows because of the damage
			forgetLoginNeeded(t, l, id)
		}
	}
	l.start()
	for id, who := range map[string]auth.Identity{a: claire, b: paul} { // the keyring has noted that the tokens could not be read
		want(t, l.unlock(id, code), ErrLoginNeeded)
		_, err := l.logIn(who, id).Resume(context.Background(), code)
		must(t, err)
		if !l.client(id).kept {
			t.Error("the messages are lost")
		}
	}
}

func forgetLoginNeeded(t *testing.T, l *lab, id string) {
	t.Helper()
	path := filepath.Join(l.dir, accountsName, id, descriptionName)
	data, err := os.ReadFile(path)
	must(t, err)
	a, err := parseDescription(data)
	must(t, err)
	a.NeedsLogin = false
	must(t, os.WriteFile(path, a.encode(), 0o600))
}
