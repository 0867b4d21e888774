package messaging

import (
	"sort"
	"time"

	"discussions/messaging/xmpp"
)

const (
	typingLasts  = 30 * time.Second // after the last notice of somebody
	typingAgain  = 20 * time.Second // a notice is repeated while the user goes on
	typingPauses = 10 * time.Second // without a key: a pause
)

// typist is somebody who is writing. [Client].mu guards it.
type typist struct {
	nick  string
	timer *time.Timer
}

// typed takes the chat state of a live message.
func (c *Client) typed(r *reading) {
	conv, author, said := r.stanza.Conv, r.stanza.Author, r.message() != nil
	if r.stanza.Own || r.chatState == "" && !said {
		return
	}
	old := c.typing[conv][author]
	if r.chatState != "composing" || said {
		if old != nil {
			c.stopTyping(conv, author)
		}
		return
	}
	if old != nil {
		old.timer.Stop()
	}
	t := &typist{nick: r.stanza.Nick}
	t.timer = time.AfterFunc(typingLasts, func() {
		c.post(func() {
			if c.typing[conv][author] == t {
				c.stopTyping(conv, author)
			}
		})
	})
	c.mu.Lock()
	if c.typing[conv] == nil {
		c.typing[conv] = map[string]*typist{}
	}
	c.typing[conv][author] = t
	c.mu.Unlock()
	if old == nil {
		c.publish(TypingChanged{ID: conv, Names: c.typists(conv)})
	}
}

// stopTyping forgets that somebody is writing.
func (c *Client) stopTyping(conv ConversationID, author string) {
	c.mu.Lock()
	c.typing[conv][author].timer.Stop()
	delete(c.typing[conv], author)
	if len(c.typing[conv]) == 0 {
		delete(c.typing, conv)
	}
	c.mu.Unlock()
	c.publish(TypingChanged{ID: conv, Names: c.typists(conv)})
}

// typists gives the names of those who are writing. c.mu is held, or the writer runs it.
func (c *Client) typists(conv ConversationID) (names []string) {
	group := c.rooms[conv] != nil
	for author, t := range c.typing[conv] {
		names = append(names, c.people.author(conv, author, t.nick, group))
	}
	sort.Strings(names)
	return names
}

// forgetTyping ends all notices, those of others and the own.
func (c *Client) forgetTyping() {
	for conv, who := range c.typing {
		for author := range who {
			c.stopTyping(conv, author)
		}
	}
	for conv, w := range c.writing {
		w.timer.Stop()
		delete(c.writing, conv)
		c.sendState(conv, "paused")
	}
}

// writing is the user's own typing in a conversation. It belongs to the writer.
type writing struct {
	told  time.Time
	timer *time.Timer
}

// SetTyping tells the conversation that the user is writing, or paused. Call it at each key: it is throttled here.
func (c *Client) SetTyping(id ConversationID, on bool) {
	conv, err := c.canonical(id)
	if err != nil {
		return
	}
	c.post(func() { c.setTyping(conv, on) })
}

func (c *Client) setTyping(conv ConversationID, on bool) {
	w := c.writing[conv]
	switch {
	case c.store.Load() == nil || c.syncer == nil || !c.syncer.up:
		return
	case !on && w == nil:
		return
	case !on:
		c.stopWriting(conv)
		c.sendState(conv, "paused")
		return
	case w == nil:
		w = &writing{}
		w.timer = time.AfterFunc(typingPauses, func() { c.post(func() { c.pauseWriting(conv, w) }) })
		c.writing[conv] = w
	default:
		w.timer.Reset(typingPauses)
	}
	if now := c.cfg.Now(); now.Sub(w.told) >= typingAgain {
		w.told = now
		c.sendState(conv, "composing")
	}
}

func (c *Client) pauseWriting(conv ConversationID, w *writing) {
	if c.writing[conv] == w {
		c.stopWriting(conv)
		c.sendState(conv, "paused")
	}
}

// stopWriting forgets the own notice; a message that is sent ends it on the other side.
func (c *Client) stopWriting(conv ConversationID) {
	if w := c.writing[conv]; w != nil {
		w.timer.Stop()
		delete(c.writing, conv)
	}
}

// sendState sends a chat state.
func (c *Client) sendState(conv ConversationID, state string) {
	m := xmpp.Message{ID: newID(), To: address(conv), Type: "chat", ChatState: state, NoStore: true}
	if r := c.rooms[conv]; r != nil {
		if !r.joined {
			return
		}
		m.Type = "groupchat"
	}
	_ = c.wire.Send(m) // a lost notice does not matter
}
