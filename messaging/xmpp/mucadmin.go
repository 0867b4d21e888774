package xmpp

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"

	"mellium.im/xmpp/jid"
)

// XEP-0045: Multi-User Chat, §9 and §10: requests of members, admins and owners.

// Affiliate is an entry of a room's list of owners, admins or members.
type Affiliate struct {
	JID         jid.JID // bare
	Affiliation string  // owner, admin, member
	Nick        string  // reserved nickname, if known
}

type roomAdmin struct {
	XMLName xml.Name   `xml:"http://jabber.org/protocol/muc#admin query"`
	Items   []roomItem `xml:"item"`
}

// Affiliations requests a room's owners, admins and members. A room may withhold some of these lists; it is an error only if it withholds
// all.
func (c *Client) Affiliations(ctx context.Context, where jid.JID) ([]Affiliate, error) {
	var all []Affiliate
	var refused *StanzaError
	given := false
	for _, affiliation := range []string{"owner", "admin", "member"} {
		iq, err := c.requestLong(ctx, where.Bare(), "get", roomAdmin{Items: []roomItem{{Affiliation: affiliation}}}, maxAnswer)
		if errors.As(err, &refused) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("affiliations: %w", err)
		}
		given = true
		if iq.RoomAdmin == nil {
			continue
		}
		for _, item := range iq.RoomAdmin.Items {
			if who := parseJID(item.JID); !isZero(who) {
				all = append(all, Affiliate{JID: who.Bare(), Affiliation: affiliation, Nick: item.Nick})
			}
		}
	}
	if !given {
		return nil, fmt.Errorf("affiliations: %w", refused)
	}
	return all, nil
}

type destroyElement struct {
	XMLName xml.Name `xml:"http://jabber.org/protocol/muc#owner query"`
	Destroy empty    `xml:"destroy"`
}
