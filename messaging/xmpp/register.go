package xmpp

import (
	"context"
	"encoding/xml"
	"fmt"

	"mellium.im/xmpp/jid"
)

// XEP-0077: In-Band Registration, of which only giving up one's place in a room is used (XEP-0045 §7.10).

// Unregister has a room forget that the account is a member of it (§3.2). Owners and admins stay what they are. Where the room
// does not know this, as those of ejabberd 23.01, the error is a *StanzaError.
func (c *Client) Unregister(ctx context.Context, where jid.JID) error {
	if _, err := c.request(ctx, where.Bare(), "set", registerElement{Remove: new(empty)}); err != nil {
		return fmt.Errorf("give up the place in a room: %w", err)
	}
	return nil
}

type registerElement struct {
	XMLName    xml.Name `xml:"jabber:iq:register query"`
	Remove     *empty   `xml:"remove"`
	Registered *empty   `xml:"registered"`
	Username   string   `xml:"username,omitempty"`
}

// givesUp reads a message in which an occupant asks those who run the room for what [Client.Unregister] asks the room.
func (e *registerElement) givesUp(m *Message) bool {
	return e != nil && e.Remove != nil && m.fromOccupant()
}

// returns reads a message in which an occupant says that somebody belongs to the room again.
func (e *registerElement) returns(m *Message) jid.JID {
	if e == nil || e.Registered == nil || e.Remove != nil || !m.fromOccupant() {
		return jid.JID{}
	}
	return parseJID(e.Username).Bare()
}

// fromOccupant reports whether somebody has said it in a room.
func (m *Message) fromOccupant() bool { return m.Type == "groupchat" && m.From.Resourcepart() != "" }
