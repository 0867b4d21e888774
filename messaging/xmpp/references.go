package xmpp

import (
	"net/url"
	"strconv"
	"strings"

	"mellium.im/xmpp/jid"
)

// XEP-0372: References.

// Reference is something that a message refers to, such as a person. Anybody can mention anybody.
type Reference struct {
	Type   string // "mention" or "data"
	URI    string // for a person, "xmpp:" and a JID
	Anchor string // the URI of the message that contains the reference; "": this one
	Range  Range  // in the body; zero: not told
}

// Mention makes a reference to a person, or to an occupant of a room.
func Mention(who jid.JID, where Range) Reference {
	uri := "xmpp:" + url.PathEscape(who.Bare().String())
	if who.Resourcepart() != "" {
		uri += "/" + url.PathEscape(who.Resourcepart())
	}
	return Reference{Type: "mention", URI: uri, Range: where}
}

// Mentioned gives the person that a reference of this message mentions (RFC 5122); the zero JID for none.
func (r Reference) Mentioned() jid.JID {
	address, ok := strings.CutPrefix(r.URI, "xmpp:")
	if !ok || r.Type != "mention" || r.Anchor != "" {
		return jid.JID{}
	}
	address, _, _ = strings.Cut(address, "?")
	if plain, err := url.PathUnescape(address); err == nil {
		address = plain
	}
	return parseJID(address)
}

const maxReferences = 64 // of one message; more are ignored

type referenceElements struct {
	References []referenceElement `xml:"urn:xmpp:reference:0 reference"`
}

type referenceElement struct {
	Type   string `xml:"type,attr"`
	URI    string `xml:"uri,attr"`
	Anchor string `xml:"anchor,attr,omitempty"`
	Begin  string `xml:"begin,attr,omitempty"`
	End    string `xml:"end,attr,omitempty"`
}

func newReferences(list []Reference) (elements []referenceElement) {
	for _, r := range list {
		e := referenceElement{Type: r.Type, URI: r.URI, Anchor: r.Anchor}
		if r.Range != (Range{}) {
			e.Begin, e.End = strconv.Itoa(r.Range.Start), strconv.Itoa(r.Range.End)
		}
		elements = append(elements, e)
	}
	return elements
}

func (e *referenceElements) decode() (list []Reference) {
	for _, r := range atMost(maxReferences, e.References) {
		if r.URI == "" {
			continue
		}
		reference := Reference{Type: r.Type, URI: r.URI, Anchor: r.Anchor}
		if r.Begin != "" && r.End != "" {
			reference.Range, _ = newRange(r.Begin, r.End)
		}
		list = append(list, reference)
	}
	return list
}
