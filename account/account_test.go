package account

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/privatedir"
	"discussions/internal/secret"
	"discussions/messaging"
	"discussions/settings"
)

func TestADrawerIsOpenedByItsCodeInTheNextRun(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	got := l.account(id)
	wanted := Account{
		ID: id, Name: "Dr Claire Martin", Organisation: "CHU", Job: "Médecin", JID: claire.JID, Mail: claire.Mail, State: Open, TriesLeft: vault.MaxTries,
		Connection: messaging.Connection{State: messaging.Connecting},
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Error(diff)
	}
	if o := l.provider.options[0]; !o.ForceLogin || o.LoginHint != "" {
		t.Errorf("login options %+v", o)
	}
	l.restart()
	if got := l.account(id); got.State != Sealed || got.Name != wanted.Name {
		t.Errorf("after a restart: %+v", got)
	}
	if _, ok := l.Client(id); ok {
		t.Error("a sealed account has a client")
	}
	must(t, l.unlock(id, code))
	if got := l.account(id); got.State != Open || !l.client(id).connected() || !l.client(id).kept {
		t.Errorf("after the code: %+v", got)
	}
	want(t, l.unlock(id, code), ErrState)
	want(t, l.unlock("nobody", code), ErrNoAccount)
}

func TestTwoAccountsDoNotDisturbEachOther(t *testing.T) {
	l := newLab(t)
	a := l.add(claire)
	first := l.client(a)
	b := l.add(paul)
	if !first.connected() || !first.hasKey() || l.account(a).State != Open {
		t.Error("adding an account disturbs the one that is open")
	}
	must(t, l.LogOut(b))
	if l.account(a).State != Open || l.account(b).State != Sealed || !first.connected() || l.client(b).connected() {
		t.Error("logging one out disturbs the other")
	}
	want(t, l.unlock(b, wrong), ErrWrongCode)
	if l.account(a).TriesLeft != vault.MaxTries || l.account(b).TriesLeft != vault.MaxTries-1 {
		t.Error("tries are shared")
	}
	must(t, l.unlock(b, code))
	if list := l.Accounts(); list[0].ID != b || list[1].ID != a {
		t.Error("the last used account is not the first")
	}
	must(t, l.LogOutAll())
	if l.account(a).State != Sealed || l.account(b).State != Sealed {
		t.Error("not all are sealed")
	}
}

func TestALockedAccountStaysConnectedAndRefreshes(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	c := l.client(id)
	c.queue(3)
	must(t, l.Lock(id))
	if !c.connected() || c.hasKey() || l.account(id).State != Locked || l.Unsent(id) != 3 {
		t.Fatalf("%+v", l.account(id))
	}
	c.Tell(messaging.CountChanged{Unread: 4, Live: true})
	e := l.await(func(e Event) bool { _, ok := e.(Received); return ok }).(Received)
	if diff := cmp.Diff(Received{ID: id, Locked: true}, e); diff != "" || l.account(id).Unread != 4 {
		t.Error(diff, l.account(id).Unread)
	}
	c.Tell(messaging.MessageAdded{Message: messaging.Message{Content: messaging.Text{Body: "canary"}}, Live: true}) // must not be passed on
	l.pass(time.Hour)
	token, err := c.c.Token(context.Background())
	if err != nil || token.Reveal() != "canary-access-2" {
		t.Errorf("no refresh while locked: %v", err)
	}
	must(t, l.Lock(id)) // again
	want(t, l.unlock(id, wrong), ErrWrongCode)
	must(t, l.unlock(id, code))
	if !c.hasKey() || l.account(id).State != Open {
		t.Error("not open")
	}
	c.Tell(messaging.MessageAdded{Message: messaging.Message{ID: "m"}, Live: true})
	e = l.await(func(e Event) bool { _, ok := e.(Received); return ok }).(Received)
	if e.Message.ID != "m" || e.Locked {
		t.Errorf("%+v", e)
	}
	l.restart()
	must(t, l.unlock(id, code)) // the rotated tokens were saved
	if _, err := l.client(id).c.Token(context.Background()); err != nil || l.provider.reused != 0 {
		t.Errorf("%v, %d reused", err, l.provider.reused)
	}
}

