package xmpp

// XEP-0297: Stanza Forwarding, the envelope of carbons and archive results.

type forwarded struct {
	Delay   *delayElement  `xml:"urn:xmpp:delay delay"`
	Message *messageStanza `xml:"jabber:client message"`
}
