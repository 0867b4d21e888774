package xmpp

import (
	"encoding/xml"
	"fmt"
	"io"
)

// Limits of one incoming stanza. encoding/xml has none of its own and would follow five million levels down.
const (
	maxBytes      = 512 << 10
	maxDepth      = 64
	maxAttributes = 32
	maxTokens     = 20_000
)

// guard stands between the tokenizer and the decoder: it passes raw tokens on until one breaks a limit. What XMPP forbids (RFC 6120
// §11.1: comments, processing instructions, DTDs) ends the decoding too. Everything it refuses is an ErrGuard.
type guard struct {
	raw           *xml.Decoder
	depth, tokens int
}

// newGuardedDecoder reads one stanza from r, which must be short enough already.
func newGuardedDecoder(r io.Reader) *xml.Decoder {
	return xml.NewTokenDecoder(&guard{raw: xml.NewDecoder(r)})
}

// Token implements [xml.TokenReader].
func (g *guard) Token() (xml.Token, error) {
	token, err := g.raw.RawToken()
	if err != nil {
		return nil, err
	}
	if g.tokens++; g.tokens > maxTokens {
		return nil, fmt.Errorf("%w: more than %d tokens", ErrGuard, maxTokens)
	}
	switch t := token.(type) {
	case xml.StartElement:
		if g.depth++; g.depth > maxDepth {
			return nil, fmt.Errorf("%w: deeper than %d elements", ErrGuard, maxDepth)
		}
		if err := checkAttributes(t.Attr); err != nil {
			return nil, err
		}
	case xml.EndElement:
		g.depth--
	case xml.ProcInst, xml.Directive, xml.Comment:
		return nil, fmt.Errorf("%w: not plain XML", ErrGuard)
	}
	return token, nil
}

func checkAttributes(attrs []xml.Attr) error {
	if len(attrs) > maxAttributes {
		return fmt.Errorf("%w: more than %d attributes", ErrGuard, maxAttributes)
	}
	for i, a := range attrs {
		for _, b := range attrs[:i] {
			if a.Name == b.Name {
				return fmt.Errorf("%w: attribute given twice", ErrGuard)
			}
		}
	}
	return nil
}
