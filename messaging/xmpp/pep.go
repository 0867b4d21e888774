package xmpp

import (
	"context"
	"encoding/xml"
	"errors"
	"slices"

	"mellium.im/xmpp/jid"
)

// XEP-0163: what an account publishes for its own devices, and the parts of XEP-0060 that this needs.

const nsPubSub = "http://jabber.org/protocol/pubsub"

type pubsubElement struct {
	XMLName xml.Name       `xml:"http://jabber.org/protocol/pubsub pubsub"`
	Items   *pubsubItems   `xml:"items"`
	Publish *pubsubItems   `xml:"publish"`
	Options *pubsubOptions `xml:"publish-options"`
}

type pubsubItems struct {
	Node  string       `xml:"node,attr"`
	Items []pubsubItem `xml:"item"`
}

type pubsubItem struct {
	ID         string      `xml:"id,attr,omitempty"`
	Conference *conference `xml:"urn:xmpp:bookmarks:1 conference"`
}

type pubsubOptions struct {
	Form dataForm
}

// pubsubOwner changes what a node is.
type pubsubOwner struct {
	XMLName   xml.Name `xml:"http://jabber.org/protocol/pubsub#owner pubsub"`
	Configure struct {
		Node string `xml:"node,attr"`
		Form dataForm
	} `xml:"configure"`
}

// publish adds or replaces an item of a private node of the account that keeps all of its items.
//
// A node keeps one item unless it is told otherwise, and max_items=max is how. Who does not offer that keeps many without being told, and
// may refuse the option (ejabberd 23.01).
func (c *Client) publish(ctx context.Context, node string, item pubsubItem) error {
	info, err := c.Info(ctx, c.own)
	if err != nil {
		return err
	}
	options := []formField{field("pubsub#persist_items", "true"), field("pubsub#access_model", "whitelist")}
	if slices.Contains(info.Features, nsPubSub+"#config-node-max") {
		options = append(options, field("pubsub#max_items", "max"), field("pubsub#send_last_published_item", "never"))
	}
	request := pubsubElement{
		Publish: &pubsubItems{Node: node, Items: []pubsubItem{item}},
		Options: &pubsubOptions{Form: submit(nsPubSub+"#publish-options", options...)},
	}
	_, err = c.request(ctx, jid.JID{}, "set", request)
	var refused *StanzaError
	if !errors.As(err, &refused) || refused.Condition != "conflict" {
		return err
	}
	// Another program has made the node, with other options (XEP-0060 §7.1.5).
	var owner pubsubOwner
	owner.Configure.Node, owner.Configure.Form = node, submit(nsPubSub+"#node_config", options...)
	if _, err := c.request(ctx, jid.JID{}, "set", owner); err != nil {
		return err
	}
	_, err = c.request(ctx, jid.JID{}, "set", request)
	return err
}
