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

// frame is one incoming WebSocket message: exactly one of the pointers is set, none when the stanza was refused or is of no known kind.
type frame struct {
	name     xml.Name
	message  *messageStanza
	presence *presenceStanza
	iq       *iqStanza
	features *streamFeatures
	nonza    *nonza
	// refused says why a stanza was not decoded; id, from and kind are then all that is known of it.
	refused        error
	id, from, kind string
	// uncounted: it came before stream management was on.
	uncounted bool
}

// stanza says whether XEP-0198 counts the frame. A refused stanza counts: it was received, and must not come again.
func (f *frame) stanza() bool {
	return f.name.Space == nsClient && (f.name.Local == "message" || f.name.Local == "presence" || f.name.Local == "iq")
}

func (f *frame) is(space, local string) bool { return f.name.Space == space && f.name.Local == local }

// nonza is an element that is not a stanza (XEP-0360): stream management, SASL, framing. They are all this simple.
type nonza struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []named    `xml:",any"`
}

func (n *nonza) attr(local string) string {
	for _, a := range n.Attrs {
		if a.Name.Space == "" && a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// condition is the name of the first child in a namespace, "" without one.
func (n *nonza) condition(space string) string {
	for _, c := range n.Children {
		if c.XMLName.Space == space && c.XMLName.Local != "text" {
			return c.XMLName.Local
		}
	}
	return ""
}

// decodeFrame reads one element. A stanza that cannot be decoded gives a refused frame and no error, so that one bad message does not end the
// session (and, sent again after a resume, every later one). Anything else that cannot be decoded is an ErrProtocol.
func decodeFrame(data []byte) (frame, error) {
	d := newGuardedDecoder(bytes.NewReader(data))
	start, err := rootElement(d)
	if err != nil {
		return frame{}, fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	f := newFrame(start)
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
		return frame{}, fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	f.message, f.presence, f.iq = nil, nil, nil
	f.refuse(err)
	return f, nil
}

// decodeHead reads the root's start alone, for a stanza that is too long to be decoded.
func decodeHead(data []byte) (frame, error) {
	start, err := rootElement(newGuardedDecoder(bytes.NewReader(data)))
	if err != nil {
		return frame{}, fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	f := newFrame(start)
	f.refuse(fmt.Errorf("more than %d bytes", maxBytes))
	return f, nil
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

func (f *frame) refuse(err error) {
	if !errors.Is(err, ErrGuard) {
		err = fmt.Errorf("%w: %w", ErrGuard, err)
	}
	f.refused = err
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

// encode writes one element; it refuses what is longer than MaxSent.
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
