package xmpp

import "mellium.im/xmpp/jid"

// XEP-0359: Unique and Stable Stanza IDs.

type stanzaIDElements struct {
	Origin *idElement        `xml:"urn:xmpp:sid:0 origin-id"`
	Stanza []stanzaIDElement `xml:"urn:xmpp:sid:0 stanza-id"`
}

type stanzaIDElement struct {
	ID string `xml:"id,attr"`
	By string `xml:"by,attr"`
}

// trusted returns the ids assigned by the own account or by the message's room. These servers remove ids forged in their name (§5).
func (e *stanzaIDElements) trusted(own, room jid.JID) (ids []StanzaID) {
	for _, s := range e.Stanza {
		by := parseJID(s.By)
		if s.ID != "" && !isZero(by) && (by.Equal(own) || by.Equal(room)) {
			ids = append(ids, StanzaID{By: by, ID: s.ID})
		}
	}
	return ids
}
