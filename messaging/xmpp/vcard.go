package xmpp

import (
	"context"
	"encoding/xml"
	"fmt"

	"mellium.im/xmpp/jid"
)

// XEP-0054: vcard-temp.

// VCard holds the fields that this program uses.
type VCard struct{ FullName, Title, Role, Org string }

type vcardElement struct {
	XMLName  xml.Name `xml:"vcard-temp vCard"`
	FullName string   `xml:"FN,omitempty"`
	Title    string   `xml:"TITLE,omitempty"`
	Role     string   `xml:"ROLE,omitempty"`
	Org      string   `xml:"ORG>ORGNAME,omitempty"`
}

// VCard requests somebody's vCard; zero: the own one. If there is none, the server returns ErrItemNotFound or an empty card. A card that is
// too long (more than 4 MiB) or not decodable is a *GuardError; requesting it again gives the same.
func (c *Client) VCard(ctx context.Context, who jid.JID) (VCard, error) {
	iq, err := c.requestLong(ctx, who, "get", vcardElement{}, maxCard)
	if err != nil {
		return VCard{}, fmt.Errorf("vcard: %w", err)
	}
	if iq.VCard == nil {
		return VCard{}, nil
	}
	v := iq.VCard
	return VCard{FullName: v.FullName, Title: v.Title, Role: v.Role, Org: v.Org}, nil
}
