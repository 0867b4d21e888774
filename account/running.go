package account

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/secret"
	"discussions/messaging"
	"discussions/settings"
)

// client is the part of *messaging.Client that this package uses.
type client interface {
	Unlock(key secret.Key) error
	Lock() error
	Start()
	Close() error
	Retry()
	SetVisible(on bool)
	Subscribe(f func(messaging.Event)) (cancel func())
	Connection() messaging.Connection
	Unread() int
	Unsent() int
}

var _ client = (*messaging.Client)(nil)

// refreshInterval is how often the age of the tokens is checked. A single timer until they expire would stand still while the
// computer sleeps.
const refreshInterval = time.Minute

// running is what runs for an account that is open or locked.
type running struct {
	data      secret.Key // the data key, only while open
	tokens    secret.Key // seals the tokens
	client    client
	owner     string // see hashPerson
	person    person
	site      site
	lastLogin time.Time

	unsubscribe func()
	stop        context.CancelFunc // ends refreshTokens; nil: not started
	refreshing  chan struct{}      // closed when refreshTokens has ended

	mu     sync.Mutex
	source *auth.Source // replaced at a new login
}

// newRunning prepares what runs for the account with that data key and that login, and opens its messages. It takes over the
// key. Nothing runs before startRunning.
func (m *Manager) newRunning(d *drawer, data secret.Key, l loginRecord) (*running, error) {
	dir, err := d.cacheDir(data)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	allowed := m.policyFor(d.vault.Standing()).Files
	m.mu.Unlock()
	r := &running{
		data: data, tokens: vault.TokensKey(data), owner: hashPerson(l.tokens.Issuer, l.tokens.Subject),
		person: l.owner, site: m.updated(l.site), lastLogin: l.at,
	}
	r.source = m.newSource(d, r, l.tokens)
	r.client = m.newClient(messaging.Config{
		JID: l.owner.JID, Name: l.owner.Name, Dir: dir,
		Domain: r.site.Domain, WebSocket: r.site.WebSocket, Transport: m.networks.of(r.site.Network).transport,
		Token:   func(ctx context.Context) (secret.Text, error) { return m.token(ctx, d, r) },
		Refused: func(t secret.Text) { r.tokenSource().Refused(t) },
		Log:     m.log.With("account", d.id), Now: m.o.Now, Files: FilePolicy(allowed),
	})
	if err := r.openMessages(data); err != nil {
		r.discard()
		return nil, err
	}
	return r, nil
}

// FilePolicy converts a policy for package messaging.
func FilePolicy(p settings.Files) messaging.FilePolicy {
	const mb = 1_000_000
	return messaging.FilePolicy{
		MaxSize: int64(p.MaxMB) * mb, Types: p.Types, Plain: p.Plain, Cache: int64(p.CacheMB) * mb, Hosts: p.Hosts,
	}
}

// discard closes what was not started.
func (r *running) discard() {
	_ = r.client.Close()
	r.source.Close()
	r.tokens.Wipe()
}

func (r *running) openMessages(data secret.Key) error {
	key := vault.CacheKey(data)
	defer key.Wipe()
	if err := r.client.Unlock(key); err != nil {
		return fmt.Errorf("open the messages: %w", err)
	}
	return nil
}

func (r *running) started() bool { return r.stop != nil }

// startRunning connects, and keeps the tokens fresh until end.
func (m *Manager) startRunning(d *drawer, r *running) {
	r.unsubscribe = r.client.Subscribe(func(e messaging.Event) { m.clientEvent(d, r, e) })
	ctx, stop := context.WithCancel(context.Background())
	r.stop, r.refreshing = stop, make(chan struct{})
	go m.refreshTokens(ctx, d, r)
	r.client.Start()
}

// newSource makes the source of access tokens. It seals new tokens under the tokens' own key, which a locked account still has.
func (m *Manager) newSource(d *drawer, r *running, t auth.Tokens) *auth.Source {
	l, key := loginRecord{at: r.lastLogin, owner: r.person, site: r.site}, r.tokens
	refresh := func(ctx context.Context, t auth.Tokens) (auth.Tokens, error) {
		provider, err := m.providers.of(ctx, l.site)
		if err != nil {
			return auth.Tokens{}, err
		}
		return provider.Refresh(ctx, t)
	}
	save := func(t auth.Tokens) error {
		l := l
		l.tokens = t
		return d.writeTokens(key, l)
	}
	return auth.NewSource(t, refresh, save, m.o.Now)
}

