//go:build linux

// The servers of the sandbox run there only.

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
	secrets []string // secrets that must be found nowhere
	ca      string   // trusted instead of the sandbox's; empty: that
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
	if w.ca != "" {
		deployment.Network.CAFile = w.ca
	}
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
func (w *workstation) logIn(who sandboxtest.Person, method, forAccount string) SignIn {
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
	t := d.running.tokenSource().Tokens()
	w.secrets = append(w.secrets, t.Access.Reveal(), t.Refresh.Reveal(), t.ID.Reveal())
	for _, key := range [][]byte{d.running.data.Bytes(), d.running.tokens.Bytes(), vault.CacheKey(d.running.data).Bytes()} {
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

func (w *workstation) source(id string) *auth.Source {
	w.mu.Lock()
	d := w.find(id)
	w.mu.Unlock()
	return d.running.tokenSource()
}
