package xmpp

import (
	"time"

	"mellium.im/xmpp/jid"
)

// XEP-0424: Message Retraction, versions 1 and 0 (with XEP-0422). Only version 1 is sent.

// NSRetraction is the namespace of retractions, and of their fallback texts (XEP-0428).
const NSRetraction = "urn:xmpp:message-retract:1"

// Retraction means that a message was retracted. Anybody can send one: check that the sender is the author of that message, or that the retraction is
// Moderated and from the room of that message.
type Retraction struct {
	// ID is the retracted message's: in a room its stanza-id, else its origin-id, or its id if it has none. In [Message].Retracted it is the
	// id of the retracting message, if the archive gives it.
	ID        string
	Moderated bool      // received; XEP-0425: a moderator did it
	By        jid.JID   // received; the moderator, as occupant JID or bare JID. Zero: not given
	Reason    string    // received; the moderator's words
	Stamp     time.Time // received; when, in [Message].Retracted only
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

// retractedElement replaces the content of a retracted message in an archive.
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

// retraction decodes a retraction. Only one sent by the room itself (byRoom) may be moderated.
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

// tombstone decodes what an archive keeps of a retracted message.
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
