package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"discussions/account/internal/disk"
	"discussions/account/internal/kdf"
	"discussions/auth"
	"discussions/internal/secret"
	"discussions/messaging"
	"discussions/settings"
)

// cheap makes tests fast; only tests in this package can lower the floor.
var cheap = kdf.Bounds{Floor: kdf.Cost{Memory: 8, Time: 1, Threads: 1}, Ceiling: kdf.Cost{Memory: 1024, Time: 4, Threads: 4}}

const (
	code  = "4715"
	code2 = "6082"
	wrong = "8302"
)

var errPower = errors.New("the computer stopped")

// power stops disk and keyring at the given step, before or after it takes effect.
type power struct {
	mu    sync.Mutex
	steps int // left until the stop; negative: never
	after bool
	dead  bool
}

func (p *power) step(do func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead {
		return errPower
	}
	if p.steps == 0 {
		p.dead = true
		if p.after {
			_ = do()
		}
		return errPower
	}
	p.steps--
	return do()
}

func (p *power) off() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dead
}

// cut lets the given number of steps happen.
func (p *power) cut(steps int, after bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.steps, p.after = steps, after
}

type fakeDisk struct {
	disk.OS
	power *power
}

func (d fakeDisk) ReadFile(path string) ([]byte, error) {
	if d.power.off() {
		return nil, errPower
	}
	return d.OS.ReadFile(path)
}

func (d fakeDisk) ReadDir(path string) ([]os.DirEntry, error) {
	if d.power.off() {
		return nil, errPower
	}
	return d.OS.ReadDir(path)
}

func (d fakeDisk) Write(path string, data []byte) error {
	return d.power.step(func() error { return d.OS.Write(path, data) })
}

func (d fakeDisk) MkdirAll(path string) error {
	return d.power.step(func() error { return d.OS.MkdirAll(path) })
}

func (d fakeDisk) Remove(path string) error {
	return d.power.step(func() error { return d.OS.Remove(path) })
}

func (d fakeDisk) RemoveAll(path string) error {
	return d.power.step(func() error { return d.OS.RemoveAll(path) })
}

// fakeKeyring outlives the runs of the program; it fails with whatever is set.
type fakeKeyring struct {
	memoryKeyring
	mu    sync.Mutex
	fail  error
	power *power
}

func (k *fakeKeyring) setFail(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.fail = err
}

func (k *fakeKeyring) state() (*power, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.power, k.fail
}

func (k *fakeKeyring) Get(service, user string) (string, error) {
	if p, err := k.state(); err != nil {
		return "", err
	} else if p.off() {
		return "", errPower
	}
	return k.memoryKeyring.Get(service, user)
}

func (k *fakeKeyring) Set(service, user, value string) error {
	p, err := k.state()
	if err != nil {
		return err
	}
	return p.step(func() error { return k.memoryKeyring.Set(service, user, value) })
}

func (k *fakeKeyring) Delete(service, user string) error {
	p, err := k.state()
	if err != nil {
		return err
	}
	return p.step(func() error { return k.memoryKeyring.Delete(service, user) })
}

func (k *fakeKeyring) count() int {
	k.memoryKeyring.mu.Lock()
	defer k.memoryKeyring.mu.Unlock()
	return len(k.entries)
}

// fakeProvider issues tokens, rotates refresh tokens and detects their reuse.
type fakeProvider struct {
	mu      sync.Mutex
	now     func() time.Time
	issuer  string
	next    auth.Identity // who logs in
	err     error         // of everything
	serial  int
	live    map[string]bool // refresh tokens that are good
	used    map[string]bool
	reused  int
	revoked []string
	options []auth.LoginOptions
}

func (p *fakeProvider) login(i auth.Identity) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next = i
}

func (p *fakeProvider) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
}

// kill makes all refresh tokens worthless.
func (p *fakeProvider) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.live)
}

// issue needs mu.
func (p *fakeProvider) issue(subject string) auth.Tokens {
	p.serial++
	refresh := fmt.Sprintf("canary-refresh-%d", p.serial)
	p.live[refresh] = true
	return auth.Tokens{
		Access: secret.New(fmt.Sprintf("canary-access-%d", p.serial)), Refresh: secret.New(refresh), ID: secret.New("canary-id"),
		Obtained: p.now(), Expiry: p.now().Add(5 * time.Minute), Issuer: p.issuer, ClientID: "client", Subject: subject,
	}
}

