package account

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/sandboxtest"
	"discussions/messaging"
	"discussions/settings"
)

// workstation is the program against real servers and the real keyring.
type workstation struct {
	*Manager
	t       *testing.T
	sandbox *sandboxtest.Sandbox
	dir     string
	log     *logBuffer
	browser *sandboxtest.Browser // the one of the workstation, with its cookies
	pages   chan string
	events  chan Event
	secrets []string // what must be found nowhere
}

type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newWorkstation(t *testing.T, flags ...string) *workstation {
	t.Helper()
	needKeyring(t)
	w := &workstation{
		t: t, sandbox: sandboxtest.Start(t, flags...), dir: filepath.Join(t.TempDir(), "profile"), log: &logBuffer{}, pages: make(chan string, 10),
	}
	w.browser = w.sandbox.NewBrowser()
	w.start()
	t.Cleanup(func() {
		for _, a := range w.Accounts() {
			_ = keyring.Delete(vault.Service, a.ID)
		}
		_ = w.Close()
	})
	return w
}

func (w *workstation) start() {
	w.t.Helper()
	deployment, err := settings.LoadDeployment(w.sandbox.Config)
	must(w.t, err)
	w.Manager, err = OpenProfile(context.Background(), Options{
		Dir: w.dir, Deployment: deployment,
		Log:         slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		OpenBrowser: func(_ context.Context, page string) error { w.pages <- page; return nil },
	})
	must(w.t, err)
	events := make(chan Event, 10_000)
	w.events = events
	w.Subscribe(func(e Event) { events <- e })
}

func (w *workstation) restart() {
	w.t.Helper()
	must(w.t, w.Close())
	w.start()
}

func (w *workstation) person(name string) sandboxtest.Person {
	w.t.Helper()
	for _, p := range w.sandbox.People {
		if strings.Contains(p.Name, name) {
			return p
		}
	}
	w.t.Fatalf("nobody is called %s", name)
	return sandboxtest.Person{}
}

// logIn is the person at the login page in the browser.
func (w *workstation) logIn(who sandboxtest.Person, method, forAccount string) *Pending {
	w.t.Helper()
	login, err := w.StartLogin(context.Background(), 0, forAccount)
	must(w.t, err)
	must(w.t, w.browser.Login(<-w.pages, who, method))
	p, err := login.Wait(context.Background())
	must(w.t, err)
	return p
}

func (w *workstation) add(who sandboxtest.Person, method string) (id string) {
	w.t.Helper()
	id, err := w.logIn(who, method, "").SetCode(context.Background(), code)
	must(w.t, err)
	w.sandbox.WaitOnline(w.t, who.JID)
	w.remember(id)
	return id
}

func (w *workstation) await(fits func(Event) bool) Event {
	w.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		select {
		case e := <-w.events:
			if fits(e) {
				return e
			}
		case <-deadline:
			w.t.Fatal("no such event")
		}
	}
}

// remember notes the account's secrets of this moment, to search for them later.
func (w *workstation) remember(id string) auth.Tokens {
	w.t.Helper()
	w.mu.Lock()
	d := w.find(id)
	w.mu.Unlock()
	d.op.Lock()
	defer d.op.Unlock()
	t := d.session.current().Tokens()
	w.secrets = append(w.secrets, t.Access.Reveal(), t.Refresh.Reveal(), t.ID.Reveal())
	for _, key := range [][]byte{d.session.data.Bytes(), d.session.tokens.Bytes(), vault.CacheKey(d.session.data).Bytes()} {
		if len(key) > 0 {
			w.secrets = append(w.secrets, string(key), hex.EncodeToString(key), base64.StdEncoding.EncodeToString(key), base64.RawURLEncoding.EncodeToString(key))
		}
	}
	return t
}

