package messaging

import (
	"maps"
	"time"

	"discussions/messaging/store"
)

// What the user chooses for one conversation: that it is muted, a favourite, put away, marked as unread, and which of its messages are
// pinned. It is kept on this computer, in the account's folder. Only the mark as unread is shared with the user's other devices, see
// owndevices.go.

// Forever is a time that never comes: the end of a silence without a limit.
func Forever() time.Time { return store.Forever() }

// Mute keeps a conversation from notifying and from counting among the unread until a time; the zero time ends that. With mentions, a
// message that mentions the user notifies nevertheless.
func (c *Client) Mute(id ConversationID, until time.Time, mentions bool) error {
	return c.choose(id, func(v *store.Choices, _ int64) { v.MutedUntil, v.Mentions = until, mentions })
}

// SetFavourite puts a conversation before the others, or back among them.
func (c *Client) SetFavourite(id ConversationID, on bool) error {
	return c.choose(id, func(v *store.Choices, _ int64) { v.Favourite = on })
}

// SetArchived puts a conversation away until its next message, or fetches it back.
func (c *Client) SetArchived(id ConversationID, on bool) error {
	return c.choose(id, func(v *store.Choices, newest int64) {
		v.ArchivedAt = 0
		if on {
			v.ArchivedAt = newest + 1
		}
	})
}

// fetchBack takes a conversation out of the archives, as something new has come into it. The place of what came does not tell: what was missed
// may stand before what was written meanwhile, and the clocks differ. The writer runs it.
func (c *Client) fetchBack(s *store.Store, conv ConversationID) {
	if c.choices[conv].ArchivedAt != 0 {
		c.failed("fetch a conversation back", c.keepChoice(s, conv, func(v *store.Choices, _ int64) { v.ArchivedAt = 0 }))
	}
}

// MarkUnread marks a conversation as unread until [Client.MarkRead], on all devices of the account where the server lets them tell it. A read
// mark (XEP-0490) does not do it: it says what was seen, and cannot take that back.
func (c *Client) MarkUnread(id ConversationID) error {
	return c.choose(id, func(v *store.Choices, _ int64) { v.Unread = true })
}

// choose changes what is chosen for a conversation.
func (c *Client) choose(id ConversationID, change func(*store.Choices, int64)) error {
	conv, err := c.canonical(id)
	if err != nil {
		return err
	}
	return c.write(func(s *store.Store) error { return c.keepChoice(s, conv, change) })
}

// keepChoice is choose on the writer.
func (c *Client) keepChoice(s *store.Store, conv ConversationID, change func(*store.Choices, int64)) error {
	chosen, err := s.Choose(conv, change)
	if err != nil {
		return err
	}
	if !c.chosen(conv, chosen) {
		return nil
	}
	c.syncer.choseHere()
	return c.countAsChosen(s)
}

// chosen notes what is chosen for a conversation now. false: it was so before.
func (c *Client) chosen(conv ConversationID, chosen store.Choices) bool {
	if chosen == c.choices[conv] {
		return false
	}
	c.mu.Lock()
	c.choices = maps.Clone(c.choices)
	if c.choices[conv] = chosen; chosen == (store.Choices{}) {
		delete(c.choices, conv)
	}
	c.mu.Unlock()
	c.publish(ConversationChanged{conv})
	return true
}

// loadChoices reads what was chosen.
func (c *Client) loadChoices() error {
	s := c.store.Load()
	all, err := s.Choices()
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.choices = all
	c.mu.Unlock()
	return c.applyChoices(s)
}

// applyChoices makes the store count as was chosen, and runs again when the next silence ends.
func (c *Client) applyChoices(s *store.Store) error {
	muted, marked := map[ConversationID]bool{}, map[ConversationID]bool{}
	for id, v := range c.choices {
		if c.isMuted(id) {
			muted[id] = true
		}
		if v.Unread {
			marked[id] = true
		}
	}
	c.awaitSound()
	return s.SetUncounted(muted, marked)
}

func (c *Client) countAsChosen(s *store.Store) error {
	err := c.applyChoices(s)
	if err == nil {
		c.recount()
	}
	return err
}

// isMuted reports whether a conversation is muted now. The writer runs it, or c.mu is held.
func (c *Client) isMuted(id ConversationID) bool { return c.choices[id].MutedUntil.After(c.cfg.Now()) }

// isQuiet reports whether a message does not notify.
func (c *Client) isQuiet(id ConversationID, mentionsMe bool) bool {
	return c.isMuted(id) && !(mentionsMe && c.choices[id].Mentions)
}

// awaitSound sets the timer to the end of the next silence.
func (c *Client) awaitSound() {
	var next time.Time
	for id, v := range c.choices {
		if c.isMuted(id) && v.MutedUntil.Before(Forever()) && (next.IsZero() || v.MutedUntil.Before(next)) {
			next = v.MutedUntil
		}
	}
	if c.unmute != nil {
		c.unmute.Stop()
		c.unmute = nil
	}
	if next.IsZero() {
		return
	}
	c.unmute = time.AfterFunc(next.Sub(c.cfg.Now()), func() { c.post(func() { c.soundReturns(next) }) })
}

// soundReturns is called when a silence ends.
func (c *Client) soundReturns(at time.Time) {
	switch s := c.store.Load(); {
	case c.closed.Load():
		return
	case s == nil:
		c.count(c.unreadLocked())
		c.awaitSound()
	default:
		for id, v := range c.choices {
			if v.MutedUntil.Equal(at) {
				c.publish(ConversationChanged{id})
			}
		}
		c.failed("count what is not muted any more", c.countAsChosen(s))
	}
}

// unreadLocked is what a locked client counts, without what is muted.
func (c *Client) unreadLocked() int {
	n := c.counter.unread()
	for id := range c.choices {
		if c.isMuted(id) {
			n -= c.counter.unreadOf(id)
		}
	}
	return n
}

// SetPinned pins a message above its conversation, or unpins it. [ErrNoMessage]: it is not here, or was withdrawn. [ErrManyPinned].
func (c *Client) SetPinned(id ConversationID, message MessageID, on bool) error {
	return c.about(id, message, func(s *store.Store, m *store.Message) error {
		if _, gone := m.Content.(Retracted); gone && on {
			return ErrNoMessage
		}
		full, err := s.Pin(m, on)
		switch {
		case err != nil:
			return err
		case full:
			return ErrManyPinned
		}
		c.publish(PinsChanged{m.Conv})
		return nil
	})
}

// Pinned gives the pinned messages of a conversation, the newest first.
func (c *Client) Pinned(id ConversationID) ([]Message, error) {
	conv, err := c.canonical(id)
	if err != nil {
		return nil, err
	}
	s, err := c.open()
	if err != nil {
		return nil, err
	}
	pinned, err := s.Pinned(conv)
	if err != nil {
		return nil, c.readFailed(err)
	}
	list := make([]Message, len(pinned))
	c.mu.RLock()
	defer c.mu.RUnlock()
	for i := range pinned {
		list[i] = c.message(&pinned[i])
	}
	return list, nil
}
