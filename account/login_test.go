package account

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/secret"
)

func TestADeadRefreshTokenNeedsALoginAndKeepsEverythingElse(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	l.provider.kill()
	l.pass(time.Hour)
	if _, err := l.client(id).c.Token(context.Background()); err == nil {
		t.Fatal("a token out of nothing")
	}
	if got := l.account(id); !got.NeedsLogin || got.State != Open {
		t.Fatalf("%+v", got)
	}
	l.restart()
	if !l.account(id).NeedsLogin {
		t.Error("forgotten by the next start")
	}
	want(t, l.unlock(id, wrong), ErrLoginNeeded) // no code opens it: the person has left the organisation
	want(t, l.unlock(id, code), ErrLoginNeeded)
	if got := l.account(id).TriesLeft; got != vault.MaxTries {
		t.Errorf("that cost tries: %d left", got)
	}

	p := l.logIn(claire, id)
	if !p.Person().Known || !p.Person().Present || p.Person().Open {
		t.Errorf("%+v", p.Person())
	}
	if o := l.provider.options[len(l.provider.options)-1]; o.LoginHint != claire.Mail || !o.ForceLogin {
		t.Errorf("%+v", o)
	}
	_, err := p.Resume(context.Background(), wrong)
	want(t, err, ErrWrongCode)
	got, err := p.Resume(context.Background(), code)
	if err != nil || got != id {
		t.Fatal(got, err)
	}
	if a := l.account(id); a.NeedsLogin || a.State != Open || !l.client(id).kept {
		t.Errorf("%+v", a)
	}
	if _, err := l.client(id).c.Token(context.Background()); err != nil {
		t.Error(err)
	}
	if _, err := p.Resume(context.Background(), code); !errors.Is(err, ErrClosed) {
		t.Errorf("a login that is used up: %v", err)
	}
}

func TestRenewingAnOpenAccountKeepsItsWindows(t *testing.T) {
	for _, how := range []string{"resume", "set code"} {
		t.Run(how, func(t *testing.T) {
			l := newLab(t)
			id := l.add(claire)
			c := l.client(id)
			l.provider.kill()
			l.pass(time.Hour)
			_, _ = c.c.Token(context.Background())
			p := l.logIn(claire, id)
			if !p.Person().Open {
				t.Error("the login does not know that the drawer is open")
			}
			final := code
			if how == "resume" {
				_, err := p.Resume(context.Background(), secret.Text{})
				must(t, err)
			} else {
				final = code2
				_, err := p.SetCode(context.Background(), code2)
				must(t, err)
			}
			if l.client(id) != c || !c.connected() || !c.hasKey() || c.retries != 1 || l.account(id).NeedsLogin {
				t.Errorf("%+v", l.account(id))
			}
			if _, err := c.c.Token(context.Background()); err != nil {
				t.Error(err)
			}
			l.restart()
			must(t, l.unlock(id, final))
			if !l.client(id).kept {
				t.Error("the messages are lost")
			}
		})
	}
}

func TestTheRefusalOfOldTokensDoesNotEndANewLogin(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	d := l.find(id)
	before := d.running.tokenSource()
	_, err := l.logIn(claire, id).Resume(context.Background(), secret.Text{})
	must(t, err)
	l.rememberLoginNeeded(d, d.running, before) // a caller that waited for the old tokens wakes up only now
	if l.account(id).NeedsLogin {
		t.Error("a login was not enough")
	}
}

func TestRenewingALockedAccount(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	c := l.client(id)
	must(t, l.Lock(id))
	l.provider.kill()
	l.pass(time.Hour)
	_, _ = c.c.Token(context.Background())
	want(t, l.unlock(id, code), ErrLoginNeeded)
	_, err := l.logIn(claire, id).Resume(context.Background(), code)
	must(t, err)
	if l.client(id) != c || !c.hasKey() || l.account(id).State != Open {
		t.Error("not as it was")
	}
}

