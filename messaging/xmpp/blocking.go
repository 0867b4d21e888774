package xmpp

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"

	"mellium.im/xmpp/jid"
)

// XEP-0191: Blocking Command. What a blocked person sends is dropped by the account's server.

const nsBlocking = "urn:xmpp:blocking"

type blockListElement struct {
	XMLName xml.Name      `xml:"urn:xmpp:blocking blocklist"`
	Items   []blockedItem `xml:"item"`
}

type blockElement struct {
	XMLName xml.Name      `xml:"urn:xmpp:blocking block"`
	Items   []blockedItem `xml:"item"`
}

type unblockElement struct {
	XMLName xml.Name      `xml:"urn:xmpp:blocking unblock"`
	Items   []blockedItem `xml:"item"`
}

type blockedItem struct {
	JID string `xml:"jid,attr"`
}

// BlockListChanged means that people are blocked, or no longer: by this device or another one of the account. Servers tell it to devices
// that have asked for [Client.BlockList].
type BlockListChanged struct {
	JIDs    []jid.JID // none: all
	Blocked bool
}

func (BlockListChanged) event() {}

// BlockList requests who is blocked. Errors: [ErrNotOffered].
func (c *Client) BlockList(ctx context.Context) ([]jid.JID, error) {
	iq, err := c.requestLong(ctx, jid.JID{}, "get", blockListElement{}, maxAnswer)
	if err != nil {
		return nil, blocking(err)
	}
	if iq.BlockList == nil {
		return nil, fmt.Errorf("blocking: %w", errNoContent)
	}
	return c.blockedJIDs(iq.BlockList.Items), nil
}

// SetBlocked blocks somebody, or no longer. Errors: [ErrNotOffered].
func (c *Client) SetBlocked(ctx context.Context, who jid.JID, on bool) error {
	items := []blockedItem{{who.Bare().String()}}
	var payload any = unblockElement{Items: items}
	if on {
		payload = blockElement{Items: items}
	}
	if _, err := c.request(ctx, jid.JID{}, "set", payload); err != nil {
		return blocking(err)
	}
	return nil
}

// blocking is an error of a request; a server that does not know it says so.
func blocking(err error) error {
	var refused *StanzaError
	if errors.As(err, &refused) && (refused.Condition == "service-unavailable" || refused.Condition == "feature-not-implemented") {
		return fmt.Errorf("blocking: %w", ErrNotOffered)
	}
	return fmt.Errorf("blocking: %w", err)
}

func (c *Client) blockedJIDs(items []blockedItem) (list []jid.JID) {
	for _, i := range items {
		if j, err := ParseJID(i.JID); err == nil {
			list = append(list, j)
		} else {
			c.refuse(RuleEntry, "blocked person")
		}
	}
	return list
}
