package account

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"discussions/account/vault"
	"discussions/messaging"
	"discussions/settings"
)

const (
	day   = 24 * time.Hour
	month = 30 * day
)

// keep reads files of a drawer, to put them back as they were.
func (l *lab) keep(id string) (putBack func()) {
	l.t.Helper()
	kept := map[string][]byte{}
	for _, name := range []string{descriptionName, tokensName, "vault"} {
		path := filepath.Join(l.dir, accountsName, id, name)
		data, err := os.ReadFile(path)
		must(l.t, err)
		kept[path] = data
	}
	return func() {
		l.quit()
		for path, data := range kept {
			must(l.t, os.WriteFile(path, data, 0o600))
		}
		l.start()
	}
}

// codeAlone opens a sealed drawer by its code, at once after a start and after the keyring has answered.
func (l *lab) codeAlone(id string) error {
	l.t.Helper()
	l.restart()
	at := l.unlock(id, code)
	l.restart()
	<-l.keyringAsked
	if later := l.unlock(id, code); (at == nil) != (later == nil) {
		l.t.Errorf("at once: %v, later: %v", at, later)
	}
	if at != nil {
		if a := l.account(id); !a.NeedsLogin || a.TriesLeft != 5 {
			l.t.Errorf("the list says %+v", a)
		}
	}
	return at
}

func TestAFileWithoutAPolicyDoesNotReviveACode(t *testing.T) {
	l := newLab(t)
	l.unprotected = true
	l.limitCodes(month)
	id := l.add(claire)
	l.pass(31 * day)
	l.policy = settings.Policy{} // mine.toml
	want(t, l.codeAlone(id), ErrLoginNeeded)
	_, err := l.logIn(claire, id).Resume(context.Background(), code)
	must(t, err)
	must(t, l.codeAlone(id))
	l.pass(31 * day)
	want(t, l.codeAlone(id), ErrLoginNeeded) // the policy is as strict after that login
}

func TestAnAdministratorsFileHasTheLastWord(t *testing.T) {
	l := newLab(t)
	l.limitCodes(month)
	id := l.add(claire)
	l.pass(31 * day)
	l.policy = settings.Policy{CodeLifetime: 2 * month}
	must(t, l.codeAlone(id))
	l.policy, l.unprotected = settings.Policy{}, true
	l.pass(31 * day)
	want(t, l.codeAlone(id), ErrLoginNeeded)
}

// A stricter file that somebody else used has no effect after that start.
func TestAStricterFileOfAnybodyHoldsOnlyWhileItIsUsed(t *testing.T) {
	l := newLab(t)
	l.unprotected = true
	l.limitCodes(month)
	id := l.add(claire)
	l.policy.CodeLifetime = time.Minute
	l.pass(time.Hour)
	want(t, l.codeAlone(id), ErrLoginNeeded)
	l.policy.CodeLifetime = month
	must(t, l.codeAlone(id))
}

func TestAClockThatIsSetBackEachDayDoesNotKeepACodeAlive(t *testing.T) {
	l := newLab(t)
	l.limitCodes(month)
	id := l.add(claire)
	opened := 0
	for l.unlock(id, code) == nil || l.account(id).State == Open {
		opened++
		if opened > 40 {
			t.Fatal("it opens for ever")
		}
		l.pass(day - time.Minute)
		must(t, l.LogOut(id))
		l.quit()
		l.pass(-(day - time.Minute)) // and a night during which the program did not run
		l.start()
	}
	if opened > 31 {
		t.Errorf("it opened on %d days", opened)
	}
	want(t, l.codeAlone(id), ErrLoginNeeded)
}

// Somebody sets the clock, offline, before each start to a minute after the last one. What the computer has run for still counts.
func TestAClockThatIsSetToJustAfterTheLastStartKeepsNoCodeAlive(t *testing.T) {
	for name, evening := range map[string]func(*lab){"the computer runs on": func(*lab) {}, "it is started each morning": (*lab).boot} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			l.boot()
			l.limitCodes(5 * day)
			id := l.add(claire)
			must(t, l.LogOut(id))
			l.quit()
			opened := 0
			for {
				evening(l)
				l.run(10 * time.Hour)
				l.pass(time.Minute)
				l.start()
				if l.unlock(id, code) != nil {
					break
				}
				if opened++; opened > 20 {
					t.Fatal("it opens for ever")
				}
				must(t, l.LogOut(id))
				l.quit()
			}
			if opened > 12 { // of ten hours in five days
				t.Errorf("it opened on %d days", opened)
			}
			want(t, l.codeAlone(id), ErrLoginNeeded)
			_, err := l.logIn(claire, id).Resume(context.Background(), code)
			must(t, err)
			must(t, l.codeAlone(id))
		})
	}
}