// token returns an access token for the message server. Its errors are those of package messaging.
func (m *Manager) token(ctx context.Context, d *drawer, r *running) (secret.Text, error) {
	source := r.tokenSource()
	t, err := source.Token(ctx)
	switch {
	case errors.Is(err, auth.ErrLoginNeeded):
		m.rememberLoginNeeded(d, r, source)
		return t, fmt.Errorf("%w: %w", messaging.ErrLoginNeeded, err)
	case errors.Is(err, auth.ErrClock):
		return t, fmt.Errorf("%w: %w", messaging.ErrClock, err)
	}
	return t, err
}

// refreshTokens refreshes the tokens before they expire, also while the account is locked or not connected.
func (m *Manager) refreshTokens(ctx context.Context, d *drawer, r *running) {
	defer close(r.refreshing)
	tick := time.NewTicker(refreshInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if _, err := m.token(ctx, d, r); err != nil && ctx.Err() == nil {
			m.log.Debug("tokens not refreshed", "account", d.id, "error", err)
		}
		if d.op.TryLock() {
			_ = d.vault.Settle() // at the next tick otherwise
			_ = d.vault.Observe()
			d.op.Unlock()
		}
	}
}

func (r *running) tokenSource() *auth.Source {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.source
}

// useTokens replaces the source by one with these tokens, which are on disk already.
func (m *Manager) useTokens(d *drawer, r *running, t auth.Tokens) {
	source := m.newSource(d, r, t)
	r.mu.Lock()
	r.source = source
	r.mu.Unlock()
	r.client.Retry()
}

// lock forgets the data key and closes the messages; the connection stays.
func (r *running) lock() error {
	r.data.Wipe()
	return r.client.Lock()
}

// end closes the connection, forgets every key and returns the last tokens. It waits up to 40 s for the answer to a refresh:
// tokens that are not saved would be a lost login.
func (r *running) end() (auth.Tokens, error) {
	r.data.Wipe()
	r.stop()
	r.unsubscribe()
	err := r.client.Close()
	source := r.tokenSource()
	source.Close()
	<-r.refreshing
	t := source.Tokens()
	r.tokens.Wipe()
	return t, err
}

func wipeTokens(t auth.Tokens) {
	t.Access.Wipe()
	t.Refresh.Wipe()
	t.ID.Wipe()
}

// clientEvent updates the snapshot and publishes the manager's own events. It runs on the client's goroutine and must not block.
func (m *Manager) clientEvent(d *drawer, r *running, e messaging.Event) {
	switch e := e.(type) {
	case messaging.ConnectionChanged:
		m.changed(d, func(v *view) { v.connection = e.Connection })
	case messaging.CountChanged:
		var locked bool
		m.changed(d, func(v *view) { v.unread, locked = e.Unread, v.state == Locked })
		if locked && e.Live {
			m.events.Publish(Received{ID: d.id, Locked: true})
		}
	case messaging.MessageAdded:
		if e.Live && !e.Quiet && !e.Message.Own && m.stateOf(d) == Open {
			m.events.Publish(Received{ID: d.id, Message: e.Message})
		}
	case messaging.MessageChanged:
		_, withdrawn := e.Message.Content.(messaging.Retracted)
		if !e.Message.Own && (withdrawn || !e.Message.Edited.IsZero()) && m.stateOf(d) == Open {
			m.events.Publish(Altered{ID: d.id, Message: e.Message})
		}
	case messaging.Reacted:
		if m.stateOf(d) == Open {
			m.events.Publish(Reacted{ID: d.id, Message: e.Message, By: e.By, Emoji: e.Emoji})
		}
	}
}

// rememberLoginNeeded remembers, also for the next start, that source's tokens were refused. A source that a new login has
// replaced is ignored. It runs on any goroutine and never takes drawer.op: its holder may be waiting for this goroutine.
func (m *Manager) rememberLoginNeeded(d *drawer, r *running, source *auth.Source) {
	first := false
	m.changed(d, func(v *view) {
		if v.client == r.client && r.tokenSource() == source && !v.description.NeedsLogin {
			v.description.NeedsLogin, first = true, true
		}
	})
	if first {
		m.saveDescription(d)
		m.spawn(func() { // not before the operation that may be waiting for this goroutine
			d.op.Lock()
			defer d.op.Unlock()
			if !d.removed && m.descriptionOf(d).NeedsLogin {
				m.noteLoginNeeded(d)
			}
		})
	}
}

func newMessagingClient(c messaging.Config) client { return messaging.New(c) }
