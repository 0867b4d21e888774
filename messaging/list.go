package messaging

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"

	"golang.org/x/text/cases"
)

// canonical gives a conversation's ID its one form.
func (c *Client) canonical(id ConversationID) (ConversationID, error) {
	j, err := xmpp.ParseJID(string(id))
	if err != nil || j.Bare().Equal(c.own) {
		return "", ErrNoConversation
	}
	return conversationID(j), nil
}

// isGroup reports whether the account is in a group of that ID.
func (c *Client) isGroup(id ConversationID) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.rooms[id] != nil
}

// Conversations lists the conversations: favourites, then the others; of each those with the newest message first, and at last those
// without messages by name.
func (c *Client) Conversations() ([]Conversation, error) {
	s, err := c.open()
	if err != nil {
		return nil, err
	}
	rows, err := s.Conversations()
	if err != nil {
		return nil, c.readFailed(err)
	}
	type named struct {
		*Conversation
		name string
	}
	order := make([]named, 0, len(rows)) // a conversation is much to move
	c.mu.RLock()
	for _, v := range rows {
		conv := c.conversation(v)
		n := named{Conversation: &conv}
		if conv.Last == nil {
			n.name = fold(conv.Name)
		}
		order = append(order, n)
	}
	c.mu.RUnlock()
	slices.SortFunc(order, func(a, b named) int { return compareConversations(a.Conversation, b.Conversation, a.name, b.name) })
	list := make([]Conversation, 0, len(order))
	for _, n := range order {
		list = append(list, *n.Conversation)
	}
	return list, nil
}

// CompareConversations is the order of [Client.Conversations]: favourites, then the others; of each the newest message first, then those without messages by name.
func CompareConversations(a, b Conversation) int {
	if a.Last == nil && b.Last == nil {
		return compareConversations(&a, &b, fold(a.Name), fold(b.Name))
	}
	return compareConversations(&a, &b, "", "")
}

func compareConversations(a, b *Conversation, nameA, nameB string) int {
	switch {
	case a.Favourite != b.Favourite:
		if a.Favourite {
			return -1
		}
		return 1
	case a.Last == nil && b.Last == nil:
		return cmp.Or(cmp.Compare(nameA, nameB), cmp.Compare(a.ID, b.ID))
	case a.Last == nil:
		return 1
	case b.Last == nil:
		return -1
	}
	return cmp.Or(cmp.Compare(b.Last.Cursor.Time, a.Last.Cursor.Time), cmp.Compare(b.Last.Cursor.Row, a.Last.Cursor.Row), cmp.Compare(a.ID, b.ID))
}

// Conversation gives one conversation, also one with a person who is no contact yet.
func (c *Client) Conversation(id ConversationID) (Conversation, error) {
	s, conv, err := c.openAt(id)
	if err != nil {
		return Conversation{}, err
	}
	v, found, err := s.Conversation(conv)
	if err != nil {
		return Conversation{}, c.readFailed(err)
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if !found {
		v = store.Conversation{JID: conv, Group: c.rooms[conv] != nil}
	}
	return c.conversation(v), nil
}

// conversation makes a row one to be shown. c.mu is held, or the writer runs it.
func (c *Client) conversation(v store.Conversation) Conversation {
	out := Conversation{
		ID: v.JID, Group: v.Group, Unread: v.Unread, Draft: v.Draft, Typing: c.typists(v.JID),
		FirstUnread: v.First, Mentioned: v.Mention,
	}
	chosen, newest := c.choices[v.JID], int64(0)
	if v.Last != nil {
		m := c.message(v.Last)
		out.Last, newest = &m, v.Last.At
	}
	out.MutedUntil, out.Mentions, out.Favourite, out.MarkedUnread = chosen.MutedUntil, chosen.Mentions, chosen.Favourite, chosen.Unread
	out.Archived = chosen.ArchivedAt > newest
	if v.Group {
		out.Name, out.Members, out.Avatar = v.Name, len(c.people.members[v.JID]), c.avatars[v.JID]
		if out.Name == "" {
			out.Name = c.people.name(string(v.JID))
		}
		if r := c.rooms[v.JID]; r != nil {
			out.Refused, out.Hides, out.Moderator = r.refused, r.hides, r.joined && r.moderator && r.moderates
			if out.Role = Role(r.affiliation); !r.joined || out.Role == "" {
				out.Role = c.ownRole(v.JID)
			}
			out.Pictured = r.pictured
		} else {
			out.Refused = NotIn
		}
		return out
	}
	out.Name, out.Detail = c.people.name(string(v.JID)), c.people.job(string(v.JID))
	out.Presence, out.Status = c.presenceOf(string(v.JID))
	out.Blocked = c.blocked[v.JID]
	return out
}

// readFailed deals with an error of a reading method.
func (c *Client) readFailed(err error) error {
	if errors.Is(err, store.ErrDropped) {
		c.do(func() {
			if c.store.Load() != nil {
				c.dropped()
			}
		})
	}
	return locked(err)
}

// Draft is the unsent text of the conversation.
func (c *Client) Draft(id ConversationID) string {
	s, conv, err := c.openAt(id)
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
	if strings.TrimSpace(text) == "" {
		text = ""
	}
	return c.writeAt(id, func(s *store.Store, conv ConversationID) error {
		changed, err := s.SetDraft(conv, text)
		if err == nil && changed {
			c.publish(ConversationChanged{conv})
		}
		if errors.Is(err, ErrDisk) {
			c.keepLater(conv, text)
		} else {
			delete(c.drafts, conv)
		}
		return err
	})
}

// keepLater keeps a draft as soon as the disk has room.
func (c *Client) keepLater(conv ConversationID, text string) {
	if c.drafts == nil {
		c.drafts = map[ConversationID]string{}
		c.undone = append(c.undone, func() error {
			for conv, text := range c.drafts {
				changed, err := c.store.Load().SetDraft(conv, text)
				if err != nil {
					return err
				}
				delete(c.drafts, conv)
				if changed {
					c.publish(ConversationChanged{conv})
				}
			}
			c.drafts = nil
			return nil
		})
	}
	c.drafts[conv] = text
}

// fold makes names comparable without regard to case.
func fold(s string) string { return cases.Fold().String(s) }
