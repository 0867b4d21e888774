package xmpp

// XEP-0372: References.

// Reference is something that a message refers to, such as a person. Anybody can mention anybody.
type Reference struct {
	Type   string // "mention" or "data"
	URI    string // for a person, "xmpp:" and a JID
	Anchor string // the URI of the message that contains the reference; "": this one
	Range  Range  // in the body; zero: not told
}

const maxReferences = 64 // of one message; more are ignored

type referenceElements struct {
	References []referenceElement `xml:"urn:xmpp:reference:0 reference"`
}

type referenceElement struct {
	Type   string `xml:"type,attr"`
	URI    string `xml:"uri,attr"`
	Anchor string `xml:"anchor,attr"`
	Begin  string `xml:"begin,attr"`
	End    string `xml:"end,attr"`
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
