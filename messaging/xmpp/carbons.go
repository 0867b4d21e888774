package xmpp

import "encoding/xml"

// XEP-0280: Message Carbons. Each new session turns them on.

type carbonsEnable struct {
	XMLName xml.Name `xml:"urn:xmpp:carbons:2 enable"`
}

type carbonElements struct {
	Received *carbonElement `xml:"urn:xmpp:carbons:2 received"`
	Sent     *carbonElement `xml:"urn:xmpp:carbons:2 sent"`
}

type carbonElement struct {
	Forwarded *forwarded `xml:"urn:xmpp:forward:0 forwarded"`
}

// carbon unwraps a copy; ok is false if it is forged or empty. Only the account's own server sends copies, from the account's bare JID
// (§11).
func (c *Client) carbon(m *messageStanza) (inner *messageStanza, direction Direction, ok bool) {
	element, direction := m.carbonElements.Received, CarbonReceived
	if element == nil {
		element, direction = m.carbonElements.Sent, CarbonSent
	}
	if m.From == "" || !c.isOwn(m.From) {
		c.refuse(RuleCarbon, "message")
		return nil, 0, false
	}
	if element.Forwarded == nil || element.Forwarded.Message == nil {
		c.refuse(RuleHollow, "message")
		return nil, 0, false
	}
	inner = element.Forwarded.Message
	if direction == CarbonSent && !parseJID(inner.From).Bare().Equal(c.own) {
		c.refuse(RuleCarbon, "message")
		return nil, 0, false
	}
	return inner, direction, true
}
