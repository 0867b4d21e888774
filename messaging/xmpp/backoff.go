package xmpp

import (
	"errors"
	"math/rand/v2"
	"time"
)

const (
	firstDelay   = time.Second
	longestDelay = time.Minute
	// A refused token rarely becomes good by itself, and many attempts get an address banned.
	firstRefusedDelay   = time.Minute
	longestRefusedDelay = 15 * time.Minute
	// Where a server allows an account one session only, two programs would replace each other in turn: each time later.
	firstReplacedDelay   = 20 * time.Second
	longestReplacedDelay = 15 * time.Minute
	// steadyAfter is how long a session must live for the next loss to begin with the first delay again.
	steadyAfter = 10 * time.Second
)

// backoff chooses the waits between attempts. They double, with jitter, so that clients do not all return at once when a server
// restarts.
type backoff struct {
	failures, refusals int
	replaced           int  // in all sessions
	steady             bool // a session that lasted was lost just now
}

// next returns the wait after err.
func (b *backoff) next(err error) time.Duration {
	switch {
	case errors.Is(err, ErrReplaced):
		b.replaced++
		return jittered(firstReplacedDelay, longestReplacedDelay, b.replaced)
	case errors.Is(err, ErrRefused):
		b.refusals++
		return jittered(firstRefusedDelay, longestRefusedDelay, b.refusals)
	}
	if b.steady && !errors.Is(err, ErrProtocol) { // the network, not a server that goes down in order
		b.steady = false
		return 1 + rand.N(firstDelay/4)
	}
	b.failures++
	return jittered(firstDelay, longestDelay, b.failures)
}

func (b *backoff) reset() { *b = backoff{replaced: b.replaced, steady: true} }

// jittered is between a half and the whole of first·2ⁿ⁻¹, at most of longest.
func jittered(first, longest time.Duration, n int) time.Duration {
	whole := longest
	if n < 16 {
		whole = min(longest, first<<(n-1))
	}
	return whole/2 + rand.N(whole/2+1)
}
