package xmpp

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"mellium.im/xmpp/jid"
)

// XEP-0490: Message Displayed Synchronization. The account's devices tell each other up to which message each conversation was seen.

const nsDisplayed = "urn:xmpp:mds:displayed:0"

// ErrNotOffered means that the server lacks an extension that the request needs.
var ErrNotOffered = errors.New("not offered by the server")

// ReadMark says that the account has seen a conversation up to a message.
type ReadMark struct {
	Conversation jid.JID // bare: a person or a room
	StanzaID     string  // of the message, in the room's archive or in the account's
	Room         bool    // it is the id of the room's archive
}

type displayedElement struct {
	StanzaID stanzaIDElement `xml:"urn:xmpp:sid:0 stanza-id"`
}

// readMark decodes an item. ok is false if it is not a valid one.
func (c *Client) readMark(item *pubsubItem) (m ReadMark, ok bool) {
	conversation, err := ParseJID(item.ID)
	if err != nil || item.Displayed == nil || item.Displayed.StanzaID.ID == "" {
		return m, false
	}
	conversation = conversation.Bare()
	by := parseJID(item.Displayed.StanzaID.By)
	m = ReadMark{Conversation: conversation, StanzaID: item.Displayed.StanzaID.ID, Room: by.Equal(conversation) && !by.Equal(c.own)}
	return m, m.Room || by.Equal(c.own)
}

func (c *Client) readMarks(items []pubsubItem) (marks []ReadMark) {
	for i := range items {
		if m, ok := c.readMark(&items[i]); ok {
			marks = append(marks, m)
		} else {
			c.refuse(RuleEntry, "read mark")
		}
	}
	return marks
}

// ReadMarks asks for the marks of all conversations. Errors: [ErrNotOffered], if the server cannot keep them.
func (c *Client) ReadMarks(ctx context.Context) ([]ReadMark, error) {
	items, err := c.privateItems(ctx, nsDisplayed)
	if err != nil {
		return nil, fmt.Errorf("read marks: %w", err)
	}
	return c.readMarks(items), nil
}

// keepsPrivately reports whether an account keeps what its devices publish for one another (XEP-0490 §5).
func keepsPrivately(info Info) bool {
	return slices.ContainsFunc(info.Identities, func(i Identity) bool { return i.Category == "pubsub" && i.Type == "pep" }) &&
		slices.Contains(info.Features, nsPubSub+"#publish-options")
}

// SetReadMark tells the account's other devices, those that are not connected as well.
func (c *Client) SetReadMark(ctx context.Context, m ReadMark) error {
	by := c.own
	if m.Room {
		by = m.Conversation
	}
	item := pubsubItem{ID: m.Conversation.String(), Displayed: &displayedElement{stanzaIDElement{ID: m.StanzaID, By: by.String()}}}
	if err := c.publish(ctx, nsDisplayed, item); err != nil {
		return fmt.Errorf("set read mark: %w", err)
	}
	return nil
}
