package xmpp

import (
	"context"
	"encoding/xml"
	"errors"

	"mellium.im/xmpp/jid"
)

// XEP-0030: Service Discovery.

// Info describes an entity and its features.
type Info struct {
	Identities []Identity
	Features   []string // namespaces
	Forms      []Form   // XEP-0128
}

// form returns a field of the extended information of a type, "" if there is none.
func (i *Info) form(formType, name string) string {
	for _, f := range i.Forms {
		if f["FORM_TYPE"] == formType {
			return f[name]
		}
	}
	return ""
}

// Identity is one role of an entity, such as {"conference", "text", "Équipe de nuit"} for a room.
type Identity struct{ Category, Type, Name string }

type discoInfo struct {
	XMLName    xml.Name        `xml:"http://jabber.org/protocol/disco#info query"`
	Node       string          `xml:"node,attr,omitempty"`
	Identities []discoIdentity `xml:"identity"`
	Features   []discoFeature  `xml:"feature"`
	Forms      []dataForm      `xml:"jabber:x:data x"`
}

// maxItems is how many services are read from one answer, and maxServices how many are asked what they are.
const (
	maxItems    = 200
	maxServices = 32
)

type discoItems struct {
	XMLName xml.Name `xml:"http://jabber.org/protocol/disco#items query"`
	Items   []struct {
		JID string `xml:"jid,attr"`
	} `xml:"item"`
}

// items asks an entity, such as a server, which others belong to it.
func (c *Client) items(ctx context.Context, who jid.JID) (list []jid.JID, err error) {
	iq, err := c.request(ctx, who, "get", discoItems{})
	if err != nil {
		return nil, err
	}
	if iq.Items == nil {
		return nil, errNoContent
	}
	for _, i := range atMost(maxItems, iq.Items.Items) {
		if j := parseJID(i.JID); !isZero(j) {
			list = append(list, j)
		}
	}
	c.refuseSome(RuleEntry, "service", len(iq.Items.Items)-len(list))
	return list, nil
}

// findService asks the services of the account's server, and the server itself, what they are, until wanted takes one. A service that answers
// with an error is passed over; one that does not answer, or not sensibly, is an error only if no other one is wanted.
func (c *Client) findService(ctx context.Context, wanted func(who jid.JID, info Info) (bool, error)) (found bool, err error) {
	domain := c.own.Domain()
	services, err := c.items(ctx, domain)
	if err != nil {
		return false, err
	}
	var refused *StanzaError
	var failed error
	for _, who := range append(atMost(maxServices, services), domain) {
		info, err := c.Info(ctx, who)
		if err == nil {
			found, err = wanted(who, info)
		}
		switch {
		case found, errors.Is(err, ErrNotConnected), ctx.Err() != nil:
			return found, err
		case err != nil && !errors.As(err, &refused):
			failed = err
		}
	}
	return false, failed
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
		return info, errNoContent
	}
	for _, i := range iq.Info.Identities {
		info.Identities = append(info.Identities, Identity(i))
	}
	for _, f := range iq.Info.Features {
		info.Features = append(info.Features, f.Var)
	}
	for i := range iq.Info.Forms {
		info.Forms = append(info.Forms, iq.Info.Forms[i].decode())
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
	for _, node := range []string{nsBookmarks, nsOldBookmarks, nsDisplayed, nsUnread, nsStatus} { // whose news are wanted (XEP-0163 §6.1)
		info.Features = append(info.Features, discoFeature{Var: node + "+notify"})
	}
	return info
}