func TestAForgottenCodeLosesOnlyWhatItSealed(t *testing.T) {
	for _, from := range []State{Sealed, Locked} {
		t.Run(from.String(), func(t *testing.T) {
			l := newLab(t)
			id := l.addAndLeave(claire, from)
			before := l.files(id)
			got, err := l.logIn(claire, id).SetCode(context.Background(), code2)
			if err != nil || got != id {
				t.Fatal(got, err)
			}
			if l.account(id).State != Open || l.client(id).kept {
				t.Error("the old messages cannot be here")
			}
			if after := l.files(id); len(after) != len(before) {
				t.Errorf("before %v, after %v", before, after)
			}
			l.restart()
			want(t, l.unlock(id, code), ErrWrongCode)
			must(t, l.unlock(id, code2))
		})
	}
}

func TestChoosingThePresentCodeAgainKeepsEverything(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	must(t, l.LogOut(id))
	p := l.logIn(claire, "") // not asked for, but the same person
	if !p.Person().Known {
		t.Error("not known")
	}
	got, err := p.SetCode(context.Background(), code)
	if err != nil || got != id || !l.client(id).kept || len(l.Accounts()) != 1 {
		t.Errorf("%s %v, %d accounts", got, err, len(l.Accounts()))
	}
}

func TestTheLastTryInTheMiddleOfALogin(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	must(t, l.LogOut(id))
	for range vault.MaxTries - 1 {
		_ = l.unlock(id, wrong)
		l.pass(5 * time.Minute)
	}
	p := l.logIn(claire, id)
	_, err := p.Resume(context.Background(), wrong)
	want(t, err, ErrErased)
	fresh, err := p.SetCode(context.Background(), code2)
	must(t, err)
	if fresh == id || len(l.Accounts()) != 1 || l.account(fresh).State != Open {
		t.Error("no new drawer")
	}
	l.restart()
	must(t, l.unlock(fresh, code2))
}

func TestTheLifeOfACodeEndsInALogin(t *testing.T) {
	l := newLab(t)
	l.limitCodes(24 * time.Hour)
	id := l.add(claire)
	must(t, l.Lock(id))
	l.pass(23 * time.Hour)
	must(t, l.unlock(id, code))
	l.pass(2 * time.Hour)
	if l.account(id).NeedsLogin {
		t.Error("an open account is interrupted")
	}
	must(t, l.Lock(id))
	want(t, l.unlock(id, code), ErrLoginNeeded)
	l.restart()
	if !l.account(id).NeedsLogin {
		t.Error("not known before the code")
	}
	want(t, l.unlock(id, code), ErrLoginNeeded)
	_, err := l.logIn(claire, id).Resume(context.Background(), code)
	must(t, err)
	if !l.client(id).kept {
		t.Error("the messages are lost")
	}
	must(t, l.LogOut(id))
	must(t, l.unlock(id, code))
}

func TestAClockThatWasSetBackDoesNotLengthenTheLifeOfACode(t *testing.T) {
	l := newLab(t)
	l.limitCodes(24 * time.Hour)
	id := l.add(claire)
	must(t, l.LogOut(id))
	l.pass(-4 * time.Minute) // within the tolerance for clocks
	must(t, l.unlock(id, code))
	must(t, l.LogOut(id))
	l.pass(-time.Hour)
	want(t, l.unlock(id, code), ErrLoginNeeded)
	if !l.account(id).NeedsLogin || l.account(id).TriesLeft != vault.MaxTries {
		t.Errorf("%+v", l.account(id))
	}
	l.pass(2 * time.Hour) // put right: nothing is lost
	must(t, l.unlock(id, code))
}

func TestTheLifeOfACodeGoesOnWhileTheComputerSleeps(t *testing.T) {
	l := newLab(t)
	l.quit()
	o := l.options()
	o.Now = nil
	m, err := OpenProfile(context.Background(), o)
	must(t, err)
	defer m.Close()
	if now := m.o.Now().String(); strings.Contains(now, "m=") {
		t.Errorf("%s is measured by a clock that sleeps too", now)
	}
}

