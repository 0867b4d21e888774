package xmpp

import (
	"context"
	"errors"
	"fmt"

	"mellium.im/xmpp/jid"
)

// XEP-0402: PEP Native Bookmarks.

const nsBookmarks = "urn:xmpp:bookmarks:1"

// Bookmark is a room that the account remembers; with Autojoin it wants to be in it.
type Bookmark struct {
	JID        jid.JID
	Name, Nick string
	Autojoin   bool
}

type conference struct {
	Name     string `xml:"name,attr,omitempty"`
	Autojoin string `xml:"autojoin,attr,omitempty"`
	Nick     string `xml:"nick,omitempty"`
}

// Bookmarks asks for all bookmarks. An account without bookmarks gets an empty list and no error.
func (c *Client) Bookmarks(ctx context.Context) ([]Bookmark, error) {
	iq, err := c.request(ctx, jid.JID{}, "get", pubsubElement{Items: &pubsubItems{Node: nsBookmarks}})
	if errors.Is(err, ErrItemNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("bookmarks: %w", err)
	}
	if iq.PubSub == nil || iq.PubSub.Items == nil || iq.PubSub.Items.Node != nsBookmarks {
		return nil, nil
	}
	var marks []Bookmark
	for _, item := range iq.PubSub.Items.Items {
		room, err := ParseJID(item.ID)
		if err != nil || item.Conference == nil {
			continue
		}
		auto := item.Conference.Autojoin
		marks = append(marks, Bookmark{
			JID: room, Name: item.Conference.Name, Nick: item.Conference.Nick, Autojoin: auto == "true" || auto == "1",
		})
	}
	return marks, nil
}

// SetBookmark adds or replaces the bookmark of a room.
func (c *Client) SetBookmark(ctx context.Context, b Bookmark) error {
	conference := &conference{Name: b.Name, Nick: b.Nick}
	if b.Autojoin {
		conference.Autojoin = "true"
	}
	if err := c.publish(ctx, nsBookmarks, pubsubItem{ID: b.JID.Bare().String(), Conference: conference}); err != nil {
		return fmt.Errorf("set bookmark: %w", err)
	}
	return nil
}

// RemoveBookmark forgets a room. It is no error if there is no bookmark of it.
func (c *Client) RemoveBookmark(ctx context.Context, room jid.JID) error {
	_, err := c.request(ctx, jid.JID{}, "set", pubsubElement{Retract: &pubsubItems{Node: nsBookmarks, Notify: "true", Items: []pubsubItem{{ID: room.Bare().String()}}}})
	if err != nil && !errors.Is(err, ErrItemNotFound) {
		return fmt.Errorf("remove bookmark: %w", err)
	}
	return nil
}
