// Package await lets goroutines wait for a change of shared state.
package await

import (
	"context"
	"sync"
)

// Change wakes goroutines when something changed. The zero value is
// ready.
type Change struct {
	mu      sync.Mutex
	current chan struct{}
}

// Next is closed at the next [Change.Announce].
func (c *Change) Next() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == nil {
		c.current = make(chan struct{})
	}
	return c.current
}

// Announce wakes those who wait.
func (c *Change) Announce() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current != nil {
		close(c.current)
		c.current = nil
	}
}

// Until calls done at the start and after each change. It returns when done is
// true or the context ends, with the last result.
func (c *Change) Until(ctx context.Context, done func() bool) bool {
	for {
		next := c.Next() // before asking, so that no change is missed
		if done() {
			return true
		}
		select {
		case <-next:
		case <-ctx.Done():
			return done()
		}
	}
}
