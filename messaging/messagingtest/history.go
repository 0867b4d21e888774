package messagingtest

import (
	"context"
	"slices"

	"discussions/messaging"
)

// Conversations implements the method of [messaging.Client].
func (c *Client) Conversations() (list []messaging.Conversation, err error) {
	if err := c.enter(context.Background(), "Conversations"); err != nil {
		return nil, err
	}
	err = c.opened(func() error {
		for _, v := range c.conversations {
			row := v.Conversation
			row.FirstUnread = messaging.Cursor{}
			list = append(list, row)
		}
		slices.SortFunc(list, messaging.CompareConversations)
		return nil
	})
	return list, err
}

// Conversation implements the method of [messaging.Client].
func (c *Client) Conversation(id messaging.ConversationID) (conv messaging.Conversation, err error) {
	if err := c.enter(context.Background(), "Conversation"); err != nil {
		return conv, err
	}
	err = c.in(id, func(v *Conversation) error {
		conv = v.Conversation
		return nil
	})
	return conv, err
}

// History implements the method of [messaging.Client].
func (c *Client) History(ctx context.Context, id messaging.ConversationID, around messaging.Cursor, before, after int) (p messaging.Page, err error) {
	if err := c.enter(ctx, "History"); err != nil {
		return p, err
	}
	err = c.in(id, func(v *Conversation) error {
		p = PageOf(v.Messages[v.Withheld:], around, before, after)
		p.Start = p.Start && v.Withheld == 0
		return nil
	})
	return p, err
}

// PageOf is what [messaging.Client.History] gives of a conversation of those messages, oldest first.
func PageOf(all []messaging.Message, around messaging.Cursor, before, after int) messaging.Page {
	before, after = max(0, before), max(0, after)
	if before+after == 0 {
		return messaging.Page{}
	}
	at := len(all)
	for !around.IsZero() && at > 0 && !all[at-1].Cursor.Before(around) {
		at--
	}
	from, to := max(0, at-before), min(len(all), at+after)
	return messaging.Page{Messages: slices.Clone(all[from:to]), Start: from == 0, End: to == len(all)}
}

// Members implements the method of [messaging.Client].
func (c *Client) Members(id messaging.ConversationID) (list []messaging.Member) {
	_ = c.in(id, func(v *Conversation) error {
		list = slices.Clone(v.People)
		return nil
	})
	return list
}

// Draft implements the method of [messaging.Client].
func (c *Client) Draft(id messaging.ConversationID) (text string) {
	_ = c.in(id, func(v *Conversation) error {
		text = v.Written
		return nil
	})
	return text
}

// SetDraft implements the method of [messaging.Client].
func (c *Client) SetDraft(id messaging.ConversationID, text string) error {
	if err := c.enter(context.Background(), "SetDraft"); err != nil {
		return err
	}
	c.called("draft %s", text)
	return c.in(id, func(v *Conversation) error {
		if isBlank(text) {
			text = ""
		}
		if text != v.Written {
			v.Written = text
			c.keep(v)
			c.publish(messaging.ConversationChanged{ID: v.ID})
		}
		return nil
	})
}

// MarkRead implements the method of [messaging.Client].
func (c *Client) MarkRead(id messaging.ConversationID) error {
	if err := c.enter(context.Background(), "MarkRead"); err != nil {
		return err
	}
	c.called("read")
	return c.in(id, func(v *Conversation) error {
		if v.Unread == 0 && !v.MarkedUnread {
			return nil
		}
		v.Unread, v.FirstUnread, v.MarkedUnread = 0, messaging.Cursor{}, false
		c.publish(messaging.ConversationChanged{ID: v.ID}, c.count(false))
		return nil
	})
}
