package account

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/secret"
	"discussions/messaging"
)

// What happens to an account while a slow provider refreshes its tokens: the answer is kept, and no token is used twice.
func TestARefreshUnderWay(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(l *lab, id string) error
		at   State // meanwhile
		then func(t *testing.T, l *lab, id string)
	}{
		{"is waited for by who logs out, sealed meanwhile", func(l *lab, id string) error { return l.LogOut(id) }, Sealed, func(t *testing.T, l *lab, id string) {
			must(t, l.unlock(id, code))
		}},
		{"goes on behind a lock", func(l *lab, id string) error { return l.Lock(id) }, Locked, func(t *testing.T, l *lab, id string) {
			must(t, l.unlock(id, code))
		}},
		{"gives its tokens to the revocation", func(l *lab, id string) error {
			_, err := l.Remove(context.Background(), id)
			return err
		}, Absent, func(t *testing.T, l *lab, id string) {
			if revoked := l.provider.revoked; len(revoked) != 1 || revoked[0] != "canary-refresh-2" {
				t.Errorf("revoked: %v", revoked)
			}
		}},
		{"does not come back after a new login", func(l *lab, id string) error {
			_, err := l.logIn(claire, id).Resume(context.Background(), secret.Text{})
			return err
		}, Open, func(t *testing.T, l *lab, id string) {
			last, err := l.find(id).readTokens(vault.TokensKey(l.find(id).running.data))
			saved := last.tokens
			if err != nil || saved.Refresh.Reveal() != "canary-refresh-2" && saved.Refresh.Reveal() != "canary-refresh-3" || !saved.Refresh.Equal(l.find(id).running.tokenSource().Tokens().Refresh) {
				t.Errorf("saved %s, %v", saved.Refresh.Reveal(), err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t)
				id := l.add(claire)
				token := l.client(id).c.Token
				l.pass(time.Hour)
				answer := make(chan struct{})
				l.provider.hang(answer)
				go func() { _, _ = token(context.Background()) }()
				synctest.Wait()
				done := make(chan error, 1)
				go func() { done <- c.do(l, id) }()
				synctest.Wait()
				if a, _ := l.Manager.account(id); a.State != c.at || l.listed(id) != (c.at != Absent) {
					t.Errorf("meanwhile it is %v", a.State)
				}
				if c.at == Sealed && (l.client(id).connected() || l.client(id).hasKey()) {
					t.Error("sealed, and connected or with a key")
				}
				close(answer)
				must(t, <-done)
				synctest.Wait()
				c.then(t, l, id)
				if c.at != Absent {
					l.pass(time.Hour)
					if _, err := l.client(id).c.Token(context.Background()); err != nil || l.account(id).NeedsLogin {
						t.Errorf("the tokens are lost: %v", err)
					}
				}
				if l.provider.reused > 0 {
					t.Error("a rotated refresh token was used again")
				}
			})
		})
	}
}

func TestATokenThatTheServerRefusedIsRefreshed(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	wire := l.client(id).c // what the client does when the server refuses a token
	first, err := wire.Token(context.Background())
	must(t, err)
	wire.Refused(first)
	second, err := wire.Token(context.Background())
	if err != nil || second.Reveal() != "canary-access-2" {
		t.Errorf("%s, %v", second.Reveal(), err)
	}
	wire.Refused(first) // late: it does not affect the second one
	if got, err := wire.Token(context.Background()); err != nil || !got.Equal(second) || l.account(id).NeedsLogin {
		t.Errorf("%s, %v", got.Reveal(), err)
	}
}

func TestOnlyADeadRefreshTokenNeedsALogin(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want error // of Token
	}{
		"the provider cannot be reached": {auth.ErrUnreachable, auth.ErrUnreachable},
		"the refresh token is dead":      {auth.ErrLoginNeeded, messaging.ErrLoginNeeded},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			id := l.add(claire)
			wire := l.client(id).c
			first, err := wire.Token(context.Background())
			must(t, err)
			l.provider.fail(c.err)
			wire.Refused(first)
			_, err = wire.Token(context.Background())
			want(t, err, c.want)
			dead := errors.Is(c.err, auth.ErrLoginNeeded)
			if l.account(id).NeedsLogin != dead {
				t.Errorf("needs a login: %v", !dead)
			}
			l.provider.fail(nil)
			if got, err := wire.Token(context.Background()); dead == (err == nil) || err == nil && got.Equal(first) {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

func TestWhatASealedOrLockedAccountDoesNotTell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		id := l.add(claire)
		c := l.client(id)
		synctest.Wait()
		for len(l.events) > 0 {
			<-l.events
		}
		must(t, l.Lock(id))
		c.Tell(messaging.CountChanged{Unread: 2}) // counted, but nothing came just now
		must(t, l.LogOut(id))
		c.Tell(messaging.CountChanged{Unread: 9, Live: true}) // late
		synctest.Wait()
		for len(l.events) > 0 {
			if e, is := (<-l.events).(Received); is {
				t.Errorf("%+v", e)
			}
		}
		if got := l.account(id).Unread; got == 9 {
			t.Error("a client that is closed is still heard")
		}
	})
}

func TestATryThatTheKeyringCouldNotTakeBackIsTakenBackAtTheLatestWhenLoggingOut(t *testing.T) {
	l := newLab(t)
	id := l.add(claire)
	must(t, l.LogOut(id))
	l.keyring.hiccup(2)
	must(t, l.unlock(id, code))
	must(t, l.LogOut(id))
	l.power.cut(0, false) // the end cannot do it
	l.restart()
	<-l.keyringAsked
	if got := l.account(id).TriesLeft; got != vault.MaxTries {
		t.Errorf("%d tries left", got)
	}
}
