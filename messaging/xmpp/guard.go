package xmpp

import (
	"encoding/xml"
	"io"
)

// Limits of what comes in. encoding/xml has none of its own and would follow five million levels down.
const (
	maxBytes      = 512 << 10 // of a stanza
	maxAnswer     = 16 << 20  // of an answer to a question that has long answers (roster, affiliations): 100,000 entries
	maxCard       = 4 << 20   // of a vCard, whose photograph is thrown away
	maxDepth      = 64
	maxAttributes = 32
	maxAttribute  = 16 << 10 // bytes of a value
	maxTokens     = 20_000   // but in a long answer, which only bytes limit
)

// guard stands between the tokenizer and the decoder: it passes raw tokens on until one breaks a limit. What XMPP forbids (RFC 6120
// §11.1: comments, processing instructions, DTDs) ends the decoding too. Everything it refuses is a [GuardError].
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
