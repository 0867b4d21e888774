package messaging

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"mellium.im/xmpp/jid"

	"discussions/messaging/model"
	"discussions/messaging/outbox"
	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

// Version is what a message said before it was corrected.
type Version struct {
	Content Content
	Time    time.Time // when it was written
}

// Versions gives what a message said before it was corrected, oldest first.
func (c *Client) Versions(id ConversationID, message MessageID) ([]Version, error) {
	conv, err := c.canonical(id)
	if err != nil {
		return nil, err
	}
	s, err := c.open()
	if err != nil {
		return nil, err
	}
	list, err := s.Versions(conv, message)
	if err != nil {
		return nil, c.readFailed(err)
	}
	versions := make([]Version, len(list))
	for i := range list {
		versions[i] = Version{list[i].Content, list[i].Time}
	}
	return versions, nil
}

// Reader is a member of a group who has read a message.
type Reader struct {
	Name string
	Time time.Time // of the last thing that they have read: they read the message then, or before
}

// Readers gives who has read an own message of a group, as far as their programs tell.
func (c *Client) Readers(id ConversationID, message MessageID) ([]Reader, error) {
	conv, err := c.canonical(id)
	if err != nil {
		return nil, err
	}
	s, err := c.open()
	if err != nil {
		return nil, err
	}
	list, err := s.Readers(conv, message)
	if err != nil {
		return nil, c.readFailed(err)
	}
	readers := make([]Reader, len(list))
	c.mu.RLock()
	defer c.mu.RUnlock()
	for i, r := range list {
		readers[i] = Reader{c.people.author(conv, r.Author, r.Nick, true), r.Time}
	}
	return readers, nil
}

// Correct replaces the content of an own message (XEP-0308). One that nobody has yet is only written anew. [ErrNoMessage]: it is not an own
// one, or was withdrawn.
func (c *Client) Correct(id ConversationID, message MessageID, content Content) error {
	if err := sendable(content); err != nil {
		return err
	}
	return c.about(id, message, func(s *store.Store, m *store.Message) error {
		_, isText := m.Content.(Text)
		if !m.Own || !isText {
			return ErrNoMessage
		}
		if m.Content == content {
			return nil
		}
		if waiting := c.notHanded(m); waiting != nil {
			return c.rewrite(s, waiting, content)
		}
		o := store.Outgoing{
			ID: newID(), Conv: m.Conv, Group: m.Group, Content: content, Time: c.cfg.Now(), Replaces: m.MsgID, Reply: m.Reply, About: m.LocalID(),
		}
		if _, err := s.Queue(o); err != nil {
			return err
		}
		c.outbox.Add(pending(&o))
		c.countUnsent()
		c.stopWriting(m.Conv)
		return c.sayNow(s, m.Conv, o.About)
	})
}

// notHanded is a message, or its newest correction, while no session has it; nil where one has.
func (c *Client) notHanded(m *store.Message) *outbox.Message {
	list := c.outbox.About(m.LocalID())
	for _, o := range slices.Backward(list) {
		if o.Corrects {
			if o.CanBeDiscarded() {
				return o
			}
			return nil
		}
	}
	if o := c.outbox.Get(m.OriginID); o != nil && o.CanBeDiscarded() {
		return o
	}
	return nil
}

// rewrite changes what waits in the outbox. One that failed goes out again.
func (c *Client) rewrite(s *store.Store, o *outbox.Message, content Content) error {
	m, found, err := s.Rewrite(o.ID, content)
	if err != nil {
		return err
	}
	if !found {
		return ErrNoMessage
	}
	if o.State() == outbox.Failed {
		if err := c.requeueOne(s, o); err != nil {
			return err
		}
		c.flush()
		return nil
	}
	c.publish(MessageChanged{c.message(&m)}, ConversationChanged{m.Conv})
	return nil
}

// Retract withdraws an own message (XEP-0424): its text leaves this computer at once, and others are told. One that nobody has yet is only
// not sent.
func (c *Client) Retract(id ConversationID, message MessageID) error {
	return c.about(id, message, func(s *store.Store, m *store.Message) error {
		if _, gone := m.Content.(Retracted); gone || !m.Own {
			return ErrNoMessage
		}
		if o := c.outbox.Get(m.OriginID); o != nil && o.CanBeDiscarded() {
			return c.discard(s, o)
		}
		for _, o := range c.outbox.About(m.LocalID()) { // nobody needs to hear any more
			if o.CanBeDiscarded() && (o.Corrects || o.Relation) {
				if err := c.drop(s, o); err != nil {
					return err
				}
			}
		}
		o := store.Outgoing{ID: newID(), Conv: m.Conv, Group: m.Group, Time: c.cfg.Now(), About: m.LocalID(), Retracts: true}
		if err := c.say(s, o); err != nil {
			return err
		}
		c.outbox.Recall(m.OriginID)
		for _, corrects := range c.outbox.About(o.About) {
			if corrects.Corrects {
				c.outbox.Recall(corrects.ID)
			}
		}
		c.flush()
		return nil
	})
}

