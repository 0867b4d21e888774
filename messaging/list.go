package messaging

import (
	"errors"
	"sort"
	"strings"

	"golang.org/x/text/cases"
	"mellium.im/xmpp/jid"

	"discussions/messaging/store"
)

// address gives a conversation's ID its one form.
func (c *Client) address(id ConversationID) (string, error) {
	j, err := jid.Parse(string(id))
	if err != nil || j.Bare().Equal(c.own) {
		return "", ErrNoConversation
	}
	return text(j), nil
}

// Conversations lists the conversations, newest message first, then those without messages by name.
func (c *Client) Conversations() ([]Conversation, error) {
	s, err := c.open()
	if err != nil {
		return nil, err
	}
	rows, err := s.Conversations()
	if err != nil {
		return nil, c.readFailed(err)
	}
	list := make([]Conversation, 0, len(rows))
	keys := make(map[string]string, len(rows))
	c.mu.Lock()
	for _, v := range rows {
		list = append(list, c.conversation(v))
		keys[v.JID] = fold(list[len(list)-1].Name)
	}
	c.mu.Unlock()
	sort.SliceStable(list, func(i, j int) bool {
		a, b := &list[i], &list[j]
		switch {
		case a.Last == nil && b.Last == nil:
			return keys[string(a.ID)] < keys[string(b.ID)]
		case a.Last == nil || b.Last == nil:
			return a.Last != nil
		case a.Last.Cursor.Time != b.Last.Cursor.Time:
			return a.Last.Cursor.Time > b.Last.Cursor.Time
		}
		return a.ID < b.ID
	})
	return list, nil
}

// Conversation gives one conversation, also one with a person who is no contact yet.
func (c *Client) Conversation(id ConversationID) (Conversation, error) {
	conv, err := c.address(id)
	if err != nil {
		return Conversation{}, err
	}
	s, err := c.open()
	if err != nil {
		return Conversation{}, err
	}
	v, found, err := s.Conversation(conv)
	if err != nil {
		return Conversation{}, c.readFailed(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !found {
		v = store.Conversation{JID: conv, Group: c.rooms[conv] != nil}
	}
	return c.conversation(v), nil
}

// conversation makes a row one to be shown. c.mu is held.
func (c *Client) conversation(v store.Conversation) Conversation {
	out := Conversation{
		ID: ConversationID(v.JID), Group: v.Group, Unread: v.Unread, Draft: v.Draft, Typing: c.typists(v.JID),
		FirstUnread: Cursor{Time: v.First[0], Row: v.First[1]},
	}
	if v.Last != nil {
		m := c.message(*v.Last)
		out.Last = &m
	}
	if v.Group {
		out.Name, out.Members = v.Name, len(c.people.members[v.JID])
		if out.Name == "" {
			out.Name = c.people.name(v.JID)
		}
		return out
	}
	out.Name, out.Detail = c.people.name(v.JID), c.people.job(v.JID)
	out.Available = len(c.presence[v.JID]) > 0
	return out
}

// readFailed deals with an error of a reading method.
func (c *Client) readFailed(err error) error {
	if errors.Is(err, store.ErrDropped) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.store != nil {
			c.dropped()
		}
	}
	return locked(err)
}

// Draft is what was left unsent in the conversation's box.
func (c *Client) Draft(id ConversationID) string {
	conv, err := c.address(id)
	if err != nil {
		return ""
	}
	s, err := c.open()
	if err != nil {
		return ""
	}
	text, err := s.Draft(conv)
	if err != nil {
		c.log.Error("read a draft", "err", c.readFailed(err))
	}
	return text
}

// SetDraft keeps what is written and not sent, sealed on disk; "" forgets it.
func (c *Client) SetDraft(id ConversationID, text string) error {
	conv, err := c.address(id)
	if err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" {
		text = ""
	}
	return c.write(func(s *store.Store) error {
		changed, err := s.SetDraft(conv, text)
		if err == nil && changed {
			c.publish(ConversationChanged{ConversationID(conv)})
		}
		return err
	})
}

// fold makes names comparable without regard to case.
func fold(s string) string { return cases.Fold().String(s) }
