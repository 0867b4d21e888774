package xmpp

// XEP-0308: Last Message Correction. [Message].Replaces names the corrected message by its id; all other parts of the message stand in
// the place of its parts. Anybody can send one: the receiver checks that the sender is the author.

const nsCorrection = "urn:xmpp:message-correct:0"

type correctionElements struct {
	Replace *idElement `xml:"urn:xmpp:message-correct:0 replace"`
}
