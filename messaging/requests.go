package messaging

import (
	"slices"

	"discussions/messaging/xmpp"
)

// mostRequests bounds the requests that wait for an answer: strangers can send any number. The server sends the others
// again later.
const mostRequests = 100

// ContactRequest is a person's request to be a contact (RFC 6121 section 3.1). It waits for the user's answer; the server keeps it
// until then, and sends it in each new session.
type ContactRequest struct {
	From ConversationID
	Name string // as it is known here, else as they call themselves (XEP-0172), else made from the address
	Text string // what they wrote with it, "" for nothing
}

// ContactRequests lists the requests that wait for an answer, in the order in which they came. It is empty while locked.
func (c *Client) ContactRequests() []ContactRequest {
	if c.store.Load() == nil {
		return nil
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	list := slices.Clone(c.requests)
	for i, r := range list {
		if name := c.people.named(string(r.From)); name != "" || r.Name == "" {
			list[i].Name = c.people.name(string(r.From))
		} else {
			list[i].Name = c.people.marked(string(r.From), r.Name)
		}
	}
	return list
}

// AnswerContactRequest accepts a request, and asks the same of the other person, or declines it. Errors: [ErrLocked],
// [ErrNoConversation] where nobody of that address asks, [ErrOffline]; the request waits on after these.
func (c *Client) AnswerContactRequest(id ConversationID, accept bool) (err error) {
	conv, err := c.canonical(id)
	if err != nil {
		return err
	}
	if !c.do(func() { err = c.answerRequest(conv, accept) }) {
		return ErrClosed
	}
	return err
}

func (c *Client) answerRequest(id ConversationID, accept bool) error {
	if c.store.Load() == nil {
		return ErrLocked
	}
	if c.requestOf(id) < 0 {
		return ErrNoConversation
	}
	answers := []string{"unsubscribed"}
	if accept {
		// In this order: if the connection is lost between the two, the server sends the request again.
		answers = []string{"subscribe", "subscribed"}
	}
	for _, kind := range answers {
		if err := c.wire.SendPresence(xmpp.Presence{To: address(id), Type: kind}); err != nil {
			return ErrOffline
		}
	}
	c.forgetRequests(id)
	return nil
}

// asked takes a request of a person.
func (c *Client) asked(p xmpp.Presence) {
	r := ContactRequest{From: conversationID(p.From), Name: p.Nick, Text: p.Status}
	if r.From == conversationID(c.own) {
		c.ignore(ignoredSelf, 1)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch i := c.requestOf(r.From); {
	case i >= 0:
		c.requests[i] = r
	case len(c.requests) < mostRequests:
		c.requests = append(c.requests, r)
	default:
		c.ignore(ignoredRequest, 1)
		return
	}
	c.publish(ContactRequestsChanged{})
}

// forgetRequests removes requests that were answered here or elsewhere, or withdrawn.
func (c *Client) forgetRequests(answered ...ConversationID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := slices.DeleteFunc(slices.Clone(c.requests), func(r ContactRequest) bool { return slices.Contains(answered, r.From) })
	if len(left) == len(c.requests) {
		return
	}
	c.requests = left
	c.publish(ContactRequestsChanged{})
}

// requestOf finds a person's request; -1 where there is none.
func (c *Client) requestOf(id ConversationID) int {
	return slices.IndexFunc(c.requests, func(r ContactRequest) bool { return r.From == id })
}
