package xmpp

import (
	"mellium.im/xmpp/jid"
)

// receive processes one frame on the reading goroutine. An error ends the session.
func (s *session) receive(f frame) error {
	if err := streamEnd(f); err != nil {
		return err
	}
	switch {
	case f.is(nsSM, "r"):
		s.client.events.Put(queued{ack: s.ackWanted()})
	case f.is(nsSM, "a") && s.stream != nil:
		h, err := f.nonza.count()
		if err != nil {
			return err
		}
		s.outage = outage{} // the server has sent everything again before it answers
		s.acknowledged()
		return s.client.acknowledged(s.stream, h)
	case f.stanza():
		counted := s.stream != nil && !f.uncounted
		if counted && s.known > 0 {
			s.known--
			return nil
		}
		item := queued{event: s.stanza(f)}
		if counted {
			s.stream.received++
			item.count = s.stream
		}
		s.client.events.Put(item)
	default:
		s.client.refuse(RuleUnknown, "element")
	}
	return nil
}

// stanza answers, checks and decodes a stanza. Nil: no event.
func (s *session) stanza(f frame) Event {
	c := s.client
	if f.refused != nil {
		c.refuse(f.refused.Rule, f.name.Local)
		if f.name.Local != "iq" {
			c.resultRefused(f.from)
			return nil
		}
		switch f.kind {
		case "result", "error":
			c.answer(f.id, f.from, answer{err: f.refused})
		case "get", "set": // RFC 6120 §8.2.3: each request has an answer
			s.reply(iqRequest{ID: f.id, To: f.from, Type: "error", Error: newErrorElement("modify", "not-acceptable")})
		}
		return nil
	}
	switch {
	case f.message != nil:
		return c.receiveMessage(f.message, s.outage)
	case f.presence != nil:
		return c.receivePresence(f.presence)
	}
	return s.receiveIQ(f.iq)
}

// sender parses a from attribute. An empty one means the own account (RFC 6120 §8.1.2.1). ok is false if it is invalid.
func (c *Client) sender(from string) (j jid.JID, ok bool) {
	if from == "" {
		return c.own, true
	}
	j, err := ParseJID(from)
	return j, err == nil
}

// isOwn reports whether a from attribute is the own account's: empty, or the bare JID.
func (c *Client) isOwn(from string) bool {
	if from == "" {
		return true
	}
	j, err := ParseJID(from)
	return err == nil && j.Equal(c.own)
}
