package dispatch

import "sync"

// Tasks runs functions away from the caller: those of [Tasks.Do] one after another, those of [Tasks.Go] each on a goroutine of its
// own. The zero value is ready for use.
type Tasks struct {
	queue Queue[func()]

	mu      sync.Mutex
	stopped bool
	running int // functions of Go
	beside  sync.WaitGroup
}

// Do runs f after all functions that Do was given before. After Stop or Close it does nothing.
func (t *Tasks) Do(f func()) { t.queue.init(call); t.queue.Put(f) }

func call(f func()) { f() }

// Go runs f at once, in no order with any other. After Stop or Close it does nothing.
func (t *Tasks) Go(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopped {
		return
	}
	t.running++
	t.beside.Go(func() {
		defer t.ended()
		f()
	})
}

func (t *Tasks) ended() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.running--
}

// Running is how many functions of Go have not returned.
func (t *Tasks) Running() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.running
}

// Stop takes no more functions. Those that were taken still run.
func (t *Tasks) Stop() {
	t.queue.Stop()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopped = true
}

// Close stops and returns when every function has returned.
func (t *Tasks) Close() {
	t.Stop()
	t.queue.done.Wait()
	t.beside.Wait()
}
