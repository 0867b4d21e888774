package xmpp

// XEP-0308: Last Message Correction. [Message].Replaces is the id of the corrected message, whose whole content is replaced. Anybody can
// send one: check that the sender is the author.

const nsCorrection = "urn:xmpp:message-correct:0"

type correctionElements struct {
	Replace *idElement `xml:"urn:xmpp:message-correct:0 replace"`
}
