package messaging

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// MaxBody is the most bytes that a message takes in XML: some servers end the stream on larger stanzas, and 0198 would then
// send them again for ever.
const MaxBody = xmpp.MaxSent - 2<<10

// Send puts a message into the outbox on disk and returns it, Queued. Its further way is told by [MessageChanged].
func (c *Client) Send(id ConversationID, content Content) (m Message, err error) {
	text, ok := content.(Text)
	if !ok {
		return Message{}, fmt.Errorf("messaging: cannot send %T", content)
	}
	body := text.Body
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
		c.publish(MessageAdded{Message: m, Live: true}, ConversationChanged{ConversationID(conv)})
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
		c.log.Debug("message handed to the wire")
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
			held[p.conv] = !p.handed && !p.failed // the connection may be back for the next one, which must not overtake
		}
	}
	c.sendMarkers()
}
