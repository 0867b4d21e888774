package messaging

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"time"
	"unicode/utf8"

	"discussions/messaging/outbox"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// MaxBody is the most bytes that a message takes in XML: some servers end the stream on larger stanzas, and XEP-0198 would
// then send them again for ever.
const MaxBody = xmpp.MaxSent - 2<<10

// Send puts a message into the outbox on disk and returns it, Queued. Its further way is told by [MessageChanged].
func (c *Client) Send(id ConversationID, content Content) (m Message, err error) {
	return c.send(id, content, "")
}

// Reply sends an answer to a message of the same conversation (XEP-0461).
func (c *Client) Reply(id ConversationID, to MessageID, content Content) (m Message, err error) {
	return c.send(id, content, to)
}

func (c *Client) send(id ConversationID, content Content, answers MessageID) (m Message, err error) {
	if err := sendable(content); err != nil {
		return Message{}, err
	}
	return c.sendNew(id, content, answers, newID())
}

// sendNew puts a message with that origin-id into the outbox, and hands it to the wire if it can go now.
func (c *Client) sendNew(id ConversationID, content Content, answers MessageID, origin string) (m Message, err error) {
	err = c.writeAt(id, func(s *store.Store, conv ConversationID) error {
		group, err := c.sendsToGroup(s, conv)
		if err != nil {
			return err
		}
		if group {
			content = c.mentioning(conv, content)
		}
		o := store.Outgoing{ID: origin, Conv: conv, Group: group, Content: content, Time: c.cfg.Now()}
		if answers != "" {
			if err := c.answer(s, &o, answers); err != nil {
				return err
			}
		}
		if m, err = c.queue(s, o); err == nil && unready(&o) {
			c.syncer.wakeUploads()
		}
		return err
	})
	return m, err
}

// sendsToGroup reports whether a conversation is a group's. One that could not be entered is a group all the same.
func (c *Client) sendsToGroup(s *store.Store, conv ConversationID) (bool, error) {
	if c.rooms[conv] != nil {
		return true, nil
	}
	v, found, err := s.Conversation(conv)
	return found && v.Group, err
}

// sendable checks what the user wants to send.
func sendable(content Content) error {
	t, ok := content.(Text)
	if !ok {
		return fmt.Errorf("messaging: cannot send %T", content)
	}
	if len(bytes.TrimSpace([]byte(t.Body))) == 0 {
		return ErrEmpty
	}
	if size := len(t.Subject) + len(t.Body); size > MaxBody || escaped(t.Subject)+escaped(t.Body) > MaxBody {
		return ErrTooLong
	}
	return nil
}

// escaped is the length of a text in XML, in bytes.
func escaped(text string) int {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer never fails
	return b.Len()
}

// next gives the messages of the outbox that may be handed to the wire now.
func (c *Client) next() []*outbox.Message {
	s := c.syncer
	if s == nil || !s.up || c.store.Load() == nil {
		return nil
	}
	now := time.Now()
	return c.outbox.Next(func(m *outbox.Message) bool {
		if m.Unready || !m.Group && !c.groupsKnown {
			return false
		}
		if r := c.rooms[m.Conv]; m.Group && (r == nil || !r.joined || r.paused.After(now)) {
			return false
		}
		return m.State() != outbox.Uncertain || s.fresh[m.Archive()] // one that may have been sent before waits for the archive
	})
}

// hand gives a message to the wire. It returns false where the wire did not take it now: no later message of that conversation may be
// sent before it.
func (c *Client) hand(m *outbox.Message, o store.Outgoing) bool {
	if err := c.nameTarget(&o); err != nil {
		return !c.failed("find the message that another one is about", err)
	}
	err := c.wire.Send(stanzaOf(&o))
	if err == nil && m.State() == outbox.Uncertain {
		if m.IsMissing() {
			c.sentAgain(againMissing)
		} else {
			c.sentAgain(againLost)
		}
	}
	switch {
	case err == nil && c.syncer.acks:
		c.outbox.Apply(m.ID, outbox.Hand)
	case err == nil:
		c.outbox.Apply(m.ID, outbox.HandRaw)
		c.syncer.askArchive(provingDelay)
	case isTooLong(err):
		_, _ = c.refuse(m.Conv, m.ID, xmpp.TooLong)
	default:
		return false
	}
	if err == nil {
		c.log.Debug("message handed to the wire")
	}
	return true
}

// stanzaOf is a message of the outbox as it goes over the wire.
func stanzaOf(o *store.Outgoing) xmpp.Message {
	if !o.IsMessage() {
		return sayingOf(o)
	}
	m := xmpp.Message{
		ID: o.ID, OriginID: o.ID, To: address(o.Conv), Type: "chat", HasBody: true, ChatState: "active", Markable: true, RequestReceipt: true,
		Replaces: o.Replaces,
	}
	text, _ := o.Content.(Text)
	m.Subject, m.Body = text.Subject, text.Body
	switch content := o.Content.(type) {
	case File:
		fileStanza(&m, &content)
	case Invitation:
		m.Type, m.Body, m.ChatState, m.Store = "normal", content.Text, "", true
		m.Invite = &xmpp.Invite{Room: address(content.Room)}
	}
	if o.Group {
		m.Type, m.RequestReceipt = "groupchat", false
	}
	if r := o.Reply; r != nil {
		m.Reply = &xmpp.Reply{ID: r.ID}
		if r.Author != "" {
			m.Reply.To = address(ConversationID(r.Author))
		}
		if r.Fallback != "" {
			var f xmpp.Fallback
			m.Body, f = xmpp.Quote(r.Fallback, m.Body)
			m.Fallbacks = []xmpp.Fallback{f}
		}
	}
	m.References = references(text, utf8.RuneCountInString(m.Body)-utf8.RuneCountInString(text.Body))
	return m
}

// flush sends what waits in the outbox, in order, and the displayed markers that are due.
func (c *Client) flush() {
	waiting := c.next()
	if len(waiting) > 0 {
		list, err := c.store.Load().Outbox()
		if c.failed("read the outbox", err) {
			return
		}
		stored := make(map[string]store.Outgoing, len(list))
		for _, o := range list {
			stored[o.ID] = o
		}
		held := map[ConversationID]bool{}
		for _, m := range waiting {
			if m.Recalled { // no archive has it: it was never sent
				c.forget(m)
			} else if o, ok := stored[m.ID]; ok && !held[m.Conv] && c.outbox.Get(m.ID) != nil {
				held[m.Conv] = !c.hand(m, o)
			}
		}
	}
	c.sendMarkers()
}
