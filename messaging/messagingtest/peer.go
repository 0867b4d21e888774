package messagingtest

import (
	"slices"
	"time"

	"discussions/messaging"
)

// What happens outside the client:

// Put gives the client a conversation, in the place of one with the same ID, without an event. Messages get the ID, time and cursor that
// they lack; where there are none, Last is the only one.
func (c *Client) Put(v Conversation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(v.Messages) == 0 && v.Last != nil {
		v.Messages = []messaging.Message{*v.Last}
	}
	list := v.Messages
	v.Messages = make([]messaging.Message, 0, len(list))
	for _, m := range list {
		m = c.complete(&v, m)
		c.handed[m.ID] = c.connection.State == messaging.Online
		v.Messages = append(v.Messages, m)
	}
	c.keep(&v)
}

// Edit changes a conversation. No event tells of it.
func (c *Client) Edit(id messaging.ConversationID, f func(*Conversation)) {
	v := c.Get(id)
	f(&v)
	v.Last = nil
	c.Put(v)
}

// Get gives a conversation, also of a locked client.
func (c *Client) Get(id messaging.ConversationID) Conversation {
	c.mu.Lock()
	defer c.mu.Unlock()
	v := *c.find(id)
	v.Messages = slices.Clone(v.Messages)
	return v
}

// Forget removes all conversations.
func (c *Client) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.conversations)
}

// Receive is a message of another person that comes over the wire. What it lacks is completed; in a conversation with a person that
// person is its author.
func (c *Client) Receive(id messaging.ConversationID, m messaging.Message) messaging.Message {
	return c.receive(id, m, true)
}

// ReceiveMissed is a message that came while there was no connection. It is told without Live, and stands before what waits to be sent.
func (c *Client) ReceiveMissed(id messaging.ConversationID, m messaging.Message) messaging.Message {
	return c.receive(id, m, false)
}

func (c *Client) receive(id messaging.ConversationID, m messaging.Message, live bool) messaging.Message {
	_ = c.locked(func() error {
		v := c.find(id)
		if m.Author == "" && !v.Group {
			m.Author, m.AuthorJID = v.Name, string(v.ID)
		}
		at := len(v.Messages)
		for !live && at > 0 && v.Messages[at-1].State == messaging.Queued {
			at--
		}
		if at < len(v.Messages) {
			m.Cursor = messaging.Cursor{Time: v.Messages[at].Cursor.Time - 1, Row: int64(c.last + 1)}
		}
		m = c.complete(v, m)
		if live && c.open { // a message is the end of typing it
			var typing []string
			for _, name := range v.Typing {
				if name != m.Author {
					typing = append(typing, name)
				}
			}
			c.setTyping(v, typing)
		}
		if v.Unread++; v.Unread == 1 {
			v.FirstUnread = m.Cursor
		}
		v.Messages, v.Archived = slices.Insert(v.Messages, at, m), false
		c.keep(v)
		quiet := v.Muted(c.cfg.Now())
		if c.open {
			c.publish(messaging.MessageAdded{Message: m, Live: live, Quiet: quiet}, messaging.ConversationChanged{ID: v.ID})
		} else {
			c.unannounced = append(c.unannounced, m)
		}
		c.publish(c.count(live && !quiet))
		return nil
	})
	return m
}

// ReceiveText is a text of another person that comes over the wire.
func (c *Client) ReceiveText(id messaging.ConversationID, text string) messaging.Message {
	return c.Receive(id, messaging.Message{Content: messaging.Text{Body: text}})
}

// Acknowledge makes the server acknowledge all that the client handed to the wire.
func (c *Client) Acknowledge() {
	_ = c.locked(func() error {
		for _, v := range c.conversations {
			for i := range v.Messages {
				if m := &v.Messages[i]; m.State == messaging.Queued && c.handed[m.ID] {
					m.State = messaging.Sent
					c.reach(v, m)
					c.changed(v, m)
				}
			}
		}
		c.publish(c.count(false))
		return nil
	})
}

// Progress is a receipt ([messaging.Delivered]) or a marker ([messaging.Read]) of the other person: everything up to that message was
// delivered, or read. A message never goes back.
func (c *Client) Progress(id messaging.MessageID, state messaging.State) {
	_ = c.ownMessage(id, func(v *Conversation, m *messaging.Message) error {
		r := c.reached[v.ID]
		if r == nil {
			r = &reached{}
			c.reached[v.ID] = r
		}
		if place := &r.delivered; state == messaging.Delivered && place.Before(m.Cursor) {
			*place = m.Cursor
		}
		if place := &r.read; state == messaging.Read && place.Before(m.Cursor) {
			*place = m.Cursor
		}
		certain := m.State == messaging.Queued || m.State == messaging.Failed
		if certain {
			m.State, m.Failure = messaging.Sent, ""
			c.publish(c.count(false))
		}
		for i := range v.Messages {
			other := &v.Messages[i]
			if c.reach(v, other) || certain && other == m {
				c.changed(v, other)
			}
		}
		return nil
	})
}