// Moderate has a group withdraw a message of somebody else (XEP-0425): the account is a moderator there, and online. The group then tells
// everybody, this account too.
func (c *Client) Moderate(ctx context.Context, id ConversationID, message MessageID) error {
	var name string
	var room jid.JID
	err := c.about(id, message, func(_ *store.Store, m *store.Message) error {
		r := c.rooms[m.Conv]
		_, gone := m.Content.(Retracted)
		if r == nil || !r.moderator || gone || m.StanzaID == "" {
			return ErrNoMessage
		}
		name, room = string(m.StanzaID), r.jid
		return nil
	})
	if err != nil {
		return err
	}
	return c.whenOnline(func() error { return c.wire.Moderate(ctx, room, name) })
}

// React adds a reaction of the user to a message (XEP-0444), or takes it back.
func (c *Client) React(id ConversationID, message MessageID, emoji string, on bool) error {
	if !xmpp.IsEmoji(emoji) {
		return ErrEmpty
	}
	return c.about(id, message, func(s *store.Store, m *store.Message) error {
		if _, gone := m.Content.(Retracted); gone || m.State == Failed {
			return ErrNoMessage
		}
		var now []string
		for _, r := range m.Reacted {
			if r.Own {
				now = r.Emoji
			}
		}
		if slices.Contains(now, emoji) == on {
			return nil
		}
		if on {
			now = append(slices.Clone(now), emoji)
		} else {
			now = slices.DeleteFunc(slices.Clone(now), func(e string) bool { return e == emoji })
		}
		o := store.Outgoing{ID: newID(), Conv: m.Conv, Group: m.Group, Time: c.cfg.Now(), About: m.LocalID(), Reacts: true, Emoji: now}
		var instead []string
		for _, earlier := range c.outbox.About(o.About) {
			if earlier.Relation && earlier.CanBeDiscarded() && !earlier.Recalled && c.isReaction(s, earlier.ID) {
				instead = append(instead, earlier.ID)
			}
		}
		if err := c.say(s, o, instead...); err != nil {
			return err
		}
		c.flush()
		return nil
	})
}

// isReaction reports whether something in the outbox is a reaction.
func (c *Client) isReaction(s *store.Store, id string) bool {
	list, err := s.Outbox()
	return err == nil && slices.ContainsFunc(list, func(o store.Outgoing) bool { return o.ID == id && o.Reacts })
}

// about runs f on the writer with a message that something is to be said about.
func (c *Client) about(id ConversationID, message MessageID, f func(s *store.Store, m *store.Message) error) error {
	conv, err := c.canonical(id)
	if err != nil {
		return err
	}
	return c.write(func(s *store.Store) error {
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

// say puts what the user says about a message into the outbox, and shows it.
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

// showAgain tells that what a message shows about the outbox has changed.
func (c *Client) showAgain(s *store.Store, o *outbox.Message) error {
	m, found, err := s.Named(o.Conv, o.About)
	if err == nil && found {
		c.publish(MessageChanged{c.message(&m)}, ConversationChanged{o.Conv})
	}
	return err
}

// drop takes something out of the outbox that nobody has heard.
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

// refuseSaying deals with what others could not be told about a message. A reaction is taken back; that a message was withdrawn waits for the
// user, as a message does.
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

// nameTarget names the message that another one is about as those do who have it.
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

// retractedFallback is read by those whose program does not know retractions, in whatever language.
const retractedFallback = "Un message a été retiré, mais votre programme ne sait pas le retirer. / A message was withdrawn, but your program cannot remove it."

// answer makes what is to be sent an answer to a message.
func (c *Client) answer(s *store.Store, o *store.Outgoing, to MessageID) error {
	m, found, err := s.Message(o.Conv, to)
	if err != nil {
		return err
	}
	if _, gone := m.Content.(Retracted); !found || gone || c.outbox.Get(m.OriginID) != nil && m.State == Failed {
		return ErrNoMessage
	}
	id, _ := m.WireID()
	o.About, o.Reply = m.LocalID(), &store.Reply{ID: id, Fallback: quotation(&m)}
	switch {
	case !m.Group && m.Own:
		o.Reply.Author = c.own.String()
	case !m.Group:
		o.Reply.Author = string(m.Conv)
	case m.Nick != "":
		o.Reply.Author = string(m.Conv) + "/" + m.Nick
	case m.Own && c.rooms[m.Conv] != nil:
		o.Reply.Author = string(m.Conv) + "/" + c.rooms[m.Conv].nick
	}
	return nil
}

// How much of a message is quoted for programs that do not know answers.
const (
	quotedLines = 4
	quotedBytes = 400
)

// quotation is the beginning of a message, as an answer quotes it.
func quotation(m *store.Message) string {
	text := model.PlainText(m.Content)
	if len(text) > quotedBytes {
		end := quotedBytes
		for !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end] + "…"
	}
	lines := strings.Split(text, "\n")
	if len(lines) > quotedLines {
		lines = append(lines[:quotedLines], "…")
	}
	return strings.Join(lines, "\n")
}
