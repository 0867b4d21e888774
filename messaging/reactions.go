package messaging

import (
	"slices"

	"discussions/messaging/store"
	"discussions/messaging/xmpp"
)

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
