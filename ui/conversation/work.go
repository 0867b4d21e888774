package conversation

import "sync"

// work does what may wait, one thing after another and away from Fyne's goroutine: a message must not overtake the one before.
type work struct {
	mu      sync.Mutex
	queue   []func()
	running bool
	closed  bool
	done    sync.WaitGroup
}

// do puts f behind what is to be done. After close it does nothing.
func (w *work) do(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	w.queue = append(w.queue, f)
	if !w.running {
		w.running = true
		w.done.Go(w.run)
	}
}

// beside runs f on a goroutine of its own, which is waited for after close as well.
func (w *work) beside(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed {
		w.done.Go(f)
	}
}

func (w *work) run() {
	for {
		w.mu.Lock()
		if len(w.queue) == 0 {
			w.running = false
			w.mu.Unlock()
			return
		}
		f := w.queue[0]
		w.queue = w.queue[1:]
		w.mu.Unlock()
		f()
	}
}

// close takes nothing more. wait returns when all is done.
func (w *work) close() (wait func()) {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	return w.done.Wait
}
