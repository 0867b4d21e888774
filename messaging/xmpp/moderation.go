package xmpp

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"

	"mellium.im/xmpp/jid"
)

// XEP-0425: Moderated Message Retraction, versions 1 and 0. Only the room itself may send one; a moderator asks it to.

const (
	nsModerate     = "urn:xmpp:message-moderate:1"
	nsModerateZero = "urn:xmpp:message-moderate:0"
)

// Moderate asks a room to withdraw the message that it has named id. Who is not allowed to gets a [StanzaError].
func (c *Client) Moderate(ctx context.Context, room jid.JID, id string) error {
	_, err := c.request(ctx, room.Bare(), "set", moderateElement{ID: id, Retract: new(empty)})
	var refused *StanzaError
	if errors.As(err, &refused) && (refused.Condition == "feature-not-implemented" || refused.Condition == "service-unavailable" || refused.Condition == "bad-request") {
		old := applyModerateZero{ID: id}
		old.Moderate.Retract = new(empty)
		_, err = c.request(ctx, room.Bare(), "set", old)
	}
	if err != nil {
		return fmt.Errorf("moderate: %w", err)
	}
	return nil
}

type moderateElement struct {
	XMLName xml.Name `xml:"urn:xmpp:message-moderate:1 moderate"`
	ID      string   `xml:"id,attr"`
	Retract *empty   `xml:"urn:xmpp:message-retract:1 retract"`
}

type applyModerateZero struct {
	XMLName  xml.Name `xml:"urn:xmpp:fasten:0 apply-to"`
	ID       string   `xml:"id,attr"`
	Moderate struct {
		Retract *empty `xml:"urn:xmpp:message-retract:0 retract"`
	} `xml:"urn:xmpp:message-moderate:0 moderate"`
}

type moderatedElement struct {
	By string `xml:"by,attr"`
}

func (e *moderatedElement) decode(r *Retraction, reason string) {
	if e != nil {
		r.Moderated, r.By, r.Reason = true, parseJID(e.By), cutText(reason)
	}
}

// moderatedByZero is the element of version 0, which wraps what it moderates.
type moderatedByZero struct {
	By        string      `xml:"by,attr"`
	Retract   *empty      `xml:"urn:xmpp:message-retract:0 retract"`
	Retracted *retracted0 `xml:"urn:xmpp:message-retract:0 retracted"`
	Reason    string      `xml:"reason"`
}

func (e *moderatedByZero) decode(r *Retraction) {
	r.Moderated, r.By, r.Reason = true, parseJID(e.By), cutText(e.Reason)
}
