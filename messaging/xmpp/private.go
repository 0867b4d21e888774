package xmpp

import (
	"context"
	"encoding/xml"
	"fmt"
	"time"

	"mellium.im/xmpp/jid"
)

// XEP-0223: Persistent Storage of Private Data via PubSub. It holds what no other extension synchronises between the account's devices:
// which conversations the user has marked as unread by hand, and until when their status holds. Other programs ignore these nodes.

const (
	nsUnread = "org.spico.discussions:unread:0"
	nsStatus = "org.spico.discussions:status:0"
)

// UnreadMark says whether the user has marked a conversation as unread by hand.
type UnreadMark struct {
	Conversation jid.JID // bare: a person or a room
	Unread       bool
}

// OwnStatus is what the account says of itself on all of its devices.
type OwnStatus struct {
	Show  string // as in [Presence]
	Text  string
	Until time.Time // then it ends; zero: it does not
}

// An item is the mark of one conversation. What is read again is told by an item too: not every server tells what is removed (ejabberd).
type unreadElement struct {
	XMLName xml.Name `xml:"org.spico.discussions:unread:0 unread"`
	Marked  string   `xml:"marked,attr"`
}

// The node has one item.
type statusElement struct {
	XMLName xml.Name `xml:"org.spico.discussions:status:0 status"`
	Show    string   `xml:"show,attr,omitempty"`
	Until   string   `xml:"until,attr,omitempty"`
	Text    string   `xml:",chardata"`
}

const statusItem = "current"

func (c *Client) unreadMarks(items []pubsubItem) (marks []UnreadMark) {
	for _, item := range items {
		if who, err := ParseJID(item.ID); err == nil && item.Unread != nil {
			marks = append(marks, UnreadMark{who.Bare(), item.Unread.Marked == "true"})
		} else {
			c.refuse(RuleEntry, "unread mark")
		}
	}
	return marks
}

// ownStatus decodes the node's item. nil: there is none.
func ownStatus(items []pubsubItem) *OwnStatus {
	for _, item := range items {
		if item.ID == statusItem && item.Status != nil {
			return &OwnStatus{Show: item.Status.Show, Text: item.Status.Text, Until: parseTime(item.Status.Until)}
		}
	}
	return nil
}

// privateItems asks for the items of a node that only the account's own devices read. Errors: [ErrNotOffered].
func (c *Client) privateItems(ctx context.Context, node string) ([]pubsubItem, error) {
	info, err := c.accountInfo(ctx)
	if err == nil && !keepsPrivately(info) {
		err = ErrNotOffered
	}
	if err != nil {
		return nil, err
	}
	return c.itemsOf(ctx, node)
}

// UnreadMarks asks for the marks of all conversations. Errors: [ErrNotOffered], if the server cannot keep them.
func (c *Client) UnreadMarks(ctx context.Context) ([]UnreadMark, error) {
	items, err := c.privateItems(ctx, nsUnread)
	if err != nil {
		return nil, fmt.Errorf("unread marks: %w", err)
	}
	return c.unreadMarks(items), nil
}

// SetUnreadMark tells the account's other devices, those that are not connected as well.
func (c *Client) SetUnreadMark(ctx context.Context, m UnreadMark) error {
	item := pubsubItem{ID: m.Conversation.String(), Unread: &unreadElement{Marked: fmt.Sprint(m.Unread)}}
	if err := c.publish(ctx, nsUnread, item); err != nil {
		return fmt.Errorf("set unread mark: %w", err)
	}
	return nil
}

// OwnStatus asks for the status of all devices; nil: none was set. Errors: [ErrNotOffered], if the server cannot keep it.
func (c *Client) OwnStatus(ctx context.Context) (*OwnStatus, error) {
	items, err := c.privateItems(ctx, nsStatus)
	if err != nil {
		return nil, fmt.Errorf("own status: %w", err)
	}
	return ownStatus(items), nil
}

// SetOwnStatus tells the account's other devices, those that are not connected as well. Contacts are told by [Client.SendPresence].
func (c *Client) SetOwnStatus(ctx context.Context, v OwnStatus) error {
	status := &statusElement{Show: v.Show, Text: v.Text}
	if !v.Until.IsZero() {
		status.Until = v.Until.UTC().Format(time.RFC3339Nano)
	}
	if err := c.publish(ctx, nsStatus, pubsubItem{ID: statusItem, Status: status}); err != nil {
		return fmt.Errorf("set own status: %w", err)
	}
	return nil
}
