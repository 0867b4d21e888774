package xmpp

import (
	"context"
	"encoding/xml"
	"fmt"

	"mellium.im/xmpp/jid"
)

// The roster (RFC 6121 §2).

// RosterItem is a contact.
type RosterItem struct {
	JID          jid.JID
	Name         string
	Subscription string // none, to, from, both; remove in a push
	Ask          string // "subscribe" while a subscription request is pending
	Groups       []string
}

type rosterQuery struct {
	XMLName xml.Name     `xml:"jabber:iq:roster query"`
	Items   []rosterItem `xml:"item"`
}

type rosterItem struct {
	JID          string   `xml:"jid,attr"`
	Name         string   `xml:"name,attr"`
	Subscription string   `xml:"subscription,attr"`
	Ask          string   `xml:"ask,attr"`
	Groups       []string `xml:"group"`
}

// Roster requests all contacts. A roster of more than 16 MiB (about 100,000 contacts) is a *GuardError.
func (c *Client) Roster(ctx context.Context) ([]RosterItem, error) {
	iq, err := c.requestLong(ctx, jid.JID{}, "get", rosterQuery{}, maxAnswer)
	if err != nil {
		return nil, fmt.Errorf("roster: %w", err)
	}
	if iq.Roster == nil { // not taken for a roster without anybody in it
		return nil, fmt.Errorf("roster: %w", errNoContent)
	}
	return c.contacts(iq.Roster), nil
}

func (c *Client) contacts(q *rosterQuery) []RosterItem {
	items := make([]RosterItem, 0, len(q.Items))
	for _, i := range q.Items {
		contact, err := ParseJID(i.JID)
		if err != nil {
			c.refuse(RuleEntry, "contact")
			continue
		}
		items = append(items, RosterItem{JID: contact, Name: i.Name, Subscription: i.Subscription, Ask: i.Ask, Groups: i.Groups})
	}
	return items
}
