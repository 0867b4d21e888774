package dispatch

import (
	"context"
	"sync"
)

// maxSpare bounds the memory that an empty queue keeps for its next values.
const maxSpare = 256

// Queue handles values one after another on a goroutine of its own. Make one with [New]. Its guarantee is the package's.
type Queue[T any] struct {
	mu      sync.Mutex
	handle  func(T)
	waiting []T
	spare   []T // an empty slice whose memory takes the next values
	running bool
	stopped bool
	room    chan struct{} // closed when the handler takes what waits; nil: nobody waits for that
	done    sync.WaitGroup
}

// New returns a queue that calls handle with each value.
func New[T any](handle func(T)) *Queue[T] { return &Queue[T]{handle: handle} }

// Put adds values at the end. It reports whether the queue took them: after Stop or Close it does not.
func (q *Queue[T]) Put(values ...T) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.stopped {
		return false
	}
	q.waiting = append(q.waiting, values...)
	if !q.running && len(q.waiting) > 0 {
		q.running = true
		q.done.Add(1)
		go q.run(q.handle)
	}
	return true
}

// init gives a queue that is part of something else its handler, unless it has one.
func (q *Queue[T]) init(handle func(T)) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.handle == nil {
		q.handle = handle
	}
}

func (q *Queue[T]) run(handle func(T)) {
	for values := q.take(nil); len(values) > 0; values = q.take(values) {
		for _, v := range values {
			handle(v)
		}
	}
	q.done.Done() // not deferred: if a handler panics, Close must not return, or the program could end as if nothing had happened
}

// take returns all that waits, and keeps the memory of what was handled. Nothing waits: the goroutine ends.
func (q *Queue[T]) take(handled []T) []T {
	clear(handled)
	q.mu.Lock()
	defer q.mu.Unlock()
	if cap(handled) > 0 && cap(handled) <= maxSpare {
		q.spare = handled[:0]
	}
	if q.room != nil {
		close(q.room)
		q.room = nil
	}
	values := q.waiting
	q.waiting, q.spare = q.spare, nil
	q.running = len(values) > 0
	return values
}

// WaitBelow returns when fewer than n values wait, not counting those that the handler's goroutine has taken already, or when ctx
// ends. It makes a queue bounded for a sender that calls it before each Put.
func (q *Queue[T]) WaitBelow(ctx context.Context, n int) {
	for {
		room := q.roomBelow(n)
		if room == nil {
			return
		}
		select {
		case <-room:
		case <-ctx.Done():
			return
		}
	}
}

// roomBelow returns nil where fewer than n values wait, otherwise a channel that is closed when there may be.
func (q *Queue[T]) roomBelow(n int) <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) < n {
		return nil
	}
	if q.room == nil {
		q.room = make(chan struct{})
	}
	return q.room
}

// Stop takes no more values. Those that wait are still handled.
func (q *Queue[T]) Stop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stopped = true
}

// Close stops the queue and returns when everything is handled.
func (q *Queue[T]) Close() {
	q.Stop()
	q.done.Wait()
}
