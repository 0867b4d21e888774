//go:build linux

// The servers of the sandbox run there only.

package account

import (
	"context"
	"encoding/base64"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/secret"
	"discussions/messaging"
	"discussions/settings"
)

func TestADrawerAgainstRealServers(t *testing.T) {
	w := newWorkstation(t)
	paul, amelie := w.person("Paul Durand"), w.person("Amélie Laurent")
	id := w.add(paul, "mail")
	if a, _ := w.account(id); a.Name != paul.Name || a.JID != paul.JID || a.Job != paul.Job || a.State != Open {
		t.Errorf("%+v", a)
	}
	if _, ok := w.Client(id); !ok {
		t.Fatal("no client")
	}
	w.secrets = append(w.secrets, "canari-ouvert", "canari-verrouillé", "canari-brouillon")
	w.sandbox.Say(t, amelie.JID, paul.JID, "canari-ouvert")
	got := w.await(func(e Event) bool { _, ok := e.(Received); return ok }).(Received)
	if got.ID != id || got.Locked || got.Message.Content != (messaging.Text{Body: "canari-ouvert"}) {
		t.Errorf("%+v", got)
	}
	c, _ := w.Client(id)
	must(t, c.SetDraft(messaging.ConversationID(amelie.JID), "canari-brouillon"))
	w.search(id)

	must(t, w.Lock(id))
	if _, ok := w.Client(id); ok {
		t.Error("a client while locked")
	}
	w.search(id)
	w.sandbox.Say(t, amelie.JID, paul.JID, "canari-verrouillé")
	got = w.await(func(e Event) bool { r, ok := e.(Received); return ok && r.Locked }).(Received)
	if got.Message.ID != "" {
		t.Error("a locked account tells content")
	}
	want(t, w.Unlock(context.Background(), id, wrong), ErrWrongCode)
	must(t, w.Unlock(context.Background(), id, code))
	c, _ = w.Client(id)
	if got := c.Draft(messaging.ConversationID(amelie.JID)); got != "canari-brouillon" {
		t.Errorf("draft %q", got)
	}

	must(t, w.LogOut(id))
	w.sandbox.WaitOffline(t, paul.JID)
	w.search(id)
	w.restart()
	start := time.Now()
	must(t, w.Unlock(context.Background(), id, code))
	opened := time.Since(start)
	w.sandbox.WaitOnline(t, paul.JID)
	t.Logf("code to open drawer: %v, to online: %v", opened, time.Since(start))

	tokens := w.remember(id)
	keep := tokens
	if err := keep.UnmarshalBinary(mustBytes(t, tokens)); err != nil { // removal wipes the ones of the drawer
		t.Fatal(err)
	}
	removal, err := w.Remove(context.Background(), id)
	if err != nil || !removal.Revoked {
		t.Errorf("%+v, %v", removal, err)
	}
	w.sandbox.WaitOffline(t, paul.JID)
	p, err := w.providers.of(context.Background(), w.present())
	must(t, err)
	if _, err := p.Refresh(context.Background(), keep); !errors.Is(err, auth.ErrLoginNeeded) {
		t.Errorf("a removed account's refresh token: %v", err)
	}
	if _, body, err := w.browser.Get(<-w.pages); err != nil {
		t.Errorf("end of session: %v %s", err, body)
	}
	_, err = keyring.Get(vault.Service, id)
	want(t, err, keyring.ErrNotFound)
	if left, _ := filepath.Glob(filepath.Join(w.dir, accountsName, "*")); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	w.search(id)
	if strings.Contains(strings.ReplaceAll(w.log.String(), id, ""), paul.Mail) {
		t.Error("the log names the person")
	}
}

func mustBytes(t *testing.T, v auth.Tokens) []byte {
	t.Helper()
	b, err := v.MarshalBinary()
	must(t, err)
	return b
}

