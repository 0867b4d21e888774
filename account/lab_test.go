package account

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"discussions/account/internal/kdf"
	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/secret"
	"discussions/messaging"
	"discussions/settings"
)

// cheap makes tests fast; only tests in this package can lower the floor.
var cheap = kdf.Bounds{Floor: kdf.Cost{Memory: 8, Time: 1, Threads: 1}, Ceiling: kdf.Cost{Memory: 1024, Time: 4, Threads: 4}}

var (
	code  = secret.New("4715")
	code2 = secret.New("6082")
	wrong = secret.New("8302")
)

// lab is a workstation: a profile folder, a keyring, a provider and a clock that outlive the runs of the program.
type lab struct {
	t        tester
	dir      string
	keyring  *fakeKeyring
	provider *fakeProvider
	policy   settings.Policy
	former   *settings.Person
	bounds   kdf.Bounds
	network  settings.Network // of the deployment file

	issuer      string // of the deployment file; "": the provider's
	webSocket   string // of the deployment file
	unprotected bool   // anybody can change the deployment file

	realClients bool // of messages
	noMessages  bool // their cache cannot be opened

	unseen func(secret.Text) error // opens a page that nobody else may see; nil: as the program does

	slowMessages chan struct{} // their cache is not open before it is closed

	mu      sync.Mutex
	now     time.Time
	started vault.Started          // of the computer; zero: not known
	clients map[string]*fakeClient // the newest of each folder
	all     []*fakeClient          // that ever were
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
	l.provider, l.unseen = newFakeProvider(l.clock), l.openUnseen
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

// run lets the computer run for a while, after which somebody sets the clock back.
func (l *lab) run(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.started.Ago += d
}

// boot starts the computer again.
func (l *lab) boot() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.started.Which++
	l.started.Ago = time.Second
}

func (l *lab) computer() vault.Started {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.started
}

// refuseMessages makes the opening of every cache fail, as on a full disk.
func (l *lab) refuseMessages(refuse bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.noMessages = refuse
}

func (l *lab) messagesRefused() bool {
	l.mu.Lock()
	refused, slow := l.noMessages, l.slowMessages
	l.mu.Unlock()
	if slow != nil {
		<-slow
	}
	return refused
}

func (l *lab) options() Options {
	organisation := settings.Organisation{Name: "Hôpital", Domain: "chat.example.org", WebSocket: l.webSocket}
	if l.realClients {
		organisation.WebSocket = "ws://127.0.0.1:9/ws" // nobody is there, and no name is looked up
	}
	return Options{
		Dir: l.dir, Keyring: l.keyring, Now: l.clock, Former: l.former, bounds: l.bounds, disk: fakeDisk{power: l.power}, started: l.computer,
		Deployment: settings.Deployment{
			Organisation: organisation,
			Login:        settings.Login{Issuer: cmp.Or(l.issuer, l.provider.issuer), ClientID: "client"},
			Policy:       l.policy,
			Network:      l.network,
			Protected:    !l.unprotected,
		},
		OpenBrowser: func(_ context.Context, page string) error {
			l.opened <- page
			return nil
		},
		unseen: l.unseen,
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
			f := newFakeClient(l.t, c, l.messagesRefused)
			l.mu.Lock()
			l.clients[filepath.Base(filepath.Dir(c.Dir))] = f
			l.all = append(l.all, f)
			l.mu.Unlock()
			return f
		},
	}
}

// openUnseen opens the page of the end of a session as itself: in a bubble of synctest there is no network.
func (l *lab) openUnseen(page secret.Text) error {
	l.opened <- page.Reveal()
	return nil
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

// quit ends it. A second call does nothing.
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
func (l *lab) logIn(who auth.Identity, forAccount string) SignIn {
	l.t.Helper()
	p, err := l.tryLogIn(who, forAccount)
	if err != nil {
		l.t.Fatal(err)
	}
	return p
}

func (l *lab) tryLogIn(who auth.Identity, forAccount string) (SignIn, error) {
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

// addAndLeave makes a drawer and leaves it in a state, locked or sealed.
func (l *lab) addAndLeave(who auth.Identity, state State) (id string) {
	l.t.Helper()
	id = l.add(who)
	if state == Locked {
		must(l.t, l.Lock(id))
	} else {
		must(l.t, l.LogOut(id))
	}
	return id
}

// limitCodes sets the organisation's policy for the life of a code.
func (l *lab) limitCodes(lifetime time.Duration) {
	l.policy = settings.Policy{CodeLifetime: lifetime}
	l.restart()
}

func (l *lab) unlock(id string, code secret.Text) error {
	return l.Unlock(context.Background(), id, code)
}

func (l *lab) account(id string) Account {
	l.t.Helper()
	a, ok := l.Manager.account(id)
	if !ok {
		l.t.Fatalf("no account %s", id)
	}
	return a
}

// account finds the snapshot of one drawer.
func (m *Manager) account(id string) (Account, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d := m.find(id); d != nil {
		return m.snapshot(d, m.o.Now()), true
	}
	return Account{}, false
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
