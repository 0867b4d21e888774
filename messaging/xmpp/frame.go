package xmpp

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

const (
	nsClient  = "jabber:client"
	nsStream  = "http://etherx.jabber.org/streams"
	nsFraming = "urn:ietf:params:xml:ns:xmpp-framing"
)

// frame is one incoming WebSocket message. Exactly one pointer is set; none if a stanza was refused.
type frame struct {
	name     xml.Name
	message  *messageStanza
	presence *presenceStanza
	iq       *iqStanza
	features *streamFeatures
	nonza    *nonza
	// refused is why a stanza was not decoded. Then only id, from and kind are known, if the root could be read.
	refused        *GuardError
	id, from, kind string
	// uncounted: it came before stream management was enabled.
	uncounted bool
}

// stanza reports whether XEP-0198 counts the frame. A refused stanza counts too: it must not come again.
func (f *frame) stanza() bool {
	return f.name.Space == nsClient && (f.name.Local == "message" || f.name.Local == "presence" || f.name.Local == "iq")
}

func (f *frame) is(space, local string) bool { return f.name.Space == space && f.name.Local == local }

// nonza is an element that is not a stanza (XEP-0360): of stream management, SASL or framing.
type nonza struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []child    `xml:",any"`
}

type child struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
}

func (n *nonza) attr(local string) string {
	for _, a := range n.Attrs {
		if a.Name.Space == "" && a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// condition returns the name of the first child in a namespace, "" if there is none.
func (n *nonza) condition(space string) string { return n.conditionChild(space).XMLName.Local }

func (n *nonza) conditionChild(space string) child {
	for _, c := range n.Children {
		if c.XMLName.Space == space && c.XMLName.Local != "text" {
			return c
		}
	}
	return child{}
}

// answerLimit returns the size limit of an answer, in bytes, if it answers a request that allows long answers; else 0.
type answerLimit func(head *frame) int

// decodeFrame decodes one element. A stanza that cannot be decoded gives a refused frame and no error: one bad message must not end the
// session, and every later one when the server sends it again. Any other undecodable element is an ErrProtocol.
func decodeFrame(data []byte, limit answerLimit) (frame, error) {
	g := newGuard(bytes.NewReader(data))
	d := xml.NewTokenDecoder(g)
	start, err := rootElement(d)
	if err != nil {
		return refusedFrame(data, err)
	}
	f := newFrame(start)
	g.manyTokens = limit != nil && limit(&f) > 0
	var into any
	switch {
	case f.is(nsClient, "message"):
		f.message = new(messageStanza)
		into = f.message
	case f.is(nsClient, "presence"):
		f.presence = new(presenceStanza)
		into = f.presence
	case f.is(nsClient, "iq"):
		f.iq = new(iqStanza)
		into = f.iq
	case f.is(nsStream, "features"):
		f.features = new(streamFeatures)
		into = f.features
	default:
		f.nonza = new(nonza)
		into = f.nonza
	}
	if err = d.DecodeElement(into, &start); err == nil {
		err = nothingMore(d)
	}
	if err == nil {
		return f, nil
	}
	if !f.stanza() {
		return refusedFrame(data, err)
	}
	f.message, f.presence, f.iq = nil, nil, nil
	f.refuse(err)
	return f, nil
}

// decodeHead decodes only the start tag of a stanza that is too long.
func decodeHead(data []byte) (frame, error) {
	start, err := rootElement(xml.NewTokenDecoder(newGuard(bytes.NewReader(data))))
	if err != nil {
		return refusedFrame(data, &GuardError{RuleLength})
	}
	f := newFrame(start)
	f.refuse(&GuardError{RuleLength})
	return f, nil
}

// refusedFrame is for an element whose start tag cannot be decoded. Its name alone tells whether it is a stanza.
func refusedFrame(data []byte, err error) (frame, error) {
	kind := stanzaKind(data)
	if kind == "" {
		f := frame{}
		f.refuse(err) // the error of the decoder quotes
		return frame{}, fmt.Errorf("%w: %w", ErrProtocol, f.refused)
	}
	f := frame{name: xml.Name{Space: nsClient, Local: kind}}
	f.refuse(err)
	return f, nil
}

// stanzaKind reads the element's name and nothing else. It returns "" if it is not a stanza's.
func stanzaKind(data []byte) string {
	name, ok := bytes.CutPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("<"))
	if !ok {
		return ""
	}
	if i := bytes.IndexAny(name, " \t\r\n/>"); i >= 0 {
		name = name[:i]
	}
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	switch kind := string(name); kind {
	case "message", "presence", "iq":
		return kind
	}
	return ""
}

func newFrame(start xml.StartElement) frame {
	f := frame{name: start.Name}
	for _, a := range start.Attr {
		switch a.Name {
		case xml.Name{Local: "id"}:
			f.id = a.Value
		case xml.Name{Local: "from"}:
			f.from = a.Value
		case xml.Name{Local: "type"}:
			f.kind = a.Value
		}
	}
	return f
}

// refuse keeps the rule only: an error of the XML decoder may quote the stanza.
func (f *frame) refuse(err error) {
	if !errors.As(err, &f.refused) {
		f.refused = &GuardError{RuleMalformed}
	}
}

func rootElement(d *xml.Decoder) (xml.StartElement, error) {
	for {
		token, err := d.Token()
		if err != nil {
			return xml.StartElement{}, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			return t, nil
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return xml.StartElement{}, errors.New("text outside of an element")
			}
		}
	}
}

func nothingMore(d *xml.Decoder) error {
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if t, ok := token.(xml.CharData); !ok || len(bytes.TrimSpace(t)) > 0 {
			return errors.New("more than one element in a frame")
		}
	}
}

// encode encodes one element. Longer than MaxSent, it is an ErrTooLong.
func encode(v any) ([]byte, error) {
	data, err := xml.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode stanza: %w", err)
	}
	if len(data) > MaxSent {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooLong, len(data))
	}
	return data, nil
}
