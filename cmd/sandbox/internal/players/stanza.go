package players

import "encoding/xml"

// message is what the people understand of a message.
type message struct {
	XMLName xml.Name `xml:"message"`
	ID      string   `xml:"id,attr"`
	From    string   `xml:"from,attr"`
	Type    string   `xml:"type,attr"`
	Body    string   `xml:"body"`

	Delay    *struct{} `xml:"urn:xmpp:delay delay"`
	Request  *struct{} `xml:"urn:xmpp:receipts request"`
	Markable *struct{} `xml:"urn:xmpp:chat-markers:0 markable"`
	StanzaID *struct {
		ID string `xml:"id,attr"`
		By string `xml:"by,attr"`
	} `xml:"urn:xmpp:sid:0 stanza-id"`

	Replace    about `xml:"urn:xmpp:message-correct:0 replace"`
	Retract    about `xml:"urn:xmpp:message-retract:1 retract"`
	Conference struct {
		JID string `xml:"jid,attr"`
	} `xml:"jabber:x:conference x"`
	Reply     about `xml:"urn:xmpp:reply:0 reply"`
	Reactions struct {
		about
		Reactions []string `xml:"reaction"`
	} `xml:"urn:xmpp:reactions:0 reactions"`
}

// about names the message that another one is about.
type about struct {
	ID string `xml:"id,attr"`
}

type presence struct {
	XMLName xml.Name `xml:"presence"`
	From    string   `xml:"from,attr"`
	Type    string   `xml:"type,attr"`
}

// Notices of XEP-0085, XEP-0184 and XEP-0333.
const (
	composing = "<composing xmlns='http://jabber.org/protocol/chatstates'/>"
	paused    = "<paused xmlns='http://jabber.org/protocol/chatstates'/>"
	active    = "<active xmlns='http://jabber.org/protocol/chatstates'/>"
	request   = "<request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>"
	noStore   = "<no-store xmlns='urn:xmpp:hints'/>"
)

// messageTo makes a message with an id, which is its origin-id as well.
func messageTo(to, kind, id, content string) string {
	return "<message to='" + escape(to) + "' type='" + kind + "' id='" + id + "'>" + content + "</message>"
}

func bodyContent(id, body string) string {
	return "<body>" + escape(body) + "</body><origin-id xmlns='urn:xmpp:sid:0' id='" + id + "'/>" + active + request
}

func received(id string) string {
	return "<received xmlns='urn:xmpp:receipts' id='" + escape(id) + "'/>"
}

func displayed(id string) string {
	return "<displayed xmlns='urn:xmpp:chat-markers:0' id='" + escape(id) + "'/>"
}