// A clock that was wrong for a while shortens the code's life by its error.
func TestAClockThatWasALittleWrongEndsNoCode(t *testing.T) {
	l := newLab(t)
	l.limitCodes(month)
	id := l.add(claire)
	for range 3 {
		l.pass(2 * time.Hour)
		must(t, l.codeAlone(id))
		l.pass(-2 * time.Hour)
		must(t, l.codeAlone(id))
	}
}

func TestFilesThatArePutBackDoNotUndoARefusal(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	must(t, l.LogOut(id))
	putBack := l.keep(id)
	must(t, l.unlock(id, code))
	l.provider.kill()
	l.pass(time.Hour)
	_, err := l.client(id).c.Token(context.Background())
	want(t, err, messaging.ErrLoginNeeded)
	putBack()
	want(t, l.codeAlone(id), ErrLoginNeeded)
	putBack()
	want(t, l.codeAlone(id), ErrLoginNeeded)
	l.provider.mu.Lock()
	reused := l.provider.reused
	l.provider.mu.Unlock()
	if reused != 0 {
		t.Errorf("%d old tokens were used", reused)
	}
	_, err = l.logIn(claire, id).Resume(context.Background(), code)
	must(t, err)
	must(t, l.codeAlone(id))
	putBack() // the tokens of the login before
	want(t, l.codeAlone(id), ErrLoginNeeded)
}

// A changed description neither opens a drawer nor keeps the program from reading the record.
func TestADescriptionThatWasEditedOpensNothing(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	d := l.find(id)
	d.op.Lock()
	must(t, l.requireLoginForTest(d))
	d.op.Unlock()
	l.quit()
	a, err := d.readDescription()
	must(t, err)
	if !a.NeedsLogin {
		t.Fatal("not noted")
	}
	a.NeedsLogin = false
	must(t, os.WriteFile(d.path(descriptionName), a.encode(), 0o600))
	l.start()
	want(t, l.codeAlone(id), ErrLoginNeeded)
}

func (m *Manager) requireLoginForTest(d *drawer) error {
	_ = m.requireLogin(d)
	return nil
}

func TestThePolicyOfTheProgramIsTheStrictestOfItsAccounts(t *testing.T) {
	l := newLab(t)
	l.unprotected = true
	strict := settings.Policy{
		LockAfter: time.Minute, CodeLifetime: month, NotificationContent: settings.ContentNone, SessionEnd: settings.SessionEndLogout, EditWithin: time.Hour,
		Files: strictFiles,
	}
	l.policy = strict
	l.restart()
	l.add(claire)
	l.policy = settings.Policy{NotificationContent: settings.ContentFull, SessionEnd: settings.SessionEndKeep, EditWithin: day, Files: settings.Files{Hosts: strictFiles.Hosts}}
	l.restart()
	<-l.keyringAsked
	if diff := cmp.Diff(strict, l.Policy()); diff != "" {
		t.Error(diff)
	}
	l.unprotected = false
	l.restart()
	<-l.keyringAsked
	if diff := cmp.Diff(l.policy, l.Policy()); diff != "" {
		t.Error("of an administrators' file:", diff)
	}
}

func TestAPolicyIsTheSameInTheKeyring(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := settings.Policy{
			LogoutRemoves:       rapid.Bool().Draw(t, "removes"),
			LockAfter:           time.Duration(rapid.Int64Range(0, 1<<31).Draw(t, "lock")) * time.Second,
			CodeLifetime:        time.Duration(rapid.Int64Range(0, 1<<31).Draw(t, "lifetime")) * time.Second,
			NoExport:            rapid.Bool().Draw(t, "no export"),
			EditWithin:          time.Duration(rapid.Int64Range(0, 1<<31).Draw(t, "edit")) * time.Second,
			RemoveWithoutCode:   time.Duration(rapid.Int64Range(0, 1<<16-1).Draw(t, "remove")) * time.Hour,
			NotificationContent: rapid.SampledFrom(contentLevels[:]).Draw(t, "content"),
			SessionEnd:          rapid.SampledFrom([]settings.SessionEnd{settings.SessionEndKeep, settings.SessionEndLogout}).Draw(t, "end"),
		}
		p.Files = drawFiles(t, "files")
		rules := rulesOf(p)
		if diff := cmp.Diff(p, policyOf(rules)); diff != "" || len(rules.Files) > vault.MaxFileRules {
			t.Fatalf("%d bytes: %s", len(rules.Files), diff)
		}
	})
	short := policyOf(rulesOf(settings.Policy{CodeLifetime: time.Millisecond, LockAfter: time.Millisecond}))
	if short.CodeLifetime != time.Second || short.LockAfter != time.Second {
		t.Errorf("a short limit becomes %+v", short)
	}
}
