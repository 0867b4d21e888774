package xmpp

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mellium.im/xmpp/jid"
)

// XEP-0402: PEP Native Bookmarks; XEP-0048: Bookmarks.

const (
	nsBookmarks    = "urn:xmpp:bookmarks:1"
	nsOldBookmarks = "storage:bookmarks"
)

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

func (e *conference) bookmark(room jid.JID) Bookmark {
	return Bookmark{JID: room.Bare(), Name: e.Name, Nick: e.Nick, Autojoin: e.Autojoin == "true" || e.Autojoin == "1"}
}

// oldBookmarks are those of XEP-0048, all in one item. Only older programs write them: where the server does not convert them they are read,
// and never written, as a program that does not know them all would lose some.
type oldBookmarks struct {
	XMLName     xml.Name `xml:"storage:bookmarks storage"`
	Conferences []struct {
		JID string `xml:"jid,attr"`
		conference
	} `xml:"conference"`
}

// Bookmarks asks for all bookmarks, those of older programs too. An account without bookmarks gets an empty list and no error.
func (c *Client) Bookmarks(ctx context.Context) ([]Bookmark, error) {
	marks, err := c.newBookmarks(ctx)
	if err != nil {
		return nil, fmt.Errorf("bookmarks: %w", err)
	}
	old, err := c.oldBookmarks(ctx)
	if err != nil {
		return nil, fmt.Errorf("bookmarks of older programs: %w", err)
	}
	for _, b := range old {
		if !hasBookmark(marks, b.JID) {
			marks = append(marks, b)
		}
	}
	return marks, nil
}

func hasBookmark(marks []Bookmark, room jid.JID) bool {
	return slices.ContainsFunc(marks, func(b Bookmark) bool { return b.JID.Equal(room.Bare()) })
}

func (c *Client) newBookmarks(ctx context.Context) (marks []Bookmark, err error) {
	items, err := c.itemsOf(ctx, nsBookmarks)
	for _, item := range items {
		if room, err := ParseJID(item.ID); err == nil && item.Conference != nil {
			marks = append(marks, item.Conference.bookmark(room))
		} else {
			c.refuse(RuleEntry, "bookmark")
		}
	}
	return marks, err
}

// oldBookmarks asks for the bookmarks of older programs, where the server does not keep both kinds alike (XEP-0402 §6).
func (c *Client) oldBookmarks(ctx context.Context) (marks []Bookmark, err error) {
	info, err := c.accountInfo(ctx)
	if err != nil || slices.ContainsFunc(info.Features, func(f string) bool { return strings.HasPrefix(f, nsBookmarks+"#compat") }) {
		return nil, err
	}
	items, err := c.itemsOf(ctx, nsOldBookmarks)
	var refused *StanzaError
	if errors.As(err, &refused) && refused.Type != "wait" { // it does not keep such
		return nil, nil
	}
	for _, item := range items {
		if item.Old == nil {
			continue
		}
		for _, v := range item.Old.Conferences {
			if room, err := ParseJID(v.JID); err != nil {
				c.refuse(RuleEntry, "bookmark")
			} else if !hasBookmark(marks, room) {
				marks = append(marks, v.bookmark(room))
			}
		}
	}
	return marks, err
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

// RemoveBookmark forgets a room. It is no error if there is no bookmark of it. One of an older program stays; the account then remembers that
// it does not want to be in that room.
func (c *Client) RemoveBookmark(ctx context.Context, room jid.JID) error {
	old, err := c.oldBookmarks(ctx)
	if err != nil {
		return fmt.Errorf("bookmarks of older programs: %w", err)
	}
	if hasBookmark(old, room) {
		return c.SetBookmark(ctx, Bookmark{JID: room})
	}
	_, err = c.request(ctx, jid.JID{}, "set", pubsubElement{Retract: &pubsubItems{Node: nsBookmarks, Notify: "true", Items: []pubsubItem{{ID: room.Bare().String()}}}})
	if err != nil && !errors.Is(err, ErrItemNotFound) {
		return fmt.Errorf("remove bookmark: %w", err)
	}
	return nil
}
