package account

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"discussions/account/internal/disk"
	"discussions/account/internal/kdf"
	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/dispatch"
	"discussions/internal/secret"
	"discussions/messaging"
	"discussions/settings"
)

// Keyring is the operating system's store of small secrets; [SystemKeyring] is the real one. Get and Delete of an absent
// entry return an error wrapping [ErrNoRecord]; the other errors wrap one of the ErrKeyring errors.
type Keyring = vault.Keyring

// Options say where the accounts are kept and what they talk to.
type Options struct {
	Dir         string // the profile folder; made if it is absent
	Deployment  settings.Deployment
	Keyring     Keyring                                     // default: &SystemKeyring{}
	Log         *slog.Logger                                // default: nothing is logged
	Now         func() time.Time                            // default: time.Now
	OpenBrowser func(ctx context.Context, url string) error // default: auth.OpenBrowser
	Former      *settings.Person                            // what all accounts shared in an earlier version; nil: nothing
	Language    func() string                               // of the login pages (BCP 47); default: the provider's choice

	// For tests in this package.
	bounds    kdf.Bounds
	disk      disk.Disk
	started   func() vault.Started
	unseen    func(page secret.Text) error // default: Manager.openUnseen
	discover  func(context.Context, auth.Config) (provider, error)
	newClient func(messaging.Config) client
}

// Manager owns the accounts of one profile folder. All methods may be called from any goroutine, but only [Manager.Accounts],
// [Manager.Client], [Manager.Unsent] and [Manager.Subscribe] return at once: the others wait for disk, keyring, key derivation or
// network, and are not for the goroutine that draws. The caller of a method owns the code that it passes, and wipes it when the
// method has returned.
type Manager struct {
	o         Options
	log       *slog.Logger
	profile   *profile
	events    *dispatch.Publisher[Event]
	providers *providers
	networks  *networks
	network   string // the fingerprint of the deployment file's
	newClient func(messaging.Config) client

	life         context.Context // ends with Close
	end          context.CancelFunc
	work         sync.WaitGroup // goroutines of the manager
	busy         sync.WaitGroup // operations on drawers, also on those that have left the list
	keyringAsked chan struct{}  // closed when the keyring was looked at for the first time
	adding       chan struct{}  // full while a drawer is made: one at a time, so that a person gets only one

	removing sync.Mutex // one use at a time of the notices of removals

	mu         sync.Mutex
	drawers    []*drawer
	unfinished []*drawer // erasures: not in the list any more
	sequence   int64
	hidden     bool // no window of the program can be seen
	closed     bool // no operation begins any more
	ended      bool // no goroutine starts any more
}

// OpenProfile claims the profile folder and reads its accounts, which are all sealed. What the keyring's records say of them
// follows as events. Errors: [ErrProfile], [ErrProfileBusy], and that of a certificate file that cannot be read.
func OpenProfile(ctx context.Context, o Options) (*Manager, error) {
	if o.Keyring == nil {
		o.Keyring = &SystemKeyring{}
	}
	keyring := o.Keyring
	o.Keyring = namedErrors{keyring}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = wallClock
	}
	if o.OpenBrowser == nil {
		o.OpenBrowser = auth.OpenBrowser
	}
	if o.Language == nil {
		o.Language = func() string { return "" }
	}
	if o.disk == nil {
		o.disk = disk.OS{}
	}
	if o.started == nil {
		o.started = vault.SystemStarted
	}
	if o.newClient == nil {
		o.newClient = newMessagingClient
	}
	ways, network, err := newNetworks(o.Deployment.Network)
	if err != nil {
		return nil, err
	}
	p, err := openProfile(o, ways)
	if err != nil {
		return nil, err
	}
	m := &Manager{
		o: o, log: o.Log, profile: p, events: new(dispatch.Publisher[Event]),
		providers: newProviders(o, ways), networks: ways, network: network, newClient: o.newClient, keyringAsked: make(chan struct{}), adding: make(chan struct{}, 1),
	}
	if m.o.unseen == nil {
		m.o.unseen = m.openUnseen
	}
	m.life, m.end = context.WithCancel(context.Background())
	m.drawers, m.unfinished = p.drawers()
	m.adoptFormer(o.Former)
	m.spawn(func() { m.pollKeyring(keyring) })
	return m, nil
}

// Accounts returns all accounts, the last used first.
func (m *Manager) Accounts() []Account {
	m.mu.Lock()
	defer m.mu.Unlock()
	sorted := slices.Clone(m.drawers)
	slices.SortStableFunc(sorted, func(a, b *drawer) int {
		if a.view.description.LastUsed != b.view.description.LastUsed {
			return int(min(max(b.view.description.LastUsed-a.view.description.LastUsed, -1), 1))
		}
		return int(min(max(b.view.sequence-a.view.sequence, -1), 1))
	})
	now := m.o.Now()
	accounts := make([]Account, len(sorted))
	for i, d := range sorted {
		accounts[i] = m.snapshot(d, now)
	}
	return accounts
}

func (m *Manager) snapshot(d *drawer, now time.Time) Account {
	v := d.view
	a := Account{
		ID: d.id, Name: v.description.Name, Organisation: v.description.Organisation, Job: v.description.Job, JID: v.description.JID, Mail: v.description.Mail,
		State: v.state, Unread: v.unread, TriesLeft: v.left, Misses: v.misses, Ephemeral: d.ephemeral, Trouble: v.trouble,
		NeedsLogin: v.broken || v.description.NeedsLogin || v.state != Open && m.needsLogin(&v, now),
	}
	if v.wait.After(now) {
		a.Wait = v.wait
	}
	if due := v.description.RemovalDue; due != 0 {
		a.RemovalDue = time.Unix(due, 0)
	}
	if v.client != nil {
		a.Connection = v.connection
	}
	return a
}