func TestFiveWrongCodesErase(t *testing.T) {
	for _, from := range []State{Sealed, Locked} {
		t.Run(from.String(), func(t *testing.T) {
			l := newLab(t)
			id := l.addAndLeave(claire, from)
			for i := range vault.MaxTries - 1 {
				want(t, l.unlock(id, wrong), ErrWrongCode)
				if got := l.account(id); got.TriesLeft != vault.MaxTries-1-i || got.Wait.IsZero() != (i < 2) {
					t.Fatalf("%+v", got)
				}
				if i >= 2 {
					want(t, l.unlock(id, code), ErrWait)
				}
				l.pass(5 * time.Minute)
			}
			want(t, l.unlock(id, wrong), ErrErased)
			if e := l.await(func(e Event) bool { _, ok := e.(Erased); return ok }).(Erased); e.ID != id || e.Name != claire.Name {
				t.Errorf("%+v", e)
			}
			l.quit()
			if l.client(id).connected() {
				t.Error("still connected")
			}
			if from == Locked && len(l.provider.revoked) != 1 {
				t.Error("the tokens, which were at hand, are not revoked")
			}
			nothingLeft(t, l)
			l.start()
			if len(l.Accounts()) != 0 {
				t.Error("the drawer comes back")
			}
		})
	}
}

// nothingLeft checks that the profile holds no drawer, and that the keyring holds no record.
func nothingLeft(t *testing.T, l *lab) {
	t.Helper()
	left, _ := filepath.Glob(filepath.Join(l.dir, "*", "*"))
	if len(left) != 0 || l.keyring.count() != 0 {
		t.Errorf("left: %v and %d records", left, l.keyring.count())
	}
}

func TestRemoving(t *testing.T) {
	for _, c := range []struct {
		name    string
		prepare func(l *lab, id string)
		want    Removal
		browser bool
	}{
		{"an open account", func(l *lab, id string) { l.client(id).queue(2) }, Removal{Revoked: true, Unsent: 2}, true},
		{"a locked account", func(l *lab, id string) { l.client(id).queue(2); _ = l.Lock(id) }, Removal{Revoked: true, Unsent: 2}, true},
		{"a sealed account", func(l *lab, id string) { l.client(id).queue(2); _ = l.LogOut(id) }, Removal{Unsent: 2}, true},
		{"offline", func(l *lab, id string) { l.provider.fail(auth.ErrUnreachable) }, Removal{}, true},
		{"with a keyring that fails", func(l *lab, id string) { l.keyring.setFail(ErrKeyringSlow) }, Removal{Revoked: true}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLab(t)
			id := l.add(claire)
			other := l.add(paul)
			c.prepare(l, id)
			got, err := l.Remove(context.Background(), id)
			if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
				t.Error(err, diff)
			}
			if page := <-l.opened; page != l.provider.issuer+"/end" {
				t.Errorf("browser at %s", page)
			}
			if len(l.Accounts()) != 1 || l.account(other).State != Open {
				t.Error("the wrong account is gone")
			}
			want(t, l.unlock(id, code), ErrNoAccount)
			want(t, l.LogOut(id), ErrNoAccount)
			for _, left := range l.files(id) {
				if left != "erased" {
					t.Errorf("%s is left", left)
				}
			}
			l.keyring.setFail(nil)
			l.provider.fail(nil)
			l.restart()
			_, _ = l.Remove(context.Background(), other)
			l.quit()
			nothingLeft(t, l)
		})
	}
}

func (l *lab) files(id string) (names []string) {
	entries, _ := os.ReadDir(filepath.Join(l.dir, accountsName, id))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestLoggingOutRemovesWhereThePolicySaysSo(t *testing.T) {
	l := newLab(t)
	l.policy = settings.Policy{LogoutRemoves: true}
	l.restart()
	id := l.add(claire)
	l.restart()
	must(t, l.LogOut(id)) // sealed by the end of the program: there is nothing to log out of
	must(t, l.unlock(id, code))
	must(t, l.LogOut(id))
	if len(l.Accounts()) != 0 || len(l.provider.revoked) != 1 {
		t.Error("not removed")
	}
	l.quit()
	nothingLeft(t, l)
}

func TestChangingTheCode(t *testing.T) {
	for _, state := range []State{Open, Locked, Sealed} {
		t.Run(state.String(), func(t *testing.T) {
			l := newLab(t)
			id := l.add(claire)
			switch state {
			case Locked:
				must(t, l.Lock(id))
			case Sealed:
				must(t, l.LogOut(id))
			}
			want(t, l.ChangeCode(context.Background(), id, code, secret.New("1234")), vault.ErrWeakCode)
			want(t, l.ChangeCode(context.Background(), id, wrong, code2), ErrWrongCode)
			if got := l.account(id).TriesLeft; got != vault.MaxTries-1 {
				t.Errorf("%d left", got)
			}
			must(t, l.ChangeCode(context.Background(), id, code, code2))
			if got := l.account(id); got.TriesLeft != vault.MaxTries || got.State != state {
				t.Errorf("%+v", got)
			}
			l.restart()
			want(t, l.unlock(id, code), ErrWrongCode)
			must(t, l.unlock(id, code2))
			if !l.client(id).kept {
				t.Error("the messages are lost")
			}
		})
	}
}

func TestTheProfileFolder(t *testing.T) {
	l := newLab(t)
	l.add(claire)
	if _, err := OpenProfile(context.Background(), l.options()); !errors.Is(err, ErrProfileBusy) {
		t.Errorf("a second program: %v", err)
	}
	err := filepath.Walk(l.dir, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		private, err := privatedir.IsPrivate(path)
		if err == nil && !private {
			t.Errorf("%s: %v", path, info.Mode())
		}
		return err
	})
	must(t, err)
	l.quit()

	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	o := l.options()
	o.Dir = filepath.Join(file, "profile")
	_, err = OpenProfile(context.Background(), o)
	want(t, err, ErrProfile)
}

