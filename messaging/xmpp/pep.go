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
	Retract *pubsubItems   `xml:"retract"`
}

type pubsubItems struct {
	Node   string       `xml:"node,attr"`
	Notify string       `xml:"notify,attr,omitempty"`
	Items  []pubsubItem `xml:"item"`
}

type pubsubItem struct {
	ID         string            `xml:"id,attr,omitempty"`
	Conference *conference       `xml:"urn:xmpp:bookmarks:1 conference"`
	Old        *oldBookmarks     `xml:"storage:bookmarks storage"`
	Displayed  *displayedElement `xml:"urn:xmpp:mds:displayed:0 displayed"`
	VCard      *vcard4Element    `xml:"urn:ietf:params:xml:ns:vcard-4.0 vcard"`
	Unread     *unreadElement    `xml:"org.spico.discussions:unread:0 unread"`
	Status     *statusElement    `xml:"org.spico.discussions:status:0 status"`
}

// newsElement tells that a node of an account has changed (XEP-0060 §7.1.2.1).
type newsElement struct {
	Items *pubsubItems `xml:"items"`
}

// of reports whether the news are of a node.
func (e *newsElement) of(node string) bool { return e != nil && e.Items != nil && e.Items.Node == node }

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

// accountInfo requests the features of the account's server, once in a session.
func (c *Client) accountInfo(ctx context.Context) (Info, error) {
	c.mu.Lock()
	stream, known := c.stream, c.account
	c.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	info, err := c.Info(ctx, c.own)
	if err != nil {
		return info, err
	}
	c.mu.Lock()
	if c.stream == stream {
		c.account = &info
	}
	c.mu.Unlock()
	return info, nil
}

// itemsOf asks for the items of a node of the account. A node that nobody has made has none.
func (c *Client) itemsOf(ctx context.Context, node string) ([]pubsubItem, error) {
	iq, err := c.request(ctx, jid.JID{}, "get", pubsubElement{Items: &pubsubItems{Node: node}})
	if errors.Is(err, ErrItemNotFound) {
		return nil, nil
	}
	switch {
	case err != nil:
		return nil, err
	case iq.PubSub == nil || iq.PubSub.Items != nil && iq.PubSub.Items.Node != node:
		return nil, errNoContent
	case iq.PubSub.Items == nil:
		return nil, nil
	}
	return iq.PubSub.Items.Items, nil
}

// publish adds or replaces an item of a private node of the account that keeps all of its items.
//
// A node keeps one item unless it is told otherwise, and max_items=max is how. A server without that may refuse the option: see widen.
func (c *Client) publish(ctx context.Context, node string, item pubsubItem) error {
	info, err := c.accountInfo(ctx)
	if err != nil {
		return err
	}
	options := []formField{field("pubsub#persist_items", "true"), field("pubsub#access_model", "whitelist")}
	if slices.Contains(info.Features, nsPubSub+"#config-node-max") {
		options = append(options, field("pubsub#max_items", "max"), field("pubsub#send_last_published_item", "never"))
	}
	if err := c.widen(ctx, node, info); err != nil && !errors.Is(err, ErrItemNotFound) {
		return err
	}
	request := pubsubElement{
		Publish: &pubsubItems{Node: node, Items: []pubsubItem{item}},
		Options: &pubsubOptions{Form: submit(nsPubSub+"#publish-options", options...)},
	}
	_, err = c.request(ctx, jid.JID{}, "set", request)
	if err == nil {
		err = c.widen(ctx, node, info) // it may be new
	}
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

// manyItems is the number of items for a node whose server does not know max_items=max.
const manyItems = "1000"

// widen makes a node keep many items, on servers that ignore this option when publishing: otherwise each item would replace the
// one before (ejabberd 23.01, unless its configuration says otherwise).
func (c *Client) widen(ctx context.Context, node string, info Info) error {
	c.mu.Lock()
	wide := c.wide[node]
	c.mu.Unlock()
	if wide || slices.Contains(info.Features, nsPubSub+"#config-node-max") {
		return nil
	}
	var owner pubsubOwner
	owner.Configure.Node, owner.Configure.Form = node, submit(nsPubSub+"#node_config", field("pubsub#max_items", manyItems))
	_, err := c.request(ctx, jid.JID{}, "set", owner)
	var refused *StanzaError
	if errors.As(err, &refused) && !errors.Is(err, ErrItemNotFound) { // it stays as it is
		c.log.Warn("the server does not let a node keep many items", "node", node, "error", err)
		err = nil
	}
	if err == nil {
		c.mu.Lock()
		if c.wide != nil {
			c.wide[node] = true
		}
		c.mu.Unlock()
	}
	return err
}
