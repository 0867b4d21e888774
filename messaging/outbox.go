package messaging

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"time"

	"github.com/google/uuid"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// MaxBody is the most bytes that a message takes in XML: some servers end the stream on larger stanzas, and 0198 would then
// send them again for ever.
const MaxBody = xmpp.MaxSent - 2<<10

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

// Send puts a message into the outbox on disk and returns it, Queued. Its further way is told by [MessageChanged].
func (c *Client) Send(id, body string) (m Message, err error) {
	switch {
	case len(bytes.TrimSpace([]byte(body))) == 0:
		return Message{}, ErrEmpty
	case len(body) > MaxBody || escaped(body) > MaxBody:
		return Message{}, ErrTooLong
	}
	conv, err := c.address(id)
	if err != nil {
		return Message{}, err
	}
	err = c.write(func(s *store.Store) error {
		o := store.Outgoing{ID: uuid.NewString(), Conv: conv, Group: c.rooms[conv] != nil, Body: body, Time: c.cfg.Now()}
		if !o.Group { // a group that could not be entered is a group all the same
			v, found, err := s.Conversation(conv)
			if err != nil {
				return err
			}
			o.Group = found && v.Group
		}
		stored, err := s.Queue(o)
		if err != nil {
			return err
		}
		p := &pending{id: o.ID, conv: conv, group: o.Group}
		c.pending[o.ID] = p
		c.countUnsent()
		c.stopWriting(conv)
		m = c.message(stored)
		c.publish(MessageAdded{Message: m, Live: true}, ConversationChanged{conv})
		if c.mayGo(p) && !c.waitsBehind(p) {
			c.hand(p, body)
		}
		return nil
	})
	return m, err
}

func escaped(body string) int {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(body)) // a buffer fails never
	return b.Len()
}

// mayGo says whether a message can be sent now: one that may have been sent before waits until the archive was asked for it.
// c.mu is held.
func (c *Client) mayGo(p *pending) bool {
	s := c.session
	if s == nil || !s.up || p.failed || p.handed {
		return false
	}
	if p.group && (c.rooms[p.conv] == nil || !c.rooms[p.conv].joined) {
		return false
	}
	return !p.uncertain || s.fresh[p.archive()]
}

// waitsBehind says whether an earlier message of the same conversation is still to be sent: they keep their order. c.mu is held.
func (c *Client) waitsBehind(p *pending) bool {
	for _, q := range c.pending {
		if q != p && q.conv == p.conv && !q.failed && !q.handed && !q.seen {
			return true
		}
	}
	return false
}

// hand gives a message to the wire. c.mu is held.
func (c *Client) hand(p *pending, body string) {
	m := xmpp.Message{
		ID: p.id, OriginID: p.id, To: archiveJID(p.conv), Type: "chat", Body: body, HasBody: true, ChatState: "active", Markable: true,
		RequestReceipt: true,
	}
	if p.group {
		m.Type, m.RequestReceipt = "groupchat", false
	}
	err := c.wire.Send(m)
	switch {
	case errors.Is(err, xmpp.ErrTooLong):
		c.fail(p.conv, p.id, "too-long")
	case err == nil:
		p.handed = true
	}
}

// flush sends what waits in the outbox, in order. c.mu is held.
func (c *Client) flush() {
	if c.store == nil || c.session == nil || !c.session.up {
		return
	}
	waiting := false
	for _, p := range c.pending {
		waiting = waiting || c.mayGo(p)
	}
	if waiting {
		list, err := c.store.Outbox()
		if c.lost("read the outbox", err) {
			return
		}
		held := map[string]bool{}
		for _, o := range list {
			p := c.pending[o.ID]
			if p == nil || p.failed || p.handed || p.seen || held[p.conv] {
				continue
			}
			if !c.mayGo(p) {
				held[p.conv] = true
				continue
			}
			c.hand(p, o.Body)
		}
	}
	c.sendMarkers()
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
		c.publish(MessageChanged{c.message(m)}, ConversationChanged{conv})
	}
}

// bounced takes a message that came back.
func (c *Client) bounced(m xmpp.Message) {
	conv, condition := text(m.From), "undefined-condition"
	if m.Error != nil && m.Error.Condition != "" {
		condition = m.Error.Condition
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if w := c.watch; w != nil {
		if len(w.bounced) < mostWatched {
			w.bounced = append(w.bounced, bounce{conv, m.ID, condition})
		}
		return
	}
	c.fail(conv, m.ID, condition)
}

// fail marks a message failed; it stays in the outbox. c.mu is held.
func (c *Client) fail(conv, id, condition string) {
	m, changed, err := c.store.Fail(conv, id, condition)
	if c.lost("keep a failed message", err) || !changed {
		return
	}
	p := c.pending[m.OriginID]
	if p == nil {
		p = &pending{id: m.OriginID, conv: conv, group: m.Group}
		c.pending[p.id] = p
	}
	p.failed = true
	c.countUnsent()
	c.publish(MessageChanged{c.message(m)}, ConversationChanged{conv})
}

// Resend queues a Failed message again.
func (c *Client) Resend(messageID string) error {
	return c.write(func(s *store.Store) error {
		m, found, err := s.Requeue(messageID)
		if err != nil {
			return err
		}
		p := c.pending[messageID]
		if !found || p == nil {
			return ErrNoMessage
		}
		*p = pending{id: p.id, conv: p.conv, group: p.group}
		c.publish(MessageChanged{c.message(m)}, ConversationChanged{m.Conv})
		c.flush()
		return nil
	})
}

// Discard gives a Queued or Failed message up. One that is on its way can not be called back: [ErrNoMessage].
func (c *Client) Discard(messageID string) error {
	return c.write(func(s *store.Store) error {
		p := c.pending[messageID]
		if p == nil || !p.failed && (p.handed || p.uncertain || p.seen) {
			return ErrNoMessage
		}
		m, found, err := s.Discard(messageID)
		if err != nil {
			return err
		}
		if !found {
			return ErrNoMessage
		}
		delete(c.pending, messageID)
		c.countUnsent()
		c.publish(MessageRemoved{Conversation: m.Conv, ID: messageID}, ConversationChanged{m.Conv})
		return nil
	})
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