func (p *fakeProvider) StartLogin(_ context.Context, o auth.LoginOptions) (flow, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return nil, p.err
	}
	p.options = append(p.options, o)
	return &fakeFlow{p}, nil
}

func (p *fakeProvider) Refresh(_ context.Context, t auth.Tokens) (auth.Tokens, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return auth.Tokens{}, p.err
	}
	refresh := t.Refresh.Reveal()
	if p.used[refresh] {
		p.reused++
		clear(p.live)
	}
	if !p.live[refresh] {
		return auth.Tokens{}, auth.ErrLoginNeeded
	}
	delete(p.live, refresh)
	p.used[refresh] = true
	return p.issue(t.Subject), nil
}

func (p *fakeProvider) Revoke(_ context.Context, t auth.Tokens) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return p.err
	}
	delete(p.live, t.Refresh.Reveal())
	p.revoked = append(p.revoked, t.Refresh.Reveal())
	return nil
}

func (p *fakeProvider) EndSessionURL(auth.Tokens) (string, bool) { return p.issuer + "/end", true }

type fakeFlow struct{ p *fakeProvider }

func (f *fakeFlow) Wait(context.Context) (auth.Grant, error) {
	f.p.mu.Lock()
	defer f.p.mu.Unlock()
	if f.p.err != nil {
		return auth.Grant{}, f.p.err
	}
	return auth.Grant{Tokens: f.p.issue(f.p.next.Subject), Identity: f.p.next}, nil
}

func (f *fakeFlow) Cancel()         {}
func (f *fakeFlow) address() string { return f.p.issuer + "/login" }

// fakeClient is the messages of one account: a file that only its own key may open.
type fakeClient struct {
	t    tester
	c    messaging.Config
	mu   sync.Mutex
	subs []func(messaging.Event)

	key             secret.Key
	kept            bool // the cache of an earlier run was there
	started, closed bool
	unread, unsent  int
	retries         int
}

func (c *fakeClient) Unlock(key secret.Key) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := key.Bytes()
	sum := sha256.Sum256(b)
	want := hex.EncodeToString(sum[:])
	path := filepath.Join(c.c.Dir, "cache.db")
	switch got, err := os.ReadFile(path); {
	case err != nil:
		if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
			return err
		}
	case string(got) != want:
		c.t.Errorf("a cache is opened with another key than its own")
	default:
		c.kept = true
	}
	c.key = key.Copy()
	return nil
}

func (c *fakeClient) Lock() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.key.Wipe()
	return nil
}

func (c *fakeClient) Start() {
	c.mu.Lock()
	c.started = true
	c.mu.Unlock()
}

func (c *fakeClient) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.key.Wipe()
	c.started, c.closed = false, true
	return nil
}

func (c *fakeClient) Retry() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.retries++
}

func (c *fakeClient) Subscribe(f func(messaging.Event)) (cancel func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.subs = append(c.subs, f)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.subs = nil
	}
}

func (c *fakeClient) emit(e messaging.Event) {
	c.mu.Lock()
	subs := c.subs
	c.mu.Unlock()
	for _, f := range subs {
		f(e)
	}
}

func (c *fakeClient) Connection() messaging.Connection { return messaging.Connection{} }

func (c *fakeClient) Unread() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.unread
}

func (c *fakeClient) Unsent() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.unsent
}

func (c *fakeClient) connected() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.started && !c.closed
}

func (c *fakeClient) hasKey() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.key.IsZero()
}

// lab is a workstation: a profile folder, a keyring, a provider and a clock that outlive the runs of the program.
type lab struct {
	t        tester
	dir      string
	keyring  *fakeKeyring
	provider *fakeProvider
	policy   settings.Policy
	bounds   kdf.Bounds

	realClients bool // of messages

	mu      sync.Mutex
	now     time.Time
	clients map[string]*fakeClient // the newest of each folder
	opened  chan string            // pages in the browser

	*Manager
	power  *power
	events chan Event
}

func newLab(t testing.TB) *lab {
	l := newLabIn(t, t.TempDir())
	t.Cleanup(l.quit)
	return l
}

// tester is a *testing.T or a *rapid.T.
type tester interface {
	Helper()
	Error(...any)
	Errorf(string, ...any)
	Fatal(...any)
	Fatalf(string, ...any)
}