func TestTokensAreKeptWhileLockedAndDeadOnesNeedALogin(t *testing.T) {
	w := newWorkstation(t, "-token-life", "35s")
	claire, paul := w.person("Claire Martin"), w.person("Paul Durand")
	id := w.add(claire, "psc")
	other := w.add(paul, "mail") // while the first one is connected
	if a, _ := w.account(id); a.State != Open {
		t.Error("adding an account disturbs the other")
	}
	before := w.remember(id)
	must(t, w.Lock(id))

	// Its connection is cut, so that it has to come back with a token that is still good or a fresh one.
	w.mu.Lock()
	d := w.find(id)
	w.mu.Unlock()
	w.sandbox.Network(t, "cut", 0)
	w.awaitConnection(id, messaging.Offline)
	// The engine refuses a token that is valid by its dates, as when its signing key has been replaced.
	spoilt := before
	signed := before.Access.Reveal()
	spoilt.Access = secret.New(signed[:strings.LastIndexByte(signed, '.')+1] + base64.RawURLEncoding.EncodeToString(make([]byte, 256)))
	w.useTokens(d, d.running, spoilt)
	source := d.running.tokenSource()
	w.sandbox.Network(t, "up", 0)
	d.running.client.Retry()
	w.await(func(Event) bool {
		a, _ := w.account(id)
		if a.Connection.Problem == messaging.TokenRefused || a.NeedsLogin {
			t.Errorf("the person is told: %v", a.Connection.Problem)
		}
		return a.Connection.State == messaging.Online
	})
	after := w.rememberTokens(source)
	if after.Refresh.Equal(before.Refresh) || !strings.Contains(w.log.String(), "access token refused, once more") {
		t.Error("the token was not refused, or not refreshed while locked")
	}
	must(t, w.LogOut(id))
	w.restart()
	must(t, w.Unlock(context.Background(), id, code)) // with the rotated tokens
	w.sandbox.WaitOnline(t, claire.JID)

	w.sandbox.Tokens(t, "refuse")
	w.mu.Lock()
	d = w.find(id)
	w.mu.Unlock()
	d.running.tokenSource().Refused(d.running.tokenSource().Tokens().Access)
	w.sandbox.Network(t, "cut", 1)
	w.await(func(e Event) bool {
		a, _ := w.account(id)
		return a.NeedsLogin
	})
	must(t, w.Lock(id))
	want(t, w.Unlock(context.Background(), id, code), ErrLoginNeeded)
	w.sandbox.Tokens(t, "accept")
	p := w.logIn(claire, "psc", id)
	if !p.Person().Known || !p.Person().Present {
		t.Errorf("%+v", p.Person())
	}
	_, err := p.Resume(context.Background(), code)
	must(t, err)
	w.sandbox.WaitOnline(t, claire.JID)
	_, err = w.Remove(context.Background(), other)
	must(t, err)
	w.search(id)
}

// A program that is killed between the provider's answer and the write does not know the new token, and may not use the old one.
func TestAKillBetweenAnswerAndSaveNeverReusesTheToken(t *testing.T) {
	w := newWorkstation(t)
	must(t, w.Close())
	p := &power{steps: -1}
	deployment, err := settings.LoadDeployment(w.sandbox.Config)
	must(t, err)
	w.Manager, err = OpenProfile(context.Background(), Options{
		Dir: w.dir, Deployment: deployment, disk: fakeDisk{power: p},
		OpenBrowser: func(_ context.Context, page string) error { w.pages <- page; return nil },
	})
	must(t, err)
	id := w.add(w.person("Claire Martin"), "psc")
	source := w.source(id)
	source.Refused(source.Tokens().Access)
	p.cut(1, false) // the mark is written, the new tokens are not
	if _, err := source.Token(context.Background()); err == nil || !p.off() {
		t.Fatalf("the save did not fail: %v", err)
	}
	lost := source.Tokens()
	answered := auth.Tokens{}
	must(t, answered.UnmarshalBinary(mustBytes(t, lost)))
	_ = w.Close()

	w.start()
	must(t, w.Unlock(context.Background(), id, code)) // the access token is good for a while
	source = w.source(id)
	source.Refused(source.Tokens().Access)
	if _, err := source.Token(context.Background()); !errors.Is(err, auth.ErrLoginNeeded) {
		t.Errorf("%v", err)
	}
	provider, err := w.providers.of(context.Background(), w.present())
	must(t, err)
	if _, err := provider.Refresh(context.Background(), answered); err != nil {
		t.Errorf("the provider took the tokens for stolen: %v", err)
	}
}
