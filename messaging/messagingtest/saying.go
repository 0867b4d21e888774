package messagingtest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"discussions/messaging"
	"discussions/messaging/model"
)

// Reply implements the method of [messaging.Client].
func (c *Client) Reply(id messaging.ConversationID, to messaging.MessageID, content messaging.Content) (m messaging.Message, err error) {
	var quote *messaging.Quote
	err = c.about("Reply", id, to, func(_ *Conversation, m *messaging.Message) error {
		quote = &messaging.Quote{ID: m.ID, Cursor: m.Cursor, Author: m.Author, Text: model.PlainText(m.Content)}
		quote.File, _ = m.Content.(messaging.File)
		return nil
	})
	if err != nil {
		return m, err
	}
	return c.send(id, content, quote)
}

// Correct implements the method of [messaging.Client].
func (c *Client) Correct(id messaging.ConversationID, message messaging.MessageID, content messaging.Content) error {
	if err := sendable(content); err != nil {
		return err
	}
	return c.about("Correct", id, message, func(v *Conversation, m *messaging.Message) error {
		if _, isText := m.Content.(messaging.Text); !isText || !m.Own {
			return messaging.ErrNoMessage
		}
		if m.Content == content {
			return nil
		}
		if m.State != messaging.Failed && (m.State != messaging.Queued || c.handed[m.ID]) {
			if c.versions == nil {
				c.versions = map[messaging.MessageID][]messaging.Version{}
			}
			c.versions[m.ID] = append(c.versions[m.ID], messaging.Version{Content: m.Content, Time: cmp.Or(m.Edited, m.Time)})
			m.Edited = c.cfg.Now()
		}
		m.Content, m.State, m.Failure = content, messaging.Queued, ""
		c.handed[m.ID] = c.connection.State == messaging.Online
		c.calls = append(c.calls, "correct "+model.PlainText(content))
		c.changed(v, m)
		return nil
	})
}

// Versions implements the method of [messaging.Client].
func (c *Client) Versions(id messaging.ConversationID, message messaging.MessageID) (list []messaging.Version, err error) {
	err = c.in(id, func(*Conversation) error {
		list = slices.Clone(c.versions[message])
		return nil
	})
	return list, err
}

// Readers implements the method of [messaging.Client]. It gives what [Client.Read] has told.
func (c *Client) Readers(id messaging.ConversationID, message messaging.MessageID) (list []messaging.Reader, err error) {
	err = c.in(id, func(*Conversation) error {
		list = slices.Clone(c.readers[message])
		return nil
	})
	return list, err
}

// Read makes members of a group read an own message.
func (c *Client) Read(message messaging.MessageID, readers ...messaging.Reader) {
	_ = c.ownMessage(message, func(v *Conversation, m *messaging.Message) error {
		if c.readers == nil {
			c.readers = map[messaging.MessageID][]messaging.Reader{}
		}
		c.readers[message] = readers
		m.ReadBy = len(readers)
		c.changed(v, m)
		return nil
	})
}

// Retract implements the method of [messaging.Client].
func (c *Client) Retract(id messaging.ConversationID, message messaging.MessageID) error {
	return c.about("Retract", id, message, func(v *Conversation, m *messaging.Message) error {
		if !m.Own {
			return messaging.ErrNoMessage
		}
		c.calls = append(c.calls, "retract "+model.PlainText(m.Content))
		if m.State == messaging.Failed || m.State == messaging.Queued && !c.handed[m.ID] {
			c.remove(v, m.ID)
			return nil
		}
		m.Content = messaging.Retracted{By: c.cfg.Name, ByMe: true, At: c.cfg.Now()}
		m.Edited, m.ReplyTo, m.Reactions = time.Time{}, nil, nil
		delete(c.versions, m.ID)
		c.changed(v, m)
		return nil
	})
}

// Moderate implements the method of [messaging.Client].
func (c *Client) Moderate(_ context.Context, id messaging.ConversationID, message messaging.MessageID) error {
	return c.about("Moderate", id, message, func(v *Conversation, m *messaging.Message) error {
		if !v.Moderator {
			return messaging.ErrNoMessage
		}
		if c.connection.State != messaging.Online {
			return messaging.ErrOffline
		}
		c.calls = append(c.calls, "moderate "+model.PlainText(m.Content))
		m.Content = messaging.Retracted{By: c.cfg.Name, ByJID: c.own.String(), ByMe: true, At: c.cfg.Now()}
		c.changed(v, m)
		return nil
	})
}

// React implements the method of [messaging.Client].
func (c *Client) React(id messaging.ConversationID, message messaging.MessageID, emoji string, on bool) error {
	return c.about("React", id, message, func(v *Conversation, m *messaging.Message) error {
		i := slices.IndexFunc(m.Reactions, func(r messaging.Reaction) bool { return r.Emoji == emoji })
		if on == (i >= 0 && m.Reactions[i].Own) {
			return nil
		}
		m.Reactions = slices.Clone(m.Reactions)
		if i < 0 {
			i = len(m.Reactions)
			m.Reactions = append(m.Reactions, messaging.Reaction{Emoji: emoji})
		}
		r := &m.Reactions[i]
		r.Own = on
		r.By = slices.DeleteFunc(slices.Clone(r.By), func(name string) bool { return name == c.cfg.Name })
		if on {
			r.By = append(r.By, c.cfg.Name)
		}
		if len(r.By) == 0 {
			m.Reactions = slices.Delete(m.Reactions, i, i+1)
		}
		c.calls = append(c.calls, fmt.Sprint("react ", emoji, " ", on))
		c.changed(v, m)
		return nil
	})
}

// about runs f with mu held on a message that something is to be said about.
func (c *Client) about(method string, id messaging.ConversationID, message messaging.MessageID, f func(*Conversation, *messaging.Message) error) error {
	if err := c.enter(context.Background(), method); err != nil {
		return err
	}
	return c.in(id, func(v *Conversation) error {
		for i := range v.Messages {
			m := &v.Messages[i]
			if _, gone := m.Content.(messaging.Retracted); m.ID == message && !gone {
				return f(v, m)
			}
		}
		return messaging.ErrNoMessage
	})
}
