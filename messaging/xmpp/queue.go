package xmpp

import (
	"context"
	"sync"
)

// queueMark is how many things may wait for Handle before reading pauses; the network then holds the rest.
const queueMark = 4096

// queued is one thing to do in stream order: hand out an event, count a stanza as handled, answer an acknowledgement request.
type queued struct {
	event Event
	count *management // the stream in which this stanza is counted
	ack   *session    // the session whose server wants to know the count
}

// eventQueue lies between the reading goroutine and Handle, so that Handle may wait for an answer that must still be read. Adding
// never blocks.
type eventQueue struct {
	mu    sync.Mutex
	items []queued
	ready chan struct{} // holds one token while there may be items
	room  chan struct{} // gets a token when the queue has been emptied
}

func newEventQueue() *eventQueue {
	return &eventQueue{ready: make(chan struct{}, 1), room: make(chan struct{}, 1)}
}

func (q *eventQueue) add(item queued) {
	q.mu.Lock()
	q.items = append(q.items, item)
	q.mu.Unlock()
	signal(q.ready)
}

// waitRoom waits while more than queueMark things wait, or until ctx ends.
func (q *eventQueue) waitRoom(ctx context.Context) {
	for q.full() {
		select {
		case <-q.room:
		case <-ctx.Done():
			return
		}
	}
}

func (q *eventQueue) full() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.items) > queueMark
}

func (q *eventQueue) take() []queued {
	q.mu.Lock()
	defer q.mu.Unlock()
	items := q.items
	q.items = nil
	return items
}

// run handles what comes until ctx ends, and then what is left.
func (q *eventQueue) run(ctx context.Context, handle func(queued)) {
	for ended := false; ; {
		for _, item := range q.take() {
			handle(item)
		}
		signal(q.room)
		if ended {
			return
		}
		select {
		case <-q.ready:
		case <-ctx.Done():
			ended = true
		}
	}
}

// signal leaves one token in ch, whose capacity is 1.
func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}
