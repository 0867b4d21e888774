package xmpp

import (
	"time"

	"mellium.im/xmpp/jid"
)

// XEP-0424: Message Retraction, and its version 0 on top of XEP-0422. Version 1 is sent.

// NSRetraction is what a fallback text of a retraction is for (XEP-0428).
const NSRetraction = "urn:xmpp:message-retract:1"

// Retraction says that a message is withdrawn. Anybody can send one: the receiver checks that the sender is the author of that
// message, or that the retraction is Moderated and comes from the room in which it was written.
type Retraction struct {
	// ID names the withdrawn message: in a room by the room's stanza-id, otherwise by its origin-id, or its id where it has none. In
	// [Message].Retracted it is the id of the message that withdrew this one, where the archive tells.
	ID        string
	Moderated bool      // received; XEP-0425: by a moderator
	By        jid.JID   // received; the moderator: an occupant's JID or a bare JID. Zero: not told
	Reason    string    // received; the moderator's words
	Stamp     time.Time // received; when it was withdrawn, in [Message].Retracted only
}

type retractionElements struct {
	Retract   *retractElement   `xml:"urn:xmpp:message-retract:1 retract"`
	Retracted *retractedElement `xml:"urn:xmpp:message-retract:1 retracted"`

	ApplyTo    *applyToElement  `xml:"urn:xmpp:fasten:0 apply-to"` // version 0
	Retracted0 *retracted0      `xml:"urn:xmpp:message-retract:0 retracted"`
	Moderated0 *moderatedByZero `xml:"urn:xmpp:message-moderate:0 moderated"`
}

type retractElement struct {
	ID        string            `xml:"id,attr"`
	Moderated *moderatedElement `xml:"urn:xmpp:message-moderate:1 moderated"`
	Reason    string            `xml:"reason,omitempty"`
}

// retractedElement stands in an archive in the place of what was withdrawn.
type retractedElement struct {
	ID        string            `xml:"id,attr"`
	Stamp     string            `xml:"stamp,attr"`
	Moderated *moderatedElement `xml:"urn:xmpp:message-moderate:1 moderated"`
	Reason    string            `xml:"reason"`
}

type applyToElement struct {
	ID        string           `xml:"id,attr"`
	Retract   *empty           `xml:"urn:xmpp:message-retract:0 retract"`
	Moderated *moderatedByZero `xml:"urn:xmpp:message-moderate:0 moderated"`
}

type retracted0 struct {
	Stamp string `xml:"stamp,attr"`
}

func (e *retractionElements) setRetraction(r *Retraction) {
	if r != nil {
		e.Retract = &retractElement{ID: r.ID}
	}
}

// retraction decodes what withdraws another message; byRoom: the room itself sends it, which alone may moderate.
func (e *retractionElements) retraction(byRoom bool) *Retraction {
	r := new(Retraction)
	switch {
	case e.Retract != nil:
		r.ID = e.Retract.ID
		e.Retract.Moderated.decode(r, e.Retract.Reason)
	case e.ApplyTo != nil && e.ApplyTo.Moderated != nil && e.ApplyTo.Moderated.Retract != nil:
		r.ID = e.ApplyTo.ID
		e.ApplyTo.Moderated.decode(r)
	case e.ApplyTo != nil && e.ApplyTo.Retract != nil:
		r.ID = e.ApplyTo.ID
	}
	if r.ID == "" || r.Moderated && !byRoom {
		return nil
	}
	return r
}

// tombstone decodes what an archive keeps of a message that was withdrawn.
func (e *retractionElements) tombstone() *Retraction {
	r := new(Retraction)
	var stamp string
	switch {
	case e.Retracted != nil:
		r.ID, stamp = e.Retracted.ID, e.Retracted.Stamp
		e.Retracted.Moderated.decode(r, e.Retracted.Reason)
	case e.Moderated0 != nil && e.Moderated0.Retracted != nil:
		stamp = e.Moderated0.Retracted.Stamp
		e.Moderated0.decode(r)
	case e.Retracted0 != nil:
		stamp = e.Retracted0.Stamp
	default:
		return nil
	}
	r.Stamp = parseTime(stamp)
	return r
}
