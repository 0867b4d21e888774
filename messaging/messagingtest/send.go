package messagingtest

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"

	"discussions/messaging"
	"discussions/messaging/model"
)

// Send implements the method of [messaging.Client].
func (c *Client) Send(id messaging.ConversationID, content messaging.Content) (m messaging.Message, err error) {
	if err := c.enter(context.Background(), "Send"); err != nil {
		return m, err
	}
	return c.send(id, content, nil)
}

func (c *Client) send(id messaging.ConversationID, content messaging.Content, answers *messaging.Quote) (m messaging.Message, err error) {
	if err := sendable(content); err != nil {
		return m, err
	}
	return c.queue(id, content, answers)
}

func (c *Client) queue(id messaging.ConversationID, content messaging.Content, answers *messaging.Quote) (m messaging.Message, err error) {
	err = c.in(id, func(v *Conversation) error {
		m = c.complete(v, messaging.Message{
			Author: c.cfg.Name, AuthorJID: c.own.String(), Own: true, Content: content, State: messaging.Queued, ReplyTo: answers,
		})
		c.handed[m.ID] = c.connection.State == messaging.Online
		c.typing[v.ID] = append(c.typing[v.ID], typing{at: c.cfg.Now(), sent: true})
		v.Messages, v.Archived = append(v.Messages, m), false
		c.keep(v)
		c.publish(c.count(false), messaging.MessageAdded{Message: m, Live: true}, messaging.ConversationChanged{ID: v.ID})
		c.calls = append(c.calls, "send "+model.PlainText(content))
		return nil
	})
	return m, err
}

func sendable(content messaging.Content) error {
	text, ok := content.(messaging.Text)
	switch {
	case !ok:
		return fmt.Errorf("messagingtest: cannot send %T", content)
	case isBlank(text.Body):
		return messaging.ErrEmpty
	case escaped(text.Subject+text.Body) > messaging.MaxBody:
		return messaging.ErrTooLong
	}
	return nil
}

// Resend implements the method of [messaging.Client].
func (c *Client) Resend(id messaging.MessageID) error {
	if err := c.enter(context.Background(), "Resend"); err != nil {
		return err
	}
	c.called("resend %s", id)
	return c.ownMessage(id, func(v *Conversation, m *messaging.Message) error {
		if m.State != messaging.Failed {
			return messaging.ErrNoMessage
		}
		m.State, m.Failure = messaging.Queued, ""
		c.handed[id] = c.connection.State == messaging.Online
		c.changed(v, m)
		return nil
	})
}

// Discard implements the method of [messaging.Client].
func (c *Client) Discard(id messaging.MessageID) error {
	if err := c.enter(context.Background(), "Discard"); err != nil {
		return err
	}
	c.called("discard %s", id)
	return c.ownMessage(id, func(v *Conversation, m *messaging.Message) error {
		if m.State != messaging.Failed && (m.State != messaging.Queued || c.handed[id]) {
			return messaging.ErrNoMessage
		}
		c.remove(v, id)
		return nil
	})
}

// SetTyping implements the method of [messaging.Client]. [Client.Told] gives what the other person is told.
func (c *Client) SetTyping(id messaging.ConversationID, on bool) {
	c.called("typing %v", on)
	_ = c.in(id, func(v *Conversation) error {
		if c.connection.State == messaging.Online {
			c.typing[v.ID] = append(c.typing[v.ID], typing{at: c.cfg.Now(), on: on})
		}
		return nil
	})
}

// escaped is the length of a text in XML, in bytes.
func escaped(text string) int {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer never fails
	return b.Len()
}

func isBlank(text string) bool { return len(bytes.TrimSpace([]byte(text))) == 0 }
