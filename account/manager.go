package account

import (
	"context"
	"log/slog"
	"time"

	"discussions/account/internal/kdf"
	"discussions/account/vault"
	"discussions/messaging"
	"discussions/settings"
)

// Keyring is the operating system's store of small secrets; [SystemKeyring] is the real one. Get and Delete of an absent
// entry return an error wrapping [ErrNoRecord]; the other errors wrap one of the ErrKeyring errors.
type Keyring = vault.Keyring

// Options say where the drawers are and what they talk to.
type Options struct {
	Dir         string // the profile folder; made if it is absent
	Deployment  settings.Deployment
	Keyring     Keyring                                     // default: &SystemKeyring{}
	Log         *slog.Logger                                // default: nothing is logged
	Now         func() time.Time                            // default: time.Now
	OpenBrowser func(ctx context.Context, url string) error // default: auth.OpenBrowser

	bounds kdf.Bounds
}

// Manager owns the drawers of one profile folder. All methods may be called from any goroutine, but only [Manager.Accounts],
// [Manager.Client], [Manager.Unsent] and [Manager.Subscribe] return at once: the others wait for disk, keyring, key
// derivation or network, and are not for the goroutine that draws.
type Manager struct{ o Options }

// OpenProfile reads the drawers.
func OpenProfile(ctx context.Context, o Options) (*Manager, error) { return &Manager{o: o}, nil }

// Accounts returns the drawers, the last used first.
func (m *Manager) Accounts() []Account { return nil }

// Subscribe has f called for each event, in order, until cancel.
func (m *Manager) Subscribe(f func(Event)) (cancel func()) { return func() {} }

// StartLogin begins a login and opens the browser.
func (m *Manager) StartLogin(ctx context.Context, method int, forAccount string) (*Login, error) {
	return nil, ErrClosed
}

// Login is a login under way in the browser.
type Login struct{ URL string }

// Reopen opens the browser again.
func (l *Login) Reopen() error { return nil }

// Cancel ends the login.
func (l *Login) Cancel() {}

// Wait waits for the person.
func (l *Login) Wait(ctx context.Context) (*Pending, error) { return nil, ErrClosed }

// Pending is a person who has logged in and has no drawer yet, or whose drawer is to be renewed.
type Pending struct {
	Name, Organisation string
	Known              bool // this person already has a drawer here

	// Present says that the drawer still opens by its present code: ask for it and call Resume, which keeps everything.
	// SetCode gives the drawer another code; what only the present one opens (drafts, unsent messages) is then lost.
	Present bool
}

// SetCode seals.
func (p *Pending) SetCode(ctx context.Context, code string) (id string, err error) {
	return "", ErrClosed
}

// Resume opens the drawer by its present code.
func (p *Pending) Resume(ctx context.Context, code string) (id string, err error) {
	return "", ErrClosed
}

// Abandon forgets the login.
func (p *Pending) Abandon() {}

// Unlock opens a drawer.
func (m *Manager) Unlock(ctx context.Context, id, code string) error { return ErrClosed }

// Lock locks it.
func (m *Manager) Lock(id string) error { return nil }

// LogOut seals it.
func (m *Manager) LogOut(id string) error { return nil }

// LogOutAll seals all.
func (m *Manager) LogOutAll() error { return nil }

// Remove removes it.
func (m *Manager) Remove(ctx context.Context, id string) (Removal, error) { return Removal{}, nil }

// Unsent is the number of messages that have not left.
func (m *Manager) Unsent(id string) int { return 0 }

// ChangeCode changes the code.
func (m *Manager) ChangeCode(ctx context.Context, id, old, new string) error { return nil }

// Client is the account's client, only while Open.
func (m *Manager) Client(id string) (*messaging.Client, bool) { return nil, false }

// Close seals everything.
func (m *Manager) Close() error { return nil }