func newLabIn(t tester, dir string) *lab {
	l := &lab{
		t: t, dir: filepath.Join(dir, "profile"), keyring: &fakeKeyring{}, bounds: cheap,
		now: time.Unix(1_800_000_000, 0), clients: map[string]*fakeClient{}, opened: make(chan string, 1000),
	}
	l.provider = &fakeProvider{now: l.clock, issuer: "https://id.example.org", live: map[string]bool{}, used: map[string]bool{}}
	l.start()
	return l
}

func (l *lab) clock() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

func (l *lab) pass(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now = l.now.Add(d)
}

func (l *lab) options() Options {
	return Options{
		Dir: l.dir, Keyring: l.keyring, Now: l.clock, bounds: l.bounds, disk: fakeDisk{power: l.power},
		Deployment: settings.Deployment{
			Organisation: settings.Organisation{Name: "Hôpital", Domain: "chat.example.org"},
			Login:        settings.Login{Issuer: l.provider.issuer, ClientID: "client"},
			Policy:       l.policy,
		},
		OpenBrowser: func(_ context.Context, page string) error {
			l.opened <- page
			return nil
		},
		discover: func(context.Context, auth.Config) (provider, error) {
			l.provider.mu.Lock()
			defer l.provider.mu.Unlock()
			if l.provider.err != nil {
				return nil, l.provider.err
			}
			return l.provider, nil
		},
		newClient: func(c messaging.Config) client {
			if l.realClients {
				return newMessagingClient(c)
			}
			f := &fakeClient{t: l.t, c: c}
			l.mu.Lock()
			l.clients[filepath.Base(filepath.Dir(c.Dir))] = f
			l.mu.Unlock()
			return f
		},
	}
}

// start runs the program.
func (l *lab) start() {
	l.t.Helper()
	l.power = &power{steps: -1}
	l.keyring.mu.Lock()
	l.keyring.power = l.power
	l.keyring.mu.Unlock()
	m, err := OpenProfile(context.Background(), l.options())
	if err != nil {
		l.t.Fatal(err)
	}
	l.Manager = m
	events := make(chan Event, 10_000)
	l.events = events
	m.Subscribe(func(e Event) { events <- e })
}

// quit ends it. Twice is once.
func (l *lab) quit() { _ = l.Manager.Close() }

// restart ends the program and runs it again.
func (l *lab) restart() {
	l.t.Helper()
	l.quit()
	l.start()
}

func (l *lab) client(id string) *fakeClient {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.clients[id]
}

// await reads events up to the first that fits.
func (l *lab) await(fits func(Event) bool) Event {
	l.t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		select {
		case e := <-l.events:
			if fits(e) {
				return e
			}
		case <-deadline:
			l.t.Fatal("no such event")
		}
	}
}

// until waits for a condition that events announce.
func (l *lab) until(reached func() bool) {
	l.t.Helper()
	if !reached() {
		l.await(func(Event) bool { return reached() })
	}
}

var (
	claire = auth.Identity{Subject: "sub-claire", JID: "claire.martin@chat.example.org", Name: "Dr Claire Martin", Mail: "claire@example.org", Organisation: "CHU", Job: "Médecin"}
	paul   = auth.Identity{Subject: "sub-paul", JID: "paul.durand@chat.example.org", Name: "Paul Durand", Mail: "paul@example.org", Job: "Infirmier"}
)

// logIn walks through a login up to the choice of a code.
func (l *lab) logIn(who auth.Identity, forAccount string) *Pending {
	l.t.Helper()
	p, err := l.tryLogIn(who, forAccount)
	if err != nil {
		l.t.Fatal(err)
	}
	return p
}

func (l *lab) tryLogIn(who auth.Identity, forAccount string) (*Pending, error) {
	l.provider.login(who)
	login, err := l.StartLogin(context.Background(), 0, forAccount)
	if err != nil {
		return nil, err
	}
	<-l.opened
	return login.Wait(context.Background())
}

// add makes a drawer.
func (l *lab) add(who auth.Identity) (id string) {
	l.t.Helper()
	id, err := l.logIn(who, "").SetCode(context.Background(), code)
	if err != nil {
		l.t.Fatal(err)
	}
	return id
}

func (l *lab) unlock(id, code string) error { return l.Unlock(context.Background(), id, code) }

func (l *lab) account(id string) Account {
	l.t.Helper()
	a, ok := l.Manager.account(id)
	if !ok {
		l.t.Fatalf("no account %s", id)
	}
	return a
}

// must fails the test on an error.
func must(t tester, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// want fails the test on another error.
func want(t tester, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Fatalf("got %v, want %v", err, target)
	}
}
