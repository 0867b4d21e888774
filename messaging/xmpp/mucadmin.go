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
	Affiliation string  // owner, admin, member; none or outcast of somebody who is no member any more
	Nick        string  // reserved nickname, if known
	Actor       Actor   // who has changed it, if told
}

// Actor is who has done something in a room, as far as the room tells.
type Actor struct {
	JID  jid.JID
	Nick string
}

type roomAdmin struct {
	XMLName xml.Name   `xml:"http://jabber.org/protocol/muc#admin query"`
	Items   []roomItem `xml:"item"`
}

// Affiliations requests a room's owners, admins and members. A room may withhold some of these lists, then whole is false; it is an error
// only if it withholds all.
func (c *Client) Affiliations(ctx context.Context, where jid.JID) (all []Affiliate, whole bool, err error) {
	var refused *StanzaError
	given := 0
	affiliations := []string{"owner", "admin", "member"}
	for _, affiliation := range affiliations {
		iq, err := c.requestLong(ctx, where.Bare(), "get", roomAdmin{Items: []roomItem{{Affiliation: affiliation}}}, maxAnswer)
		if errors.As(err, &refused) {
			continue
		}
		if err != nil {
			return nil, false, fmt.Errorf("affiliations: %w", err)
		}
		if iq.RoomAdmin == nil { // not taken for a list without anybody in it
			continue
		}
		given++
		for _, item := range iq.RoomAdmin.Items {
			if who := parseJID(item.JID); !isZero(who) {
				all = append(all, Affiliate{JID: who.Bare(), Affiliation: affiliation, Nick: item.Nick})
			} else {
				c.refuse(RuleEntry, "member")
			}
		}
	}
	switch {
	case given > 0:
	case refused != nil:
		return nil, false, fmt.Errorf("affiliations: %w", refused)
	default:
		return nil, false, fmt.Errorf("affiliations: %w", errNoContent)
	}
	return all, given == len(affiliations), nil
}

// SetAffiliation makes somebody an owner, admin or member of a room, or none of these, which throws them out of a room that only members
// may enter. The room decides who is allowed to (§5.2.2); a refusal is a *StanzaError: forbidden, not-allowed, conflict (the last
// owner).
func (c *Client) SetAffiliation(ctx context.Context, where, who jid.JID, affiliation string) error {
	_, err := c.request(ctx, where.Bare(), "set", roomAdmin{Items: []roomItem{{JID: who.Bare().String(), Affiliation: affiliation}}})
	if err != nil {
		return fmt.Errorf("change who belongs to a room: %w", err)
	}
	return nil
}
