package xmpp

import (
	"context"
	"encoding/xml"
	"fmt"

	"mellium.im/xmpp/jid"
)

// Resource binding (RFC 6120 §7).

type bindElement struct {
	XMLName  xml.Name `xml:"urn:ietf:params:xml:ns:xmpp-bind bind"`
	Resource string   `xml:"resource,omitempty"`
	JID      string   `xml:"jid,omitempty"`
}

// bind asks for a resource. If another session holds it and keeps it, the server chooses one. No stanza comes before bind is done.
func (c *conn) bind(ctx context.Context, own jid.JID, resource string) (jid.JID, error) {
	for {
		id := newID()
		if err := c.writeElement(ctx, iqRequest{ID: id, Type: "set", Payload: bindElement{Resource: resource}}); err != nil {
			return jid.JID{}, err
		}
		f, err := c.read(ctx)
		if err != nil {
			return jid.JID{}, err
		}
		if f.iq == nil || f.iq.ID != id {
			return jid.JID{}, unexpected(f)
		}
		if f.iq.Type == "error" && resource != "" && f.iq.Error.decode().Condition == "conflict" {
			resource = ""
			continue
		}
		if f.iq.Type != "result" || f.iq.Bind == nil {
			return jid.JID{}, fmt.Errorf("%w: bind: %s", ErrProtocol, f.iq.Error.decode().Condition)
		}
		bound, err := ParseJID(f.iq.Bind.JID)
		if err != nil || !bound.Bare().Equal(own) {
			return jid.JID{}, fmt.Errorf("%w: bound to another account", ErrProtocol)
		}
		return bound, nil
	}
}
