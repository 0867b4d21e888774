package dispatch

import "sync"

// Batch hands over everything that has come so far in one call, on a goroutine of the owner's choice. It suits a screen: a hundred
// events take one turn of the goroutine that draws. Make one with [NewBatch].
//
// It keeps the order of the package's guarantee and never waits. It has no goroutine, so there is nothing to close: an owner that
// is gone lets its schedule function do nothing.
type Batch[T any] struct {
	schedule func(func())
	handle   func([]T)

	mu      sync.Mutex
	waiting []T
}

// NewBatch returns a batch that calls handle inside of what it gives to schedule. Schedule must run the functions that it gets one
// at a time, such as fyne.Do does; it may do so at once or later. Handle may keep the slice.
func NewBatch[T any](schedule func(func()), handle func([]T)) *Batch[T] {
	return &Batch[T]{schedule: schedule, handle: handle}
}

// Put adds values to the next batch, and schedules it unless it is scheduled already.
func (b *Batch[T]) Put(values ...T) {
	if len(values) == 0 {
		return
	}
	b.mu.Lock()
	first := len(b.waiting) == 0
	b.waiting = append(b.waiting, values...)
	b.mu.Unlock()
	if first {
		b.schedule(b.flush)
	}
}

func (b *Batch[T]) flush() {
	b.mu.Lock()
	values := b.waiting
	b.waiting = nil
	b.mu.Unlock()
	b.handle(values)
}
