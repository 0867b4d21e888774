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
	"discussions/messaging/messagingtest"
)

var errFull = errors.New("no space left")

// fakeClient is the shared fake with a cache: a file that only its own key may open.
type fakeClient struct {
	*messagingtest.Client
	t       tester
	c       messaging.Config
	refused func() bool // the cache, as on a full disk

	mu              sync.Mutex
	key             secret.Key
	kept            bool // the cache of an earlier run was there
	started, closed bool
	retries         int
}

func newFakeClient(t tester, c messaging.Config, refused func() bool) *fakeClient {
	return &fakeClient{Client: messagingtest.New(c), t: t, c: c, refused: refused}
}

func (c *fakeClient) Unlock(key secret.Key) error {
	if c.refused() {
		return errFull
	}
	if err := c.openCache(key); err != nil {
		return err
	}
	return c.Client.Unlock(key)
}

func (c *fakeClient) openCache(key secret.Key) error {
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
	c.key.Wipe()
	c.mu.Unlock()
	return c.Client.Lock()
}

func (c *fakeClient) Start() {
	c.mu.Lock()
	c.started = true
	c.mu.Unlock()
	c.Client.Start()
}

func (c *fakeClient) Close() error {
	c.mu.Lock()
	c.key.Wipe()
	c.started, c.closed = false, true
	c.mu.Unlock()
	return c.Client.Close()
}

func (c *fakeClient) Retry() {
	c.mu.Lock()
	c.retries++
	c.mu.Unlock()
	c.Client.Retry()
}

// queue makes the user write n messages, which wait for a connection.
func (c *fakeClient) queue(n int) {
	for range n {
		if _, err := c.Send("sophie@chat.example.org", messaging.Text{Body: "canary"}); err != nil {
			c.t.Errorf("send: %v", err)
		}
	}
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
