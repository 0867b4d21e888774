package xmpp

// XEP-0334: Message Processing Hints.

type hintElements struct {
	NoStore          *empty `xml:"urn:xmpp:hints no-store"`
	NoPermanentStore *empty `xml:"urn:xmpp:hints no-permanent-store"`
	Store            *empty `xml:"urn:xmpp:hints store"`
}
