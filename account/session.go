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
)

// client is what a session needs of *messaging.Client.
type client interface {
	Unlock(key secret.Key) error
	Lock() error
	Start()
	Close() error
	Retry()
	Subscribe(f func(messaging.Event)) (cancel func())
	Connection() messaging.Connection
	Unread() int
	Unsent() int
}

var _ client = (*messaging.Client)(nil)

// keepFresh is how often a session looks whether its tokens are due, by the clock on the wall: a timer set for the moment
// itself would stand still while the computer sleeps.
const keepFresh = time.Minute

// session is what runs for an account that is open or locked.
type session struct {
	data   secret.Key // the data key, only while open
	tokens secret.Key // seals the tokens
	client client
	person person
	site   site
	stamp  time.Time // of the last full login

	unsubscribe func()
	stop        context.CancelFunc // of the keeper
	kept        chan struct{}      // closed when the keeper has ended

	mu     sync.Mutex
	source *auth.Source // another one after a new login
}

// newSession makes the session of the account whose data key and tokens are given, and opens its messages. It takes over the
// key. Nothing runs before begin.
func (m *Manager) newSession(d *drawer, data secret.Key, stamp time.Time, p person, s site, t auth.Tokens) (*session, error) {
	dir, err := d.cacheDir(data)
	if err != nil {
		return nil, err
	}
	n := &session{data: data, tokens: vault.TokensKey(data), person: p, site: s.follow(m.o.Deployment), stamp: stamp}
	n.source = m.newSource(d, n, t)
	n.client = m.newClient(messaging.Config{
		JID: p.JID, Name: p.Name, Dir: dir,
		Domain: n.site.Domain, WebSocket: n.site.WebSocket, Transport: m.transport,
		Token: func(ctx context.Context) (secret.Text, error) { return m.token(ctx, d, n) },
		Log:   m.log.With("account", d.id), Now: m.o.Now,
	})
	if err := n.openMessages(data); err != nil {
		_ = n.client.Close()
		n.source.Close()
		n.tokens.Wipe()
		return nil, err
	}
	return n, nil
}

func (n *session) openMessages(data secret.Key) error {
	key := vault.CacheKey(data)
	defer key.Wipe()
	if err := n.client.Unlock(key); err != nil {
		return fmt.Errorf("open the messages: %w", err)
	}
	return nil
}

func (n *session) begun() bool { return n.stop != nil }

// begin connects, and keeps the tokens fresh until end.
func (m *Manager) begin(d *drawer, n *session) {
	n.unsubscribe = n.client.Subscribe(func(e messaging.Event) { m.clientEvent(d, n, e) })
	ctx, stop := context.WithCancel(context.Background())
	n.stop, n.kept = stop, make(chan struct{})
	go m.keep(ctx, d, n)
	n.client.Start()
}

// newSource makes the source of access tokens; what it saves is sealed under the tokens' own key, so a locked account goes on.
func (m *Manager) newSource(d *drawer, n *session, t auth.Tokens) *auth.Source {
	p, s, stamp, key := n.person, n.site, n.stamp, n.tokens
	refresh := func(ctx context.Context, t auth.Tokens) (auth.Tokens, error) {
		provider, err := m.providers.of(ctx, s)
		if err != nil {
			return auth.Tokens{}, err
		}
		return provider.Refresh(ctx, t)
	}
	save := func(t auth.Tokens) error { return d.writeTokens(key, stamp, p, s, t) }
	return auth.NewSource(t, refresh, save, m.o.Now)
}

// token is the access token for the message engine, in the errors of package messaging.
func (m *Manager) token(ctx context.Context, d *drawer, n *session) (secret.Text, error) {
	source := n.current()
	t, err := source.Token(ctx)
	switch {
	case errors.Is(err, auth.ErrLoginNeeded):
		m.noteLoginNeeded(d, n, source)
		return t, fmt.Errorf("%w: %w", messaging.ErrLoginNeeded, err)
	case errors.Is(err, auth.ErrClock):
		return t, fmt.Errorf("%w: %w", messaging.ErrClock, err)
	}
	return t, err
}

// keep refreshes the tokens in time, locked or not, whether or not the connection needs them at the moment.
func (m *Manager) keep(ctx context.Context, d *drawer, n *session) {
	defer close(n.kept)
	tick := time.NewTicker(keepFresh)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if _, err := m.token(ctx, d, n); err != nil && ctx.Err() == nil {
			m.log.Debug("tokens not refreshed", "account", d.id, "error", err)
		}
		if d.op.TryLock() {
			_ = d.vault.Settle() // at the next tick otherwise
			d.op.Unlock()
		}
	}
}

func (n *session) current() *auth.Source {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.source
}

// renew goes on with the tokens of a new login, which are on disk already.
func (m *Manager) renew(d *drawer, n *session, t auth.Tokens) {
	source := m.newSource(d, n, t)
	n.mu.Lock()
	n.source = source
	n.mu.Unlock()
	n.client.Retry()
}

// lock forgets the data key and closes the messages; the connection stays.
func (n *session) lock() error {
	n.data.Wipe()
	return n.client.Lock()
}

// end closes the connection and forgets every key, and returns the last tokens. Where the provider stopped answering in the
// middle of a refresh it waits for the answer, 40 s at most: an unsaved one would be a lost login.
func (n *session) end() (auth.Tokens, error) {
	n.data.Wipe()
	n.stop()
	n.unsubscribe()
	err := n.client.Close()
	source := n.current()
	source.Close()
	<-n.kept
	t := source.Tokens()
	n.tokens.Wipe()
	return t, err
}

func wipeTokens(t auth.Tokens) {
	t.Access.Wipe()
	t.Refresh.Wipe()
	t.ID.Wipe()
}

// clientEvent keeps the snapshot and tells the manager's subscribers. It runs on the client's goroutine and must not block.
func (m *Manager) clientEvent(d *drawer, n *session, e messaging.Event) {
	switch e := e.(type) {
	case messaging.ConnectionChanged:
		if e.Connection.Problem == messaging.TokenRefused {
			source := n.current()
			source.Refused(source.Tokens().Access)
		}
		m.changed(d, func(v *view) { v.connection = e.Connection })
	case messaging.CountChanged:
		var locked bool
		m.changed(d, func(v *view) { v.unread, locked = e.Unread, v.state == Locked })
		if locked && e.Live {
			m.events.Publish(Received{ID: d.id, Locked: true})
		}
	case messaging.MessageAdded:
		if e.Live && !e.Message.Own && m.stateOf(d) == Open {
			m.events.Publish(Received{ID: d.id, Message: e.Message})
		}
	}
}

// noteLoginNeeded remembers, also for the next start, that the tokens are of no use any more. It may run on any goroutine, also
// on one that the drawer's operations wait for, so it takes no lock of theirs. What a source says that a new login replaced meanwhile
// is of the past.
func (m *Manager) noteLoginNeeded(d *drawer, n *session, source *auth.Source) {
	first := false
	m.changed(d, func(v *view) {
		if v.client == n.client && n.current() == source && !v.about.NeedsLogin {
			v.about.NeedsLogin, first = true, true
		}
	})
	if first {
		m.saveAbout(d)
	}
}

func newMessagingClient(c messaging.Config) client { return messaging.New(c) }
