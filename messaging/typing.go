package messaging

import (
	"sort"
	"time"

	"github.com/google/uuid"

	"discussions/messaging/xmpp"
)

const (
	typingLasts  = 30 * time.Second // after the last notice of somebody
	typingAgain  = 20 * time.Second // a notice is repeated while the user goes on
	typingPauses = 10 * time.Second // without a key: a pause
)

// typist is somebody who is writing. Client.mu guards it.
type typist struct {
	nick  string
	timer *time.Timer
}

// typed takes the chat state of a live message. c.mu is held.
func (c *Client) typed(p *parsed) {
	if p.in.Own || p.state == "" && !p.hasBody {
		return
	}
	who := c.typing[p.conv]
	old := who[p.in.Author]
	if p.state != "composing" || p.hasBody {
		if old != nil {
			c.stopTyping(p.conv, p.in.Author)
		}
		return
	}
	if who == nil {
		who = map[string]*typist{}
		c.typing[p.conv] = who
	}
	if old != nil {
		old.timer.Stop()
	}
	t := &typist{nick: p.in.Nick}
	who[p.in.Author] = t
	conv, author := p.conv, p.in.Author
	t.timer = time.AfterFunc(typingLasts, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.typing[conv][author] == t {
			c.stopTyping(conv, author)
		}
	})
	if old == nil {
		c.publish(TypingChanged{ID: ConversationID(conv), Names: c.typists(conv)})
	}
}

// stopTyping forgets that somebody is writing. c.mu is held.
func (c *Client) stopTyping(conv, author string) {
	c.typing[conv][author].timer.Stop()
	delete(c.typing[conv], author)
	if len(c.typing[conv]) == 0 {
		delete(c.typing, conv)
	}
	c.publish(TypingChanged{ID: ConversationID(conv), Names: c.typists(conv)})
}

// typists gives the names of those who are writing. c.mu is held.
func (c *Client) typists(conv string) (names []string) {
	group := c.rooms[conv] != nil
	for author, t := range c.typing[conv] {
		names = append(names, c.people.author(c.rooms[conv], conv, author, t.nick, group))
	}
	sort.Strings(names)
	return names
}

// forgetTyping ends all notices, those of others and the own. c.mu is held.
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

// writing is the user's own typing in a conversation. Client.mu guards it.
type writing struct {
	told  time.Time
	timer *time.Timer
}

// SetTyping tells the conversation that the user is writing, or paused. Call it at each key: it is throttled here.
func (c *Client) SetTyping(id ConversationID, on bool) {
	conv, err := c.address(id)
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.writing[conv]
	switch {
	case c.store == nil || c.session == nil || !c.session.up:
		return
	case !on && w == nil:
		return
	case !on:
		c.stopWriting(conv)
		c.sendState(conv, "paused")
		return
	case w == nil:
		w = &writing{}
		w.timer = time.AfterFunc(typingPauses, func() { c.pauseWriting(conv, w) })
		c.writing[conv] = w
	default:
		w.timer.Reset(typingPauses)
	}
	if now := c.cfg.Now(); now.Sub(w.told) >= typingAgain {
		w.told = now
		c.sendState(conv, "composing")
	}
}

func (c *Client) pauseWriting(conv string, w *writing) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.writing[conv] == w {
		c.stopWriting(conv)
		c.sendState(conv, "paused")
	}
}

// stopWriting forgets the own notice; a message that is sent ends it on the other side. c.mu is held.
func (c *Client) stopWriting(conv string) {
	if w := c.writing[conv]; w != nil {
		w.timer.Stop()
		delete(c.writing, conv)
	}
}

// sendState sends a chat state. c.mu is held.
func (c *Client) sendState(conv, state string) {
	m := xmpp.Message{ID: uuid.NewString(), To: archiveJID(conv), Type: "chat", ChatState: state, NoStore: true}
	if r := c.rooms[conv]; r != nil {
		if !r.joined {
			return
		}
		m.Type = "groupchat"
	}
	_ = c.wire.Send(m) // a notice that is lost is no loss
}
