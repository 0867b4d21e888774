package messagingtest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"discussions/messaging"
)

// Mute implements the method of [messaging.Client].
func (c *Client) Mute(id messaging.ConversationID, until time.Time, mentions bool) error {
	return c.choose("Mute", id, func(v *Conversation) { v.MutedUntil, v.Mentions = until, mentions })
}

// SetFavourite implements the method of [messaging.Client].
func (c *Client) SetFavourite(id messaging.ConversationID, on bool) error {
	return c.choose("SetFavourite", id, func(v *Conversation) { v.Favourite = on })
}

// SetArchived implements the method of [messaging.Client].
func (c *Client) SetArchived(id messaging.ConversationID, on bool) error {
	return c.choose("SetArchived", id, func(v *Conversation) { v.Archived = on })
}

// MarkUnread implements the method of [messaging.Client].
func (c *Client) MarkUnread(id messaging.ConversationID) error {
	return c.choose("MarkUnread", id, func(v *Conversation) { v.MarkedUnread = true })
}

// choose changes what is chosen for a conversation.
func (c *Client) choose(method string, id messaging.ConversationID, change func(*Conversation)) error {
	if err := c.enter(context.Background(), method); err != nil {
		return err
	}
	return c.in(id, func(v *Conversation) error {
		change(v)
		c.keep(v)
		c.calls = append(c.calls, fmt.Sprint(method, " ", v.ID))
		c.publish(messaging.ConversationChanged{ID: v.ID}, c.count(false))
		return nil
	})
}

// SetPinned implements the method of [messaging.Client].
func (c *Client) SetPinned(id messaging.ConversationID, message messaging.MessageID, on bool) error {
	return c.about("Pin", id, message, func(v *Conversation, m *messaging.Message) error {
		v.Pins = slices.DeleteFunc(slices.Clone(v.Pins), func(pinned messaging.MessageID) bool { return pinned == m.ID })
		if on {
			v.Pins = append(v.Pins, m.ID)
		}
		c.publish(messaging.PinsChanged{ID: v.ID})
		return nil
	})
}

// Pinned implements the method of [messaging.Client].
func (c *Client) Pinned(id messaging.ConversationID) (list []messaging.Message, err error) {
	err = c.in(id, func(v *Conversation) error {
		for _, m := range slices.Backward(v.Messages) {
			if _, gone := m.Content.(messaging.Retracted); slices.Contains(v.Pins, m.ID) && !gone {
				list = append(list, m)
			}
		}
		return nil
	})
	return list, err
}
