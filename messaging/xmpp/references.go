package xmpp

// XEP-0372: References.

// Reference is something that a message speaks of, such as a person. Anybody can mention anybody.
type Reference struct {
	Type   string // "mention" or "data"
	URI    string // of a person "xmpp:" and a JID
	Anchor string // the URI of the message that is spoken about; "": this one
	Range  Range  // where in the body; zero: nowhere
}

const maxReferences = 64 // of one message; the rest is left out

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
	for _, r := range e.References {
		if len(list) == maxReferences {
			break
		}
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
