package xmpp

import (
	"context"
	"encoding/xml"

	"mellium.im/xmpp/jid"
)

// XEP-0030: Service Discovery.

// Info describes an entity and its features.
type Info struct {
	Identities []Identity
	Features   []string // namespaces
}

// Identity is one role of an entity, such as {"conference", "text", "Équipe de nuit"} for a room.
type Identity struct{ Category, Type, Name string }

type discoInfo struct {
	XMLName    xml.Name        `xml:"http://jabber.org/protocol/disco#info query"`
	Node       string          `xml:"node,attr,omitempty"`
	Identities []discoIdentity `xml:"identity"`
	Features   []discoFeature  `xml:"feature"`
}

type discoIdentity struct {
	Category string `xml:"category,attr"`
	Type     string `xml:"type,attr"`
	Name     string `xml:"name,attr,omitempty"`
}

type discoFeature struct {
	Var string `xml:"var,attr"`
}

// Info asks an entity, such as a room, what it is.
func (c *Client) Info(ctx context.Context, who jid.JID) (Info, error) {
	iq, err := c.request(ctx, who, "get", discoInfo{})
	if err != nil {
		return Info{}, err
	}
	var info Info
	if iq.Info == nil {
		return info, nil
	}
	for _, i := range iq.Info.Identities {
		info.Identities = append(info.Identities, Identity(i))
	}
	for _, f := range iq.Info.Features {
		info.Features = append(info.Features, f.Var)
	}
	return info, nil
}

// ownInfo describes this program.
func ownInfo(node string) discoInfo {
	info := discoInfo{Node: node, Identities: []discoIdentity{{Category: "client", Type: "pc", Name: "Discussions"}}}
	for _, e := range Extensions() {
		if !e.Announced {
			continue
		}
		for _, namespace := range e.Namespaces {
			info.Features = append(info.Features, discoFeature{Var: namespace})
		}
	}
	for _, node := range []string{nsBookmarks, nsDisplayed} { // whose news are wanted (XEP-0163 §6.1)
		info.Features = append(info.Features, discoFeature{Var: node + "+notify"})
	}
	return info
}
