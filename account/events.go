package account

import "sync"

// events hands events to subscribers in order, on one goroutine, so that whoever publishes never waits for a subscriber.
type events struct {
	mu    sync.Mutex
	queue []Event
	subs  []*subscriber
	wake  chan struct{} // holds one token when there is something to do
	ended bool
	done  chan struct{}
}

type subscriber struct{ f func(Event) }

func newEvents() *events {
	e := &events{wake: make(chan struct{}, 1), done: make(chan struct{})}
	go e.run()
	return e
}

func (e *events) publish(list ...Event) {
	e.mu.Lock()
	if !e.ended {
		e.queue = append(e.queue, list...)
	}
	e.mu.Unlock()
	e.poke()
}

func (e *events) subscribe(f func(Event)) (cancel func()) {
	s := &subscriber{f}
	e.mu.Lock()
	e.subs = append(e.subs, s)
	e.mu.Unlock()
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		for i, other := range e.subs {
			if other == s {
				e.subs = append(e.subs[:i:i], e.subs[i+1:]...)
				return
			}
		}
	}
}

// close delivers what is queued and ends the goroutine.
func (e *events) close() {
	e.mu.Lock()
	e.ended = true
	e.mu.Unlock()
	e.poke()
	<-e.done
}

func (e *events) poke() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

func (e *events) run() {
	defer close(e.done)
	for range e.wake {
		for {
			e.mu.Lock()
			if len(e.queue) == 0 {
				ended := e.ended
				e.mu.Unlock()
				if ended {
					return
				}
				break
			}
			next, subs := e.queue[0], e.subs
			e.queue = e.queue[1:]
			e.mu.Unlock()
			for _, s := range subs {
				s.f(next)
			}
		}
	}
}
