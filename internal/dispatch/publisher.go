package dispatch

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Publisher hands each value to all its subscribers, one subscriber after another. The zero value is ready for use.
//
// A subscriber gets each value that was published after Subscribe returned and before it unsubscribed, and no other. Subscribers
// share one goroutine: one that waits makes the others wait, but never the publisher.
type Publisher[T any] struct {
	queue Queue[publication[T]]

	mu          sync.Mutex
	subscribers []*subscriber[T] // never changed in place
}

type subscriber[T any] struct {
	receive func(T)
	ended   atomic.Bool
}

// publication is a value with those who had subscribed when it was published.
type publication[T any] struct {
	value T
	to    []*subscriber[T]
}

// Subscribe calls receive with each value from now on. Unsubscribe does not wait: one last call may be under way when it returns.
func (p *Publisher[T]) Subscribe(receive func(T)) (unsubscribe func()) {
	s := &subscriber[T]{receive: receive}
	p.queue.init(deliver)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.subscribers = append(slices.Clip(p.subscribers), s)
	return func() {
		s.ended.Store(true)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.subscribers = slices.DeleteFunc(slices.Clone(p.subscribers), func(other *subscriber[T]) bool { return other == s })
	}
}

// Publish hands values to the subscribers, in order. It never waits. After Stop or Close it does nothing.
func (p *Publisher[T]) Publish(values ...T) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.subscribers) == 0 {
		return
	}
	for _, v := range values {
		p.queue.Put(publication[T]{v, p.subscribers})
	}
}

func deliver[T any](p publication[T]) {
	for _, s := range p.to {
		if !s.ended.Load() {
			s.receive(p.value)
		}
	}
}

// Stop publishes nothing more. What was published is still delivered.
func (p *Publisher[T]) Stop() { p.queue.Stop() }

// Close stops and returns when everything is delivered.
func (p *Publisher[T]) Close() { p.queue.Close() }