// reached is how far the other person is.
type reached struct{ delivered, read messaging.Cursor }

// reach sets how far an own message went, and reports whether that is news.
func (c *Client) reach(v *Conversation, m *messaging.Message) bool {
	r := c.reached[v.ID]
	if r == nil || !m.Own || m.State == messaging.Queued || m.State == messaging.Failed {
		return false
	}
	state := m.State
	if !r.delivered.Before(m.Cursor) {
		state = max(state, messaging.Delivered)
	}
	if !r.read.Before(m.Cursor) {
		state = max(state, messaging.Read)
	}
	changed := state != m.State
	m.State = state
	return changed
}

// Refuse makes the server send a message back, with a condition of RFC 6120 section 8.3.3.
func (c *Client) Refuse(id messaging.MessageID, condition string) {
	_ = c.ownMessage(id, func(v *Conversation, m *messaging.Message) error {
		if m.State != messaging.Delivered && m.State != messaging.Read && (m.State != messaging.Failed || m.Failure != condition) {
			m.State, m.Failure = messaging.Failed, condition
			c.publish(c.count(false))
			c.changed(v, m)
		}
		return nil
	})
}

// Remove takes a message away, as another device of the account may.
func (c *Client) Remove(id messaging.ConversationID, message messaging.MessageID) {
	_ = c.locked(func() error {
		c.remove(c.find(id), message)
		return nil
	})
}

// Types gives the names of those who are writing in a conversation.
func (c *Client) Types(id messaging.ConversationID, names ...string) {
	_ = c.locked(func() error {
		c.setTyping(c.find(id), names)
		return nil
	})
}

func (c *Client) setTyping(v *Conversation, names []string) {
	if !slices.Equal(v.Typing, names) {
		v.Typing = names
		c.keep(v)
		c.publish(messaging.TypingChanged{ID: v.ID, Names: names})
	}
}

// SetConnection changes the connection. Going online hands what waits to the wire.
func (c *Client) SetConnection(conn messaging.Connection) {
	_ = c.locked(func() error {
		if c.connection == conn {
			return nil
		}
		c.connection = conn
		c.connections = append(c.connections, online{c.cfg.Now(), conn.State == messaging.Online})
		c.publish(messaging.ConnectionChanged{Connection: conn})
		for _, v := range c.conversations {
			for _, m := range v.Messages {
				if conn.State == messaging.Online && m.Own && m.State == messaging.Queued {
					c.handed[m.ID] = true
				}
			}
		}
		return nil
	})
}

// Tell publishes an event without a cause.
func (c *Client) Tell(e messaging.Event) {
	_ = c.locked(func() error {
		c.publish(e)
		return nil
	})
}

// Fail makes a method, such as "Send", return an error until it is called with nil.
func (c *Client) Fail(method string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failures[method] = err
}

// Hold makes a method wait until release.
func (c *Client) Hold(method string) (release func()) {
	h := &hold{released: make(chan struct{})}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.holds[method] = h
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		close(h.released)
		c.held, h.calls = c.held-h.calls, 0
		if c.holds[method] == h {
			delete(c.holds, method)
		}
	}
}

// Held is how many calls wait for release.
func (c *Client) Held() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held
}

// Calls takes what was called since the last time, of what changes something: "send TEXT", "resend ID", "discard ID", "draft TEXT",
// "typing true", "read", "retry".
func (c *Client) Calls() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	calls := c.calls
	c.calls = nil
	return calls
}

// Subscribers is the number of those who are told events.
func (c *Client) Subscribers() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.subscribers)
}

// typing is a call of SetTyping, or a message that was sent.
type typing struct {
	at       time.Time
	on, sent bool
}

// online says since when there is a connection, or none.
type online struct {
	since time.Time
	up    bool
}

// How the client tells of the user's typing.
const (
	typingAgain  = 20 * time.Second // a notice is repeated while the user goes on
	typingPauses = 10 * time.Second // without a key: a pause
)

// Told gives the chat states (XEP-0085) that a conversation was told of until now: "composing", "paused".
func (c *Client) Told(id messaging.ConversationID) (states []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var last, told time.Time // zero: the user does not write
	tell := func(state string, at time.Time) {
		up := false
		for _, o := range c.connections {
			up = o.up && !o.since.After(at) || up && o.since.After(at)
		}
		if up { // a lost notice does not matter
			states = append(states, state)
		}
	}
	pause := func(now time.Time) {
		if !last.IsZero() && now.Sub(last) >= typingPauses {
			tell("paused", last.Add(typingPauses))
			last, told = time.Time{}, time.Time{}
		}
	}
	for _, call := range c.typing[id] {
		pause(call.at)
		switch {
		case call.on:
			if last = call.at; told.IsZero() || last.Sub(told) >= typingAgain {
				tell("composing", last)
				told = last
			}
			continue
		case !call.sent && !last.IsZero():
			tell("paused", call.at)
		}
		last, told = time.Time{}, time.Time{}
	}
	pause(c.cfg.Now())
	return states
}
