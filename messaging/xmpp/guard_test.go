package xmpp

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"discussions/messaging/xmpp/internal/stanzagen"
)

func inMessage(content string) string {
	return `<message xmlns="jabber:client" id="1" from="a@b/c">` + content + `</message>`
}

func attributes(n int) (text string) {
	for i := range n {
		text += fmt.Sprintf(` a%d=""`, i)
	}
	return text
}

func TestTheGuardRefusesOneMoreThanItsLimits(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) }
	for _, c := range []struct {
		name    string
		in      string
		refused bool
	}{
		{"depth 64", inMessage(nested(maxDepth - 1)), false},
		{"depth 65", inMessage(nested(maxDepth)), true},
		{"five million levels", inMessage(strings.Repeat("<a>", 5_000_000)), true},
		{"32 attributes", inMessage("<a" + attributes(maxAttributes) + "/>"), false},
		{"33 attributes", inMessage("<a" + attributes(maxAttributes+1) + "/>"), true},
		{"20,000 tokens", inMessage(strings.Repeat("<a/>", (maxTokens-2)/2)), false},
		{"20,002 tokens", inMessage(strings.Repeat("<a/>", maxTokens/2)), true},
		{"a comment", inMessage("<!-- -->"), true},
		{"a processing instruction", inMessage("<?php ?>"), true},
		{"a DTD inside", inMessage(`<!DOCTYPE a [<!ENTITY b "c">]>`), true},
		{"an unknown entity", inMessage("<body>&lol;</body>"), true},
		{"an attribute twice", inMessage(`<a b="" b=""/>`), true},
		{"wrong nesting", inMessage("<a><b></a></b>"), true},
		{"no end", `<message xmlns="jabber:client"><body>`, true},
		{"two elements", inMessage("") + inMessage(""), true},
		{"text after it", inMessage("") + "x", true},
		{"space around it", " " + inMessage("") + "\n", false},
		{"not UTF-8", inMessage("<body>\xff</body>"), true},
		{"a forbidden character", inMessage("<body>\x00</body>"), true},
		{"character data", inMessage("<body><![CDATA[<a>]]></body>"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := decodeFrame([]byte(c.in), nil)
			if err != nil {
				t.Fatal(err)
			}
			if refused := f.refused != nil; refused != c.refused || refused && !errors.Is(f.refused, ErrGuard) {
				t.Errorf("refused: %v", f.refused)
			}
			if (f.message == nil) != c.refused || !f.stanza() {
				t.Error("a refused stanza is passed on, or a good one is not")
			}
		})
	}
}

func TestAFrameThatIsNotAnElementEndsTheStream(t *testing.T) {
	for _, in := range []string{
		"", "x", "<", "<!DOCTYPE a>", "<?xml version='1.0'?>", "<!-- -->", `<stream:features><a></stream:features>`,
	} {
		if _, err := decodeFrame([]byte(in), nil); !errors.Is(err, ErrProtocol) {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func FuzzDecodeFrame(f *testing.F) {
	seeds := 50
	for _, seed := range []string{
		fakeOpen, fakeFeatures, saslFeatures("PLAIN"), string(closeFrame), inMessage("<body>x</body>"), carbonOf("received", juliet, romeo),
		resultOf("q", "1", juliet, "x"), inMessage(strings.Repeat("<a>", 70)), inMessage("<!-- -->"),
		`<presence xmlns="jabber:client"><x xmlns="http://jabber.org/protocol/muc#user"><status code="110"/></x></presence>`,
		`<iq xmlns="jabber:client" type="result"><query xmlns="jabber:iq:roster"><item jid="a@b"/></query></iq>`,
	} {
		f.Add([]byte(seed))
	}
	for g := stanzagen.New(1); seeds > 0; seeds-- {
		g.Broken = !g.Broken
		f.Add([]byte(g.Stanza("")))
	}
	s := &session{client: New(Config{JID: jidOf(romeo)})}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > maxBytes {
			return
		}
		frame, err := decodeFrame(data, nil)
		if err != nil {
			if kind := stanzaKind(data); kind != "" {
				t.Errorf("a %s ends the session: %v", kind, err)
			}
			return
		}
		if err := s.receive(frame); err != nil && !errors.Is(err, ErrProtocol) && !errors.Is(err, ErrReplaced) && !errors.Is(err, errClosed) {
			t.Errorf("an error without a name: %v", err)
		}
		if message := frame.message; message != nil && frame.refused == nil {
			m, ok := s.client.decodeMessage(message)
			if !ok {
				return
			}
			if _, err := encode(m.encode()); err != nil && !errors.Is(err, ErrTooLong) {
				t.Errorf("what came in cannot be sent: %v", err)
			}
		}
	})
}
