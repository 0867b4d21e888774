package xmpp

// XEP-0333: Displayed Markers. [Message].Markable requests one, [Message].Displayed is one. In rooms the id is the room's stanza-id.

type markerElements struct {
	Markable  *empty     `xml:"urn:xmpp:chat-markers:0 markable"`
	Displayed *idElement `xml:"urn:xmpp:chat-markers:0 displayed"`
}