// search looks for the secrets in every file of the profile, in the log and in the keyring's record.
func (w *workstation) search(id string) {
	w.t.Helper()
	look := func(where string, data []byte) {
		for _, s := range w.secrets {
			if s != "" && bytes.Contains(data, []byte(s)) {
				w.t.Errorf("a secret of %d bytes is in %s", len(s), where)
			}
		}
	}
	err := filepath.WalkDir(w.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a temporary file
		}
		look(path, data)
		if info, err := e.Info(); err == nil && info.Mode().Perm()&0o077 != 0 && !strings.Contains(path, cachePrefix) {
			w.t.Errorf("%s: %v", path, info.Mode())
		}
		return err
	})
	must(w.t, err)
	look("the log", []byte(w.log.String()))
	if record, err := keyring.Get(vault.Service, id); err == nil {
		look("the keyring", []byte(record))
		if raw, err := base64.RawURLEncoding.DecodeString(record[strings.Index(record, ".")+1:]); err == nil {
			look("the keyring", raw)
		}
	}
}

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
	if got.ID != id || got.Locked || got.Message.Body != "canari-ouvert" {
		t.Errorf("%+v", got)
	}
	c, _ := w.Client(id)
	must(t, c.SetDraft(amelie.JID, "canari-brouillon"))
	w.search(id)

	must(t, w.Lock(id))
	if _, ok := w.Client(id); ok {
		t.Error("a client while locked")
	}
	w.search(id)
	w.sandbox.Say(t, amelie.JID, paul.JID, "canari-verrouillé")
	got = w.await(func(e Event) bool { r, ok := e.(Received); return ok && r.Locked }).(Received)
	if got.Message != (messaging.Message{}) {
		t.Error("a locked account tells content")
	}
	want(t, w.Unlock(context.Background(), id, wrong), ErrWrongCode)
	must(t, w.Unlock(context.Background(), id, code))
	c, _ = w.Client(id)
	if got := c.Draft(amelie.JID); got != "canari-brouillon" {
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
	deployment, err := settings.LoadDeployment(w.sandbox.Config)
	must(t, err)
	keep := tokens
	if err := keep.UnmarshalBinary(mustBytes(t, tokens)); err != nil { // removal wipes the ones of the drawer
		t.Fatal(err)
	}
	removal, err := w.Remove(context.Background(), id)
	if err != nil || !removal.Revoked {
		t.Errorf("%+v, %v", removal, err)
	}
	w.sandbox.WaitOffline(t, paul.JID)
	p, err := w.providers.of(context.Background(), siteOf(deployment))
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

func TestTokensLiveOnWhileLockedAndDeadOnesNeedALogin(t *testing.T) {
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
	source := d.session.current()
	source.Refused(before.Access) // as the end of its life would
	w.sandbox.Network(t, "cut", 0)
	w.awaitConnection(id, messaging.Offline)
	w.sandbox.Network(t, "up", 0)
	d.session.client.Retry()
	w.awaitConnection(id, messaging.Online)
	after := w.rememberTokens(source)
	if after.Refresh.Equal(before.Refresh) {
		t.Error("the token was not refreshed while locked")
	}
	must(t, w.LogOut(id))
	w.restart()
	must(t, w.Unlock(context.Background(), id, code)) // with the rotated tokens
	w.sandbox.WaitOnline(t, claire.JID)

	w.sandbox.Tokens(t, "refuse")
	w.mu.Lock()
	d = w.find(id)
	w.mu.Unlock()
	d.session.current().Refused(d.session.current().Tokens().Access)
	w.sandbox.Network(t, "cut", 1)
	w.await(func(e Event) bool {
		a, _ := w.account(id)
		return a.NeedsLogin
	})
	must(t, w.Lock(id))
	want(t, w.Unlock(context.Background(), id, code), ErrLoginNeeded)
	w.sandbox.Tokens(t, "accept")
	p := w.logIn(claire, "psc", id)
	if !p.Known || !p.Present {
		t.Errorf("%+v", *p)
	}
	_, err := p.Resume(context.Background(), code)
	must(t, err)
	w.sandbox.WaitOnline(t, claire.JID)
	_, err = w.Remove(context.Background(), other)
	must(t, err)
	w.search(id)
}

func (w *workstation) awaitConnection(id string, state messaging.ConnState) {
	w.t.Helper()
	w.await(func(Event) bool {
		a, _ := w.account(id)
		return a.Connection.State == state
	})
}

func (w *workstation) rememberTokens(s *auth.Source) auth.Tokens {
	t := s.Tokens()
	w.secrets = append(w.secrets, t.Access.Reveal(), t.Refresh.Reveal())
	return t
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
	provider, err := w.providers.of(context.Background(), siteOf(deployment))
	must(t, err)
	if _, err := provider.Refresh(context.Background(), answered); err != nil {
		t.Errorf("the provider took the tokens for stolen: %v", err)
	}
}

func (w *workstation) source(id string) *auth.Source {
	w.mu.Lock()
	d := w.find(id)
	w.mu.Unlock()
	return d.session.current()
}