// needsLogin reports whether the code no longer opens a drawer, as far as that is known without a request to the keyring, whose
// record decides.
func (m *Manager) needsLogin(v *view, now time.Time) bool {
	return v.description.NeedsLogin || v.standing.LoginNeeded && !v.lastLogin.After(v.standing.Login) || m.codeExpired(v, v.lastLogin, now)
}

// codeExpired reports whether the organisation's limit for the code has passed since the last full login. The time by which the clock was
// set back counts. The limit has also passed if the clock was set back to before that login.
func (m *Manager) codeExpired(v *view, lastLogin, now time.Time) bool {
	limit, age := m.policyFor(v.standing).CodeLifetime, now.Sub(lastLogin)
	if !lastLogin.After(v.standing.Login) {
		age += v.standing.Lost
	}
	return limit > 0 && !lastLogin.IsZero() && (age > limit || now.Sub(lastLogin) < -clockTolerance)
}

// wallClock is the time without the monotonic clock, which stands still while the computer sleeps.
func wallClock() time.Time { return time.Now().Round(0) }

// clockTolerance is how wrong the clock may have been at a login; package auth refuses more.
const clockTolerance = 5 * time.Minute

// Subscribe calls f with each event from now on, in order, until unsubscribe. All subscribers share one goroutine: f must not
// block, nor call [Manager.Close].
func (m *Manager) Subscribe(f func(Event)) (unsubscribe func()) { return m.events.Subscribe(f) }

// Client is the account's client, only while it is open.
func (m *Manager) Client(id string) (*messaging.Client, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d := m.find(id)
	if d == nil || d.view.state != Open {
		return nil, false
	}
	c, ok := d.view.client.(*messaging.Client)
	return c, ok
}

// Unsent is the number of messages that have not left; while the account is sealed, as last known.
func (m *Manager) Unsent(id string) int {
	m.mu.Lock()
	d := m.find(id)
	if d == nil {
		m.mu.Unlock()
		return 0
	}
	c, known := d.view.client, d.view.unsent
	m.mu.Unlock()
	if c == nil {
		return known
	}
	return c.Unsent()
}

// Close logs every account out and waits for all that runs. Accounts without a keyring are erased.
func (m *Manager) Close() error {
	m.mu.Lock()
	if m.closed {
		m.mu.Unlock()
		return nil
	}
	m.closed = true
	m.mu.Unlock()
	m.end()
	m.adding <- struct{}{} // waits for a drawer that is being made
	defer func() { <-m.adding }()
	err := m.eachLocked(func(d *drawer) error {
		err := m.seal(d)
		d.removed = true // for operations that wait for it
		if d.ephemeral {
			err = errors.Join(err, d.erase())
		}
		return err
	})
	m.busy.Wait() // for removals
	m.mu.Lock()
	m.ended = true
	m.mu.Unlock()
	m.work.Wait()
	m.events.Close()
	m.networks.close()
	return errors.Join(err, m.profile.close())
}

// freeMemory returns to the operating system the memory of what has ended, a key derivation or an open account; Go would keep it for
// minutes.
func (m *Manager) freeMemory() {
	if m.o.bounds == (kdf.Bounds{}) { // tests with a lower floor derive all the time
		m.spawn(debug.FreeOSMemory)
	}
}

// spawn runs f in the background, unless the manager has ended.
func (m *Manager) spawn(f func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.ended {
		m.work.Go(f)
	}
}

// eachLocked calls f with every drawer at once, each under its lock.
func (m *Manager) eachLocked(f func(d *drawer) error) error {
	return each(m.list(), func(d *drawer) error {
		d.op.Lock()
		defer d.op.Unlock()
		if d.removed {
			return nil
		}
		return f(d)
	})
}

// each calls f with every drawer at once, and returns when all have returned.
func each(drawers []*drawer, f func(d *drawer) error) error {
	errs := make([]error, len(drawers))
	var calls sync.WaitGroup
	for i, d := range drawers {
		calls.Go(func() { errs[i] = f(d) })
	}
	calls.Wait()
	return errors.Join(errs...)
}

func (m *Manager) list() []*drawer {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.drawers)
}

// find returns nil if there is no such drawer. The caller holds m.mu.
func (m *Manager) find(id string) *drawer {
	for _, d := range m.drawers {
		if d.id == id {
			return d
		}
	}
	return nil
}

// hold finds a drawer and locks it; the caller must release it.
func (m *Manager) hold(id string) (*drawer, error) {
	m.mu.Lock()
	d, closed := m.find(id), m.closed
	if d != nil && !closed {
		m.busy.Add(1)
	}
	m.mu.Unlock()
	switch {
	case closed:
		return nil, ErrClosed
	case d == nil:
		return nil, ErrNoAccount
	}
	d.op.Lock()
	if d.removed {
		m.release(d)
		return nil, ErrNoAccount
	}
	return d, nil
}

func (m *Manager) release(d *drawer) {
	d.op.Unlock()
	m.busy.Done()
}

// changed changes a view and publishes the change. Alter runs with m.mu held.
func (m *Manager) changed(d *drawer, alter func(*view)) {
	m.mu.Lock()
	alter(&d.view)
	m.mu.Unlock()
	m.events.Publish(Changed{ID: d.id})
}

func (m *Manager) stateOf(d *drawer) State {
	m.mu.Lock()
	defer m.mu.Unlock()
	return d.view.state
}

func (m *Manager) descriptionOf(d *drawer) description {
	m.mu.Lock()
	defer m.mu.Unlock()
	return d.view.description
}
