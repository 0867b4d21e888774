package account

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"discussions/internal/secret"
	"discussions/messaging"
)

var errFull = errors.New("no space left")

// fakeClient is the messages of one account: a file that only its own key may open.
type fakeClient struct {
	t       tester
	c       messaging.Config
	refused func() bool // the cache, as on a full disk

	mu   sync.Mutex
	subs []func(messaging.Event)

	key             secret.Key
	kept            bool // the cache of an earlier run was there
	started, closed bool
	unread, unsent  int
	retries         int
}

func (c *fakeClient) Unlock(key secret.Key) error {
	if c.refused() {
		return errFull
	}
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
