package messagingtest

import (
	"slices"

	"discussions/messaging"
)

// ContactRequests implements the method of [messaging.Client].
func (c *Client) ContactRequests() (list []messaging.ContactRequest) {
	_ = c.opened(func() error {
		list = slices.Clone(c.requests)
		return nil
	})
	return list
}

// AnswerContactRequest implements the method of [messaging.Client].
func (c *Client) AnswerContactRequest(id messaging.ConversationID, accept bool) error {
	c.called("AnswerContactRequest(%s, %t)", id, accept)
	id, err := c.canonical(id)
	if err != nil {
		return err
	}
	return c.opened(func() error {
		i := c.requestOf(id)
		switch {
		case i < 0:
			return messaging.ErrNoConversation
		case c.connection.State != messaging.Online:
			return messaging.ErrOffline
		}
		c.requests = slices.Delete(slices.Clone(c.requests), i, i+1)
		if accept {
			c.answers = append(c.answers, "subscribe", "subscribed")
		} else {
			c.answers = append(c.answers, "unsubscribed")
		}
		c.publish(messaging.ContactRequestsChanged{})
		return nil
	})
}

// Ask is a person's request to be a contact.
func (c *Client) Ask(r messaging.ContactRequest) {
	_ = c.locked(func() error {
		if i := c.requestOf(r.From); i >= 0 {
			c.requests[i] = r
		} else {
			c.requests = append(c.requests, r)
		}
		c.publish(messaging.ContactRequestsChanged{})
		return nil
	})
}

func (c *Client) requestOf(id messaging.ConversationID) int {
	return slices.IndexFunc(c.requests, func(r messaging.ContactRequest) bool { return r.From == id })
}