func TestAnotherPersonIsRefused(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	_, err := l.tryLogIn(paul, id)
	want(t, err, ErrOtherPerson)
	l.quit() // waits for the background
	if len(l.provider.revoked) != 1 {
		t.Error("the stray tokens live on")
	}
	// A colleague who changes the description of the drawer passes the first check, but not that of the sealed copy.
	l.start()
	l.Manager.mu.Lock()
	d := l.find(id)
	d.view.description.Person = hashPerson(l.provider.issuer, paul.Subject)
	l.Manager.mu.Unlock()
	l.saveDescription(d)
	l.restart()
	_, err = l.logIn(paul, id).Resume(context.Background(), code)
	want(t, err, ErrOtherPerson)
}

func TestALoginThatIsAbandonedLeavesNothing(t *testing.T) {
	l := newLab(t)
	p := l.logIn(claire, "")
	p.Abandon()
	p.Abandon()
	_, err := p.SetCode(context.Background(), code)
	want(t, err, ErrClosed)
	l.quit()
	if len(l.provider.revoked) != 1 {
		t.Error("not revoked")
	}
	nothingLeft(t, l)
}

func TestErrorsOfALoginPassThrough(t *testing.T) {
	l := newLab(t)
	for _, e := range []error{auth.ErrUnreachable, auth.ErrCertificate, auth.ErrClock, auth.ErrNoPKCE} {
		l.provider.fail(e)
		_, err := l.StartLogin(context.Background(), 0, "")
		want(t, err, e)
	}
	l.provider.fail(nil)
	_, err := l.StartLogin(context.Background(), 0, "nobody")
	want(t, err, ErrNoAccount)

	l.quit()
	o := l.options()
	o.OpenBrowser = func(context.Context, string) error { return auth.ErrBrowser }
	m, err := OpenProfile(context.Background(), o)
	must(t, err)
	defer m.Close()
	login, err := m.StartLogin(context.Background(), 0, "")
	want(t, err, auth.ErrBrowser)
	if login == nil || login.URL() == "" {
		t.Error("no link to copy")
	}
}

func TestAWeakCodeIsRefusedAndTheLoginStays(t *testing.T) {
	l := newLab(t)
	p := l.logIn(claire, "")
	_, err := p.SetCode(context.Background(), secret.New("1234"))
	want(t, err, vault.ErrWeakCode)
	_, err = p.SetCode(context.Background(), secret.New("12"))
	want(t, err, vault.ErrForm)
	if len(l.Accounts()) != 0 || l.keyring.count() != 0 {
		t.Error("something was made")
	}
	_, err = p.SetCode(context.Background(), code)
	must(t, err)
}

// A drawer that got the tokens of a login and then could not be opened keeps them, and rotates them as it needs.
func TestALoginWhoseDrawerCouldNotBeOpenedNeverHandsItsTokensOutTwice(t *testing.T) {
	for _, from := range []State{Locked, Sealed} {
		t.Run(from.String(), func(t *testing.T) {
			for _, then := range []string{"abandon", "resume again", "set the code again"} {
				t.Run(then, func(t *testing.T) {
					l := newLab(t)
					id := l.addAndLeave(claire, from)
					p := l.logIn(claire, id)
					l.refuseMessages(true)
					if _, err := p.Resume(context.Background(), code); err == nil {
						t.Fatal("open without its messages")
					}
					l.refuseMessages(false)
					if from == Sealed {
						must(t, l.unlock(id, code))
					}
					rotated := func() {
						l.pass(time.Hour)
						if _, err := l.client(id).c.Token(context.Background()); err != nil {
							t.Errorf("the drawer has lost its tokens: %v", err)
						}
					}
					if then != "abandon" {
						rotated()
					}
					switch then {
					case "abandon":
						p.Abandon()
					case "resume again":
						_, _ = p.Resume(context.Background(), code)
					case "set the code again":
						_, _ = p.SetCode(context.Background(), code)
					}
					rotated()
					l.restart()
					must(t, l.unlock(id, code))
					rotated()
					if l.account(id).NeedsLogin || l.provider.reused > 0 {
						t.Errorf("needs a login: %v, reused %d", l.account(id).NeedsLogin, l.provider.reused)
					}
				})
			}
		})
	}
}
