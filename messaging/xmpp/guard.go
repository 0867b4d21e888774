package xmpp

import (
	"encoding/xml"
	"io"
)

// Limits of incoming elements. encoding/xml has none of its own and would follow five million levels of nesting.
const (
	maxBytes      = 512 << 10 // of a stanza
	maxAnswer     = 16 << 20  // of a roster or a list of affiliations: about 100,000 entries
	maxCard       = 4 << 20   // of a vCard with its photograph
	maxDepth      = 64
	maxAttributes = 32
	maxAttribute  = 16 << 10 // bytes of a value
	maxTokens     = 20_000   // not for long answers, which are limited by bytes alone
)

// guard passes raw tokens from the tokenizer to the decoder until one breaks a limit or is forbidden in XMPP (RFC 6120 §11.1: comments,
// processing instructions, DTDs). Then it returns a [GuardError].
type guard struct {
	raw           *xml.Decoder
	depth, tokens int
	manyTokens    bool
}

func newGuard(r io.Reader) *guard { return &guard{raw: xml.NewDecoder(r)} }

// Token implements [xml.TokenReader].
func (g *guard) Token() (xml.Token, error) {
	token, err := g.raw.RawToken()
	if err != nil {
		return nil, err
	}
	if g.tokens++; g.tokens > maxTokens && !g.manyTokens {
		return nil, &GuardError{RuleTokens}
	}
	switch t := token.(type) {
	case xml.StartElement:
		if g.depth++; g.depth > maxDepth {
			return nil, &GuardError{RuleDepth}
		}
		if err := checkAttributes(t.Attr); err != nil {
			return nil, err
		}
	case xml.EndElement:
		g.depth--
	case xml.ProcInst, xml.Directive, xml.Comment:
		return nil, &GuardError{RuleNotPlain}
	}
	return token, nil
}

func checkAttributes(attrs []xml.Attr) error {
	if len(attrs) > maxAttributes {
		return &GuardError{RuleAttributes}
	}
	for i, a := range attrs {
		if len(a.Value) > maxAttribute {
			return &GuardError{RuleAttribute}
		}
		for _, b := range attrs[:i] {
			if a.Name == b.Name {
				return &GuardError{RuleRepeated}
			}
		}
	}
	return nil
}
