// Package work does what the interface must not wait for.
package work

import "sync"

// Queue does one thing after another, away from Fyne's goroutine: a message must not overtake the one before, nor the withdrawal
// of a notification the notification. The zero value is ready for use.
type Queue struct {
	mu      sync.Mutex
	queue   []func()
	running bool
	closed  bool
	done    sync.WaitGroup
}

// Do puts f behind what is to be done. After Close it does nothing.
func (q *Queue) Do(f func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	q.queue = append(q.queue, f)
	if !q.running {
		q.running = true
		q.done.Go(q.run)
	}
}

// Beside runs f on a goroutine of its own, which is waited for after Close as well.
func (q *Queue) Beside(f func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.done.Go(f)
	}
}

func (q *Queue) run() {
	for {
		q.mu.Lock()
		if len(q.queue) == 0 {
			q.running = false
			q.mu.Unlock()
			return
		}
		f := q.queue[0]
		q.queue = q.queue[1:]
		q.mu.Unlock()
		f()
	}
}

// Close takes nothing more. wait returns when all is done.
func (q *Queue) Close() (wait func()) {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	return q.done.Wait
}