func TestOnlyFoldersThatAreDrawersAreListedOrTouched(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	l.quit()
	accounts := filepath.Join(l.dir, accountsName)
	copied := os.DirFS(filepath.Join(accounts, id))
	odd := []string{id + " - Copie", strings.ToUpper(id) + "A", "abc", "0123456789abcdeg", ".hidden"}
	for _, name := range odd {
		must(t, os.CopyFS(filepath.Join(accounts, name), copied))
	}
	must(t, os.Mkdir(filepath.Join(accounts, "empty"), 0o700))
	must(t, os.Symlink(filepath.Join(accounts, id), filepath.Join(accounts, "fedcba9876543210")))
	must(t, os.WriteFile(filepath.Join(accounts, "0123456789abcdef"), nil, 0o600))
	before := l.folders()
	l.start()
	<-l.keyringAsked
	if list := l.Accounts(); len(list) != 1 || list[0].ID != id {
		t.Errorf("%+v", list)
	}
	if diff := cmp.Diff(before, l.folders()); diff != "" {
		t.Error(diff)
	}
	must(t, l.unlock(id, code))
}

// Somebody who can write to a drawer's folder can also put an endless or a huge file there.
func TestDevicesAndHugeFilesAreNotRead(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	l.quit()
	for _, name := range []string{descriptionName, tokensName, "vault"} {
		path := filepath.Join(l.dir, accountsName, id, name)
		good, err := os.ReadFile(path)
		must(t, err)
		for what, put := range map[string]func() error{
			"a folder": func() error { return os.Mkdir(path, 0o700) },
			"a device": func() error { return os.Symlink("/dev/zero", path) },
			"4 TiB":    func() error { return errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, 1<<42)) },
		} {
			must(t, os.RemoveAll(path))
			must(t, put())
			l.start()
			<-l.keyringAsked
			err := l.unlock(id, code)
			if name == descriptionName && err != nil || name != descriptionName && !errors.Is(err, ErrLoginNeeded) {
				t.Errorf("%s is %s: %v", name, what, err)
			}
			l.quit()
		}
		must(t, os.RemoveAll(path))
		must(t, os.WriteFile(path, good, 0o600))
		forgetLoginNeeded(t, l, id)
	}
}

func TestADamagedDescriptionComesBackFromTheSealedCopy(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	l.quit()
	for _, damage := range []string{"", "{", `{"version":9}`, strings.Repeat("x", maxDescription+1)} {
		must(t, os.WriteFile(filepath.Join(l.dir, accountsName, id, descriptionName), []byte(damage), 0o600))
		l.start()
		if got := l.account(id); got.Name != "" || got.State != Sealed {
			t.Errorf("%+v", got)
		}
		must(t, l.unlock(id, code))
		l.restart()
		if got := l.account(id); got.Name != claire.Name {
			t.Errorf("%+v", got)
		}
		l.quit()
	}
	l.start()
}

func TestTheLanguageAndMethodReachTheProvider(t *testing.T) {
	l := newLab(t)
	l.quit()
	o := l.options()
	o.Language = func() string { return "fr" }
	o.Deployment.Login.Methods = []settings.Method{{Name: "one"}, {Name: "two", Hint: map[string]string{"a": "b"}}}
	m, err := OpenProfile(context.Background(), o)
	must(t, err)
	defer m.Close()
	login, err := m.StartLogin(context.Background(), 1, "")
	must(t, err)
	login.Cancel()
	got := l.provider.options[0]
	if diff := cmp.Diff(auth.LoginOptions{Method: auth.Method{Name: "two", Hint: map[string]string{"a": "b"}}, ForceLogin: true, Language: "fr"}, got); diff != "" {
		t.Error(diff)
	}
}
