// Package stanzagen makes stanzas at random, of shapes that no normal program sends, for tests that they do not end a
// session.
package stanzagen

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Generator makes stanzas. The same seed gives the same ones.
type Generator struct {
	r *rand.Rand
	// Broken lets it make what is not XML as well. A server that checks what its clients send hands nothing of that on, and ends their
	// streams.
	Broken bool
	// From, where set, is what the server stamps as the sender; the generator then writes it into each root.
	From []string
}

const clientNamespace = `"jabber:client"`

// New returns a generator of well-formed stanzas.
func New(seed uint64) *Generator { return &Generator{r: rand.New(rand.NewPCG(seed, 0))} }

// Stanza makes a message, a presence or an IQ, addressed to somebody.
func (g *Generator) Stanza(to string) string {
	kind := pick(g, "message", "message", "message", "presence", "iq")
	var b strings.Builder
	name := kind
	if g.From != nil && g.one(20) { // only a server chooses the prefix
		name = "p:" + kind
		fmt.Fprintf(&b, `<%s xmlns:p=%s`, name, clientNamespace)
	} else {
		fmt.Fprintf(&b, `<%s xmlns=%s`, name, clientNamespace)
	}
	if to != "" {
		fmt.Fprintf(&b, ` to="%s"`, to)
	}
	if g.From != nil {
		fmt.Fprintf(&b, ` from="%s"`, escape(pick(g, g.From...)))
	}
	switch kind {
	case "message":
		fmt.Fprintf(&b, ` type="%s"`, pick(g, "chat", "chat", "normal", "groupchat", "headline", "error", "x"))
	case "presence":
		if g.one(2) {
			fmt.Fprintf(&b, ` type="%s"`, pick(g, "unavailable", "error", "probe", "x"))
		}
	case "iq":
		fmt.Fprintf(&b, ` type="%s"`, pick(g, "get", "set", "result", "error"))
	}
	fmt.Fprintf(&b, ` id="%s"`, g.value())
	g.attributes(&b, g.count())
	b.WriteByte('>')
	for range g.count() {
		g.child(&b, 1)
	}
	if g.one(300) {
		depth := 10 + g.r.IntN(200)
		b.WriteString(strings.Repeat("<d>", depth) + strings.Repeat("</d>", depth))
	}
	fmt.Fprintf(&b, `</%s>`, name)
	if g.Broken && g.one(4) {
		return g.damage(b.String())
	}
	return b.String()
}

// count is small most of the time.
func (g *Generator) count() int {
	switch {
	case g.one(200):
		return g.r.IntN(300)
	case g.one(10):
		return g.r.IntN(40)
	}
	return g.r.IntN(4)
}

// child writes an element, most often one that XMPP knows, with what does not belong there.
func (g *Generator) child(b *strings.Builder, depth int) {
	if g.one(4) || depth > 6 {
		b.WriteString(escape(g.text()))
		return
	}
	e := elements[g.r.IntN(len(elements))]
	name, space, _ := strings.Cut(e, " ")
	b.WriteString("<" + name)
	if space != "" && !g.one(30) {
		fmt.Fprintf(b, ` xmlns="%s"`, space)
	}
	for range g.r.IntN(4) {
		if a := pick(g, attributes...); !strings.Contains(b.String()[strings.LastIndex(b.String(), "<"):], " "+a+"=") {
			fmt.Fprintf(b, ` %s="%s"`, a, g.value())
		}
	}
	if g.one(50) {
		g.attributes(b, g.count())
	}
	if g.one(3) {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	for range g.r.IntN(4) {
		g.child(b, depth+1)
	}
	b.WriteString("</" + name + ">")
}

// attributes writes attributes of made-up names, each once.
func (g *Generator) attributes(b *strings.Builder, n int) {
	for i := range n {
		if g.one(4) {
			fmt.Fprintf(b, ` %s%d="%s"`, pick(g, "a", "é", "_", "xml-", "a.", "ñ·"), i, g.value())
		}
	}
}

// value is for an attribute, escaped.
func (g *Generator) value() string {
	switch {
	case g.one(5000):
		return strings.Repeat("x", 1+g.r.IntN(700<<10))
	case g.one(10):
		return escape(g.text())
	}
	return escape(pick(g, values...))
}

func (g *Generator) text() string {
	if g.one(2000) {
		return strings.Repeat(pick(g, "x", "é", "👩‍⚕️", " "), g.r.IntN(200_000))
	}
	var b strings.Builder
	for range g.r.IntN(20) {
		b.WriteRune(pick(g, 'a', ' ', '<', '&', '"', '\'', '>', '\n', '\t', 'é', '\u202e', '\u200d', '\ufeff', '\u2028', '👩', '\U000e0001', '\uf8ff', '\ufffd', '\u0301', 'ﷺ',
			rune(0x20+g.r.IntN(0xd7ff-0x20)), rune(0x10000+g.r.IntN(0xfffff-0x10000))))
	}
	return b.String()
}

// damage makes a stanza, whose root still has its name, something else than XML.
func (g *Generator) damage(s string) string {
	begin := strings.Index(s, clientNamespace) + len(clientNamespace) // what comes before makes it a stanza
	at := begin + g.r.IntN(len(s)-begin)
	switch g.r.IntN(8) {
	case 0:
		return s[:at]
	case 1:
		return s + pick(g, "x", "<a/>", "</a>", "<!-- -->", s)
	case 2:
		return s[:at] + pick(g, "\x00", "\xff", "\x0b", "\xed\xa0\x80", "<", "&", "&lol;", "]]>", "<!-- -->", "<?php ?>", "<!DOCTYPE a>", "<![CDATA[", "</", "'", "\"", "=", "xmlns:x=''") + s[at:]
	case 3:
		return strings.Replace(s, " ", ` a="1" a="2" `, 1)
	case 4:
		return strings.Replace(s, " ", pick(g, ` a:b:c="" `, ` :="" `, ` 1="" `, ` a `, ` a= `, ` p:a="" `), 1)
	case 5:
		return strings.Replace(s, ">", pick(g, "><a></b>", ">>", "", "/>"), 1)
	case 6:
		return " \t\r\n" + s
	}
	b := []byte(s)
	for range 1 + g.r.IntN(5) {
		i := at + g.r.IntN(len(b)-at)
		b[i] = byte(g.r.IntN(256))
	}
	return string(b)
}

// one is true once in n times.
func (g *Generator) one(n int) bool { return g.r.IntN(n) == 0 }

func pick[T any](g *Generator, from ...T) T { return from[g.r.IntN(len(from))] }

// escape lets through what XML can carry.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}
