package messagingtest

import (
	"cmp"
	"fmt"
	"slices"

	"mellium.im/xmpp/jid"

	"discussions/messaging"
)

// Conversation is a conversation with all that there is in it.
type Conversation struct {
	messaging.Conversation // Last, Draft and Members follow from what is below, where there is any

	Messages []messaging.Message // oldest first
	People   []messaging.Member
	Written  string // the draft
	Pins     []messaging.MessageID
	Card     messaging.Card // what it says beside what the conversation tells
	Withheld int            // so many of the oldest messages are in an archive that does not give them
}

// in runs f with mu held on a conversation. One that is not there yet stays only where f puts something into it.
func (c *Client) in(id messaging.ConversationID, f func(*Conversation) error) error {
	id, err := c.canonical(id)
	if err != nil {
		return err
	}
	return c.opened(func() error { return f(c.find(id)) })
}

// canonical gives a conversation's ID its one form.
func (c *Client) canonical(id messaging.ConversationID) (messaging.ConversationID, error) {
	j, err := jid.Parse(string(id))
	if err != nil || j.Bare().Equal(c.own) {
		return "", messaging.ErrNoConversation
	}
	return messaging.ConversationID(j.Bare().String()), nil
}

// find gives a conversation, a new one where there is none of that ID.
func (c *Client) find(id messaging.ConversationID) *Conversation {
	if v := c.conversations[id]; v != nil {
		return v
	}
	return &Conversation{Conversation: messaging.Conversation{ID: id, Name: string(id)}}
}

// ownMessage runs f with mu held on a message that the user wrote.
func (c *Client) ownMessage(id messaging.MessageID, f func(*Conversation, *messaging.Message) error) error {
	return c.opened(func() error {
		for _, v := range c.conversations {
			for i := range v.Messages {
				if m := &v.Messages[i]; m.ID == id && m.Own {
					return f(v, m)
				}
			}
		}
		return messaging.ErrNoMessage
	})
}

// complete gives a message what it lacks to be the newest of its conversation.
func (c *Client) complete(v *Conversation, m messaging.Message) messaging.Message {
	c.last++
	m.Conversation = v.ID
	m.ID = cmp.Or(m.ID, messaging.MessageID(fmt.Sprintf("message-%d", c.last)))
	if m.Time.IsZero() {
		m.Time = c.cfg.Now()
	}
	if m.Cursor.IsZero() {
		m.Cursor = messaging.Cursor{Time: m.Time.UnixMicro(), Row: int64(c.last)}
		if n := len(v.Messages); n > 0 {
			m.Cursor.Time = max(m.Cursor.Time, v.Messages[n-1].Cursor.Time+1)
		}
	}
	return m
}

// changed tells of a message that has changed.
func (c *Client) changed(v *Conversation, m *messaging.Message) {
	c.keep(v)
	c.publish(messaging.MessageChanged{Message: *m}, messaging.ConversationChanged{ID: v.ID})
}

func (c *Client) remove(v *Conversation, id messaging.MessageID) {
	v.Messages = slices.DeleteFunc(v.Messages, func(m messaging.Message) bool { return m.ID == id })
	c.keep(v)
	c.publish(c.count(false), messaging.MessageRemoved{Conversation: v.ID, ID: id}, messaging.ConversationChanged{ID: v.ID})
}

// keep stores a conversation, with what follows from its parts.
func (c *Client) keep(v *Conversation) {
	v.Last, v.Draft = nil, v.Written != ""
	if n := len(v.Messages); n > 0 {
		last := v.Messages[n-1]
		v.Last = &last
	}
	if n := len(v.People); n > 0 {
		v.Members = n
	}
	c.conversations[v.ID] = v
}
