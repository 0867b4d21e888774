package dispatch

import (
	"container/list"
	"sync"
)

// Latest is a Queue that holds one value for each key: a newer one replaces the one that waits, at the same place. It suits a slow
// receiver that only needs the last state of each thing. Make one with [NewLatest].
type Latest[K comparable, V any] struct {
	queue *Queue[struct{}] // one for each value that waits, or more

	mu      sync.Mutex
	waiting map[K]*list.Element
	order   list.List // of latest[K, V]
}

type latest[K comparable, V any] struct {
	key   K
	value V
}

// NewLatest returns a Latest that calls handle with each value that has not been replaced.
func NewLatest[K comparable, V any](handle func(K, V)) *Latest[K, V] {
	l := &Latest[K, V]{waiting: map[K]*list.Element{}}
	l.queue = New(func(struct{}) {
		if v, ok := l.take(); ok {
			handle(v.key, v.value)
		}
	})
	return l
}

// Put replaces the value of a key that waits, or adds it at the end. After Stop or Close it does nothing.
func (l *Latest[K, V]) Put(key K, value V) { l.put(key, value, false) }

// PutFirst is Put for a value that overtakes all that wait.
func (l *Latest[K, V]) PutFirst(key K, value V) { l.put(key, value, true) }

func (l *Latest[K, V]) put(key K, value V, first bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := latest[K, V]{key, value}
	e, waits := l.waiting[key]
	switch {
	case waits:
		if !l.queue.Put() { // stopped
			return
		}
		e.Value = v
	case !l.queue.Put(struct{}{}):
		return
	default:
		e = l.order.PushBack(v)
		l.waiting[key] = e
	}
	if first {
		l.order.MoveToFront(e)
	}
}

// take takes the first value out, if there is one.
func (l *Latest[K, V]) take() (v latest[K, V], ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.order.Front()
	if e == nil { // dropped
		return v, false
	}
	v = l.order.Remove(e).(latest[K, V])
	delete(l.waiting, v.key)
	return v, true
}

// Drop forgets what waits. The handler may still be busy with a value.
func (l *Latest[K, V]) Drop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.order.Init()
	clear(l.waiting)
}

// Stop takes no more values. Those that wait are still handled.
func (l *Latest[K, V]) Stop() { l.queue.Stop() }

// Close stops and returns when everything is handled.
func (l *Latest[K, V]) Close() { l.queue.Close() }
