package messagingtest

import (
	"slices"

	"discussions/messaging"
)

type subscriber struct {
	receive func(messaging.Event)
	ended   bool
}

// publication is an event with those who had subscribed when it was published.
type publication struct {
	event messaging.Event
	to    []*subscriber
}

// Subscribe implements the method of [messaging.Client].
func (c *Client) Subscribe(f func(messaging.Event)) (unsubscribe func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &subscriber{receive: f}
	c.subscribers = append(slices.Clip(c.subscribers), s)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		s.ended = true
		c.subscribers = slices.DeleteFunc(slices.Clone(c.subscribers), func(other *subscriber) bool { return other == s })
	}
}

func (c *Client) unread() (n int) {
	for _, v := range c.conversations {
		switch {
		case v.Muted(c.cfg.Now()):
		case v.Unread == 0 && v.MarkedUnread:
			n++
		default:
			n += v.Unread
		}
	}
	return n
}

func (c *Client) unsent() (n int) {
	for _, v := range c.conversations {
		for _, m := range v.Messages {
			if m.Own && (m.State == messaging.Queued || m.State == messaging.Failed) {
				n++
			}
		}
	}
	return n
}

func (c *Client) count(live bool) messaging.Event {
	return messaging.CountChanged{Unread: c.unread(), Unsent: c.unsent(), Live: live}
}

// publish puts events into the queue. mu is held; deliver follows.
func (c *Client) publish(list ...messaging.Event) {
	for _, e := range list {
		c.events = append(c.events, publication{e, c.subscribers})
	}
}

// Settled reports whether every event has been told. That is so between two calls, unless another goroutine tells what both caused.
func (c *Client) Settled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.delivering
}

// deliver tells the events of the queue, one after another, or leaves them to the goroutine that does so already.
func (c *Client) deliver() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.delivering {
		return
	}
	c.delivering = true
	for len(c.events) > 0 {
		p := c.events[0]
		c.events = c.events[1:]
		for _, s := range p.to {
			if !s.ended {
				c.mu.Unlock()
				s.receive(p.event)
				c.mu.Lock()
			}
		}
	}
	c.delivering = false
}
