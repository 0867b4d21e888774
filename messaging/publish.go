package messaging

import "sync"

// events hands events to the subscribers, in order, on a goroutine that lives only while there are any. Publishing never waits.
type events struct {
	mu      sync.Mutex
	subs    []*subscriber
	queue   []Event
	running bool
	closed  bool
	idle    sync.WaitGroup
}

type subscriber struct{ f func(Event) }

func (c *Client) publish(list ...Event) { c.events.publish(list) }

func (e *events) subscribe(f func(Event)) (cancel func()) {
	s := &subscriber{f}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.subs = append(e.subs, s)
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		for i := range e.subs {
			if e.subs[i] == s {
				e.subs = append(e.subs[:i:i], e.subs[i+1:]...)
				return
			}
		}
	}
}

func (e *events) publish(list []Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed || len(e.subs) == 0 {
		return
	}
	e.queue = append(e.queue, list...)
	if !e.running && len(e.queue) > 0 {
		e.running = true
		e.idle.Go(e.dispatch)
	}
}

func (e *events) dispatch() {
	for {
		e.mu.Lock()
		queue, subs := e.queue, e.subs
		e.queue = nil
		if len(queue) == 0 {
			e.running = false
			e.mu.Unlock()
			return
		}
		e.mu.Unlock()
		for _, ev := range queue {
			for _, s := range subs {
				s.f(ev)
			}
		}
	}
}

// close publishes nothing more and waits for the subscribers.
func (e *events) close() {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	e.idle.Wait()
}
