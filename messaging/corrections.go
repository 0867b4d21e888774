package messaging

import (
	"slices"
	"time"

	"discussions/messaging/outbox"
	"discussions/messaging/store"
)

// Version is what a message said before it was corrected.
type Version struct {
	Content Content
	Time    time.Time // when it was written
}

// Versions gives what a message said before it was corrected, oldest first.
func (c *Client) Versions(id ConversationID, message MessageID) ([]Version, error) {
	s, conv, err := c.openAt(id)
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
		if m.Group {
			content = c.mentioning(m.Conv, content)
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

// notHanded is a message, or its newest correction, while no session has sent it; otherwise nil.
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
