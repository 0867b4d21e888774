package xmpp

// XEP-0425: Moderated Message Retraction, versions 1 and 0. Only the room itself may send one.

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
