package messaging

import (
	"unicode/utf8"

	"discussions/messaging/outbox"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// about runs f on the writer with a message that something is to be said about.
func (c *Client) about(id ConversationID, message MessageID, f func(s *store.Store, m *store.Message) error) error {
	return c.writeAt(id, func(s *store.Store, conv ConversationID) error {
		m, found, err := s.Message(conv, message)
		if err != nil {
			return err
		}
		if !found {
			return ErrNoMessage
		}
		return f(s, &m)
	})
}

// say puts a statement of the user about a message into the outbox, and shows it.
func (c *Client) say(s *store.Store, o store.Outgoing, instead ...string) error {
	changes, err := s.Say(o, instead...)
	if err != nil {
		return err
	}
	for _, id := range instead {
		c.outbox.Remove(id)
	}
	c.outbox.Add(pending(&o))
	c.countUnsent()
	c.publishResult(store.Live, store.Result{Changes: changes, Lists: []ConversationID{o.Conv}})
	return nil
}

// sayNow shows a message that the user has said something about, and hands it to the wire.
func (c *Client) sayNow(s *store.Store, conv ConversationID, about string) error {
	m, found, err := s.Named(conv, about)
	if err != nil {
		return err
	}
	if found {
		c.publish(MessageChanged{c.message(&m)}, ConversationChanged{conv})
	}
	c.flush()
	return nil
}

// showAgain publishes that a message shows another state of the outbox.
func (c *Client) showAgain(s *store.Store, o *outbox.Message) error {
	m, found, err := s.Named(o.Conv, o.About)
	if err == nil && found {
		c.publish(MessageChanged{c.message(&m)}, ConversationChanged{o.Conv})
	}
	return err
}

// drop takes something out of the outbox that was never sent.
func (c *Client) drop(s *store.Store, o *outbox.Message) error {
	if err := s.RemoveFromOutbox(o.ID); err != nil {
		return err
	}
	c.outbox.Remove(o.ID)
	c.countUnsent()
	return nil
}

// forget drops a message that was withdrawn before anybody had it, and what was said about it.
func (c *Client) forget(m *outbox.Message) error {
	s := c.store.Load()
	o := c.outbox.Get(m.ID)
	if o == nil {
		return nil
	}
	err := c.discard(s, o)
	c.failed("forget a withdrawn message", err)
	return err
}

// refuseSaying handles a refused statement about a message. A reaction is taken back; a refused withdrawal waits for the user, as a refused
// message does.
func (c *Client) refuseSaying(o *outbox.Message, condition string) error {
	s := c.store.Load()
	if c.isReaction(s, o.ID) {
		changes, err := s.Unsay(o.ID)
		if !c.failed("take a reaction back", err) {
			c.outbox.Remove(o.ID)
			c.countUnsent()
			c.publishResult(store.Live, store.Result{Changes: changes, Lists: []ConversationID{o.Conv}})
		}
		return err
	}
	if err := s.RefuseSaying(o.ID, condition); c.failed("keep a failure", err) {
		return err
	}
	c.outbox.Apply(o.ID, outbox.Refuse)
	c.countUnsent()
	c.failed("find a withdrawn message", c.showAgain(s, o))
	return nil
}

// nameTarget names the message that another one is about by the id that its recipients know.
func (c *Client) nameTarget(o *store.Outgoing) error {
	if o.About == "" || o.Replaces != "" {
		return nil
	}
	m, found, err := c.store.Load().Named(o.Conv, o.About)
	if err != nil || !found {
		return err
	}
	id, _ := m.WireID()
	if o.Reply == nil {
		o.About = id
		return nil
	}
	r := *o.Reply
	r.ID, o.Reply = id, &r
	return nil
}

// sayingOf is what the user says about a message, as it goes over the wire. Both archives are to keep it, though it may have no body.
func sayingOf(o *store.Outgoing) xmpp.Message {
	m := xmpp.Message{ID: o.ID, OriginID: o.ID, To: address(o.Conv), Type: "chat", Store: true}
	if o.Group {
		m.Type = "groupchat"
	}
	if o.Reacts {
		m.Reactions = &xmpp.Reactions{ID: o.About, Emoji: o.Emoji}
		return m
	}
	m.Retraction, m.Body = &xmpp.Retraction{ID: o.About}, retractedFallback
	m.Fallbacks = []xmpp.Fallback{{For: xmpp.NSRetraction, Body: []xmpp.Range{{End: utf8.RuneCountInString(retractedFallback)}}}}
	return m
}

// retractedFallback is shown by programs without retractions, in whatever language.
const retractedFallback = "Un message a été retiré, mais votre programme ne sait pas le retirer. / A message was withdrawn, but your program cannot remove it."
