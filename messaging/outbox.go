package messaging

import (
	"context"
	"time"

	"discussions/messaging/store"
)

// pending is what is known of a message of the outbox besides its text. Client.mu guards it.
type pending struct {
	id, conv  string
	group     bool
	failed    bool
	handed    bool // to the wire, in this session
	uncertain bool // an earlier session, or another run of the program, may have sent it
	acked     bool // by stream management, in this session
	acks      int  // in all sessions
	seen      bool // in an archive, in a room's reflection, or by the other person
	asked     int  // how often the archive was asked for it since it was acked
}

// archive is where the message will be seen again.
func (p *pending) archive() string {
	if p.group {
		return p.conv
	}
	return ""
}

// caughtUp goes on with the outbox after an archive was asked. refused tells that the archive cannot be asked.
func (c *Client) caughtUp(ctx context.Context, archive string, refused error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ctx.Err() != nil || c.store == nil || c.session == nil || c.session.working == nil {
		return
	}
	c.session.fresh[archive] = true
	again := false
	for _, p := range c.pending {
		if p.failed || p.seen || p.archive() != archive || !p.acked {
			continue
		}
		p.asked++
		switch {
		case refused != nil:
			c.leave(p) // no archive: the server's word must do
		case p.asked <= 3:
			again = true
		case p.acks > 1:
			c.leave(p) // taken over in two sessions and archived in none: this server keeps no copy
		}
	}
	if again && archive == "" {
		c.session.askArchive(2 * time.Second)
	}
	c.flush()
}

// acked notes what the server has taken over.
func (c *Client) acked(ids []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w := c.watch; w != nil {
		if len(w.acked) < mostWatched {
			w.acked = append(w.acked, ids...)
		}
		return
	}
	c.ackedNow(ids)
}

// ackedNow is acked with an open store. c.mu is held.
func (c *Client) ackedNow(ids []string) {
	for _, id := range ids {
		p := c.pending[id]
		if p == nil || p.failed {
			continue
		}
		p.acked = true
		p.acks++
		if p.seen {
			c.leave(p)
			continue
		}
		c.progress(p.conv, p.id, store.Sent)
		if !p.group {
			c.session.askArchive(provingDelay)
		}
	}
}

// provingDelay is how long after an ack the archive is asked for the message: one question serves all that are sent meanwhile.
const provingDelay = 500 * time.Millisecond

// seen notes that a message of the outbox was seen again, so that the server has it. c.mu is held.
func (c *Client) seen(id string) {
	p := c.pending[id]
	if p == nil || p.failed {
		return
	}
	p.seen = true
	if p.acked || !p.handed { // not handed: the session that sent it is over, no ack will come
		c.leave(p)
	}
}

// leave takes a message out of the outbox. c.mu is held.
func (c *Client) leave(p *pending) {
	if c.store == nil || c.lost("take a message out of the outbox", c.store.Leave(p.id)) {
		return
	}
	delete(c.pending, p.id)
	c.countUnsent()
}

// progress takes an own message to a further state. What the other person has needs no other proof. c.mu is held.
func (c *Client) progress(conv, id string, to store.State) {
	if c.store == nil {
		return
	}
	m, changed, err := c.store.Progress(conv, id, to)
	if c.lost("keep a message's state", err) {
		return
	}
	if to >= store.Delivered {
		if p := c.pending[m.OriginID]; p != nil && m.State >= store.Delivered {
			c.leave(p)
		}
	}
	if to == store.Read {
		before, err := c.store.Displayed(conv, id)
		if c.lost("keep messages read", err) {
			return
		}
		for _, m := range before {
			c.publish(MessageChanged{c.message(m)})
		}
		changed = changed || len(before) > 0
	}
	if changed {
		c.publish(MessageChanged{c.message(m)}, ConversationChanged{ConversationID(conv)})
	}
}

// loadOutbox reads what is in the outbox. c.mu is held.
func (c *Client) loadOutbox() error {
	list, err := c.store.Outbox()
	if err != nil {
		return err
	}
	before := c.pending
	c.pending = map[string]*pending{}
	for _, o := range list {
		p := before[o.ID] // of this run of the program, before it was locked
		if p == nil {
			p = &pending{id: o.ID, conv: o.Conv, group: o.Group, uncertain: true}
		}
		p.failed = o.Failure != ""
		c.pending[o.ID] = p
	}
	c.countUnsent()
	return nil
}
