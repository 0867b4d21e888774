package xmpp

import (
	"context"
	"encoding/xml"
	"fmt"

	"mellium.im/xmpp/jid"
)

// XEP-0054: vcard-temp.

// VCard is what this program reads of a vCard.
type VCard struct{ FullName, Title, Role, Org string }

type vcardElement struct {
	XMLName  xml.Name `xml:"vcard-temp vCard"`
	FullName string   `xml:"FN,omitempty"`
	Title    string   `xml:"TITLE,omitempty"`
	Role     string   `xml:"ROLE,omitempty"`
	Org      string   `xml:"ORG>ORGNAME,omitempty"`
}

// VCard asks for somebody's vCard; zero: the own one. None gives ErrItemNotFound or an empty one, as the server likes. One that is too
// long (more than 4 MiB) or not decodable is a *GuardError: there is no use in asking again.
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
