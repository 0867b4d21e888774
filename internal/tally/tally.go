// Package tally counts what happens often, and says when it is worth a line in the log.
package tally

import (
	"maps"
	"sync"
)

// Counts counts by key. Its zero value is ready to use; its methods may be called from any goroutine.
type Counts[K ~string] struct {
	mu sync.Mutex
	of map[K]int
}

// Add adds n to a count. worthy says that the count reached, or passed, the next of 1, 10, 100 and so on: who causes it cannot fill the log.
func (c *Counts[K]) Add(key K, n int) (worthy bool) {
	if n <= 0 {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil {
		c.of = map[K]int{}
	}
	before := c.of[key]
	c.of[key] = before + n
	next := 1
	for next <= before {
		next *= 10
	}
	return before+n >= next
}

// All gives all counts.
func (c *Counts[K]) All() map[K]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.of)
}
