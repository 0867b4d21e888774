//go:build linux

// The servers of the sandbox run there only.

package messaging_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"discussions/internal/sandboxtest"
	"discussions/internal/secret"
	"discussions/messaging"
)

// patience is how long a test waits for something that must happen.
const patience = 30 * time.Second

var cacheKey = secret.NewKey([]byte("0123456789abcdef0123456789abcdef"))

// device is one program of a person, and what it was told.
type device struct {
	*messaging.Client
	mu     sync.Mutex
	events []messaging.Event
	told   chan struct{}
	ahead  atomic.Int64 // of the device's clock, a time.Duration
}

// newDevice makes an unlocked client that is not started.
func newDevice(t testing.TB, s *sandboxtest.Sandbox, who sandboxtest.Person, dir string) *device {
	t.Helper()
	return newDeviceWith(t, s, who, messaging.Config{Dir: dir})
}

// newDeviceWith is newDevice with the rest of a configuration.
func newDeviceWith(t testing.TB, s *sandboxtest.Sandbox, who sandboxtest.Person, cfg messaging.Config) *device {
	t.Helper()
	token := s.TokenFor(t, who.JID, time.Hour)
	d := &device{told: make(chan struct{}, 1)}
	cfg.JID, cfg.Name, cfg.Domain, cfg.WebSocket, cfg.Log = who.JID, who.Name, s.Domain, s.WebSocket, logTo(t, who.JID)
	if cfg.Transport == nil {
		cfg.Transport = s.Transport(t)
	}
	cfg.Token = func(context.Context) (secret.Text, error) { return secret.New(token), nil }
	cfg.Now = func() time.Time { return time.Now().Add(time.Duration(d.ahead.Load())) }
	d.Client = messaging.New(cfg)
	d.Subscribe(func(ev messaging.Event) {
		d.mu.Lock()
		d.events = append(d.events, ev)
		d.mu.Unlock()
		select {
		case d.told <- struct{}{}:
		default:
		}
	})
	check(t, d.Unlock(cacheKey))
	t.Cleanup(func() { check(t, d.Close()) })
	return d
}

func start(t testing.TB, s *sandboxtest.Sandbox, who sandboxtest.Person) *device {
	t.Helper()
	return startWith(t, s, who, messaging.Config{Dir: t.TempDir()})
}

func startWith(t testing.TB, s *sandboxtest.Sandbox, who sandboxtest.Person, cfg messaging.Config) *device {
	t.Helper()
	d := newDeviceWith(t, s, who, cfg)
	d.Start()
	d.synced(t)
	return d
}

// synced waits until the archive was asked for the first time: only what comes after that is announced message by message.
func (d *device) synced(t testing.TB) {
	t.Helper()
	d.until(t, "the list", func() bool {
		list, err := d.Conversations()
		check(t, err)
		return slices.ContainsFunc(list, func(v messaging.Conversation) bool { return v.Last != nil && !v.Group })
	})
}

// logTo shows what a device logs where a test fails.
func logTo(t testing.TB, who string) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})).With("who", who)
}

// until waits for an event after which a condition holds.
func (d *device) until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for !holds() {
		select {
		case <-d.told:
		case <-timer.C:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// got reports whether an event was published.
func (d *device) got(f func(messaging.Event) bool) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.ContainsFunc(d.events, f)
}

// These take a JID and a text as the sandbox has them.

func (d *device) Send(jid, body string) (messaging.Message, error) {
	return d.Client.Send(messaging.ConversationID(jid), messaging.Text{Body: body})
}

func (d *device) MarkRead(jid string) error { return d.Client.MarkRead(messaging.ConversationID(jid)) }

func (d *device) SetTyping(jid string, on bool) {
	d.Client.SetTyping(messaging.ConversationID(jid), on)
}

func (d *device) Members(jid string) []messaging.Member {
	return d.Client.Members(messaging.ConversationID(jid))
}

func (d *device) History(ctx context.Context, jid string, before messaging.Cursor, n int) (messaging.Page, error) {
	return d.Client.History(ctx, messaging.ConversationID(jid), before, n, 0)
}

func (d *device) bodies(t testing.TB, id string, n int) (list []string) {
	t.Helper()
	p, err := d.History(t.Context(), id, messaging.Cursor{}, n)
	check(t, err)
	for _, m := range p.Messages {
		list = append(list, body(m))
	}
	return list
}

func (d *device) conversation(t testing.TB, id string) messaging.Conversation {
	t.Helper()
	v, err := d.Conversation(messaging.ConversationID(id))
	check(t, err)
	return v
}

func (d *device) has(id, text string) bool {
	return d.got(func(ev messaging.Event) bool {
		e, ok := ev.(messaging.MessageAdded)
		return ok && string(e.Message.Conversation) == id && body(e.Message) == text
	})
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}
