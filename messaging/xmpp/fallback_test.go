package xmpp

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestFallbackPartsAreCut(t *testing.T) {
	for _, c := range []struct{ name, body, fallbacks, want string }{
		{"XEP-0461 example 4", "> Anna wrote:\n> We should bake a cake\nGreat idea!", `<body start="0" end="38"/>`, "Great idea!"},
		{"code points, not bytes or UTF-16", "👩🏽é> x\nRéponse", `<body start="0" end="7"/>`, "Réponse"},
		{"the whole body", "https://x", `<body/>`, ""},
		{"the whole message", "https://x", ``, ""},
		{"from somewhere to the end", "Oui> x", `<body start="3"/>`, "Oui"},
		{"from the beginning", "> xOui", `<body end="3"/>`, "Oui"},
		{"two parts, in any order and overlapping", "0123456789", `<body start="6" end="8"/><body start="1" end="3"/><body start="2" end="4"/>`, "04589"},
		{"of the subject only", "body", `<subject start="0" end="4"/>`, "body"},
		{"beyond the end", "abc", `<body start="1" end="900"/>`, "a"},
		{"outside of the text", "abc", `<body start="5" end="9"/>`, "abc"},
		{"backwards", "abc", `<body start="2" end="1"/>`, "abc"},
		{"empty", "abc", `<body start="1" end="1"/>`, "abc"},
		{"negative", "abc", `<body start="-1" end="2"/>`, "abc"},
		{"not numbers", "abc", `<body start="a" end="1e3"/>`, "abc"},
		{"larger than any number", "abc", `<body start="0" end="99999999999999999999999"/>`, "abc"},
		{"nonsense beside sense", "abc", `<body start="x"/><body start="0" end="1"/>`, "bc"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := `<body>` + strings.NewReplacer(">", "&gt;", "\n", "&#10;").Replace(c.body) + `</body>`
			m := readMessage(t, "chat", juliet, in+`<fallback xmlns="urn:xmpp:fallback:0" for="urn:xmpp:reply:0">`+c.fallbacks+`</fallback>`)
			if got := m.BodyWithout("urn:other", NSReply); got != c.want {
				t.Errorf("%q", got)
			}
			if got := m.BodyWithout(NSRetraction); got != c.body {
				t.Errorf("for another extension: %q", got)
			}
		})
	}
	m := Message{Subject: "Re: x", Fallbacks: []Fallback{{For: NSReply, Subject: []Range{{0, 4}}}}}
	if got := m.SubjectWithout(NSReply); got != "x" {
		t.Errorf("subject: %q", got)
	}
}

func TestCountlessFallbacksCostLittle(t *testing.T) {
	ranges := strings.Repeat(`<body start="0" end="1"/>`, 1000)
	m := readMessage(t, "chat", juliet, strings.Repeat(`<fallback xmlns="urn:xmpp:fallback:0" for="x">`+ranges+`</fallback>`, 9)+`<body>abc</body>`)
	if len(m.Fallbacks) != maxFallbacks || len(m.Fallbacks[0].Body) != maxRanges {
		t.Errorf("%d fallbacks of %d ranges", len(m.Fallbacks), len(m.Fallbacks[0].Body))
	}
}

func TestAQuotationIsCutAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		quoted, answer := drawText(t, "quoted"), drawText(t, "answer")
		body, fallback := Quote(quoted, answer)
		m := Message{Body: body, Fallbacks: []Fallback{fallback}}
		if got := m.BodyWithout(NSReply); got != answer {
			t.Fatalf("%q of %q", got, body)
		}
	})
}

// TestCuttingIsWhatItSays compares with the obvious way, a set of code points.
func TestCuttingIsWhatItSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawText(t, "text")
		ranges := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Range {
			start := rapid.IntRange(0, 50).Draw(t, "start")
			return Range{start, rapid.OneOf(rapid.IntRange(start+1, 60), rapid.Just(ToEnd)).Draw(t, "end")}
		}), 0, 6).Draw(t, "ranges")
		var want strings.Builder
		at := 0
		for _, r := range text {
			cut := false
			for _, x := range ranges {
				cut = cut || x.Start <= at && at < x.End
			}
			if !cut {
				want.WriteRune(r)
			}
			at++
		}
		if got := cutRanges(text, ranges); got != want.String() {
			t.Fatalf("%q", got)
		}
		m := Message{Body: text, Fallbacks: []Fallback{{For: NSReply, Body: ranges}}}
		places := rapid.SliceOf(rapid.IntRange(0, 50)).Draw(t, "places")
		for i, got := range m.PlacesWithout(places, NSReply) {
			before := []rune(text)
			before = before[:min(places[i], len(before))]
			if want := len(cutRanges(string(before), ranges)); got != want {
				t.Fatalf("%d is at %d, not at %d", places[i], got, want)
			}
		}
	})
}

// unicodeInXML lists what RFC 6120 allows besides control characters.
var unicodeInXML = []*unicode.RangeTable{unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Zs}

// drawText draws what XML can carry.
func drawText(t *rapid.T, label string) string {
	return rapid.StringOfN(rapid.OneOf(rapid.RuneFrom([]rune("ab<>&\"'\n\t 👩‍⚕️éœ\u202e]]>")), rapid.RuneFrom(nil, unicodeInXML...)), 0, 40, -1).Draw(t, label)
}

func TestWhatIsSentOfRelationsComesOutAsItWentIn(t *testing.T) {
	id := func(t *rapid.T) string { return rapid.StringMatching(`[ -~é]{1,20}`).Draw(t, "id") }
	rapid.Check(t, func(t *rapid.T) {
		m := Message{ID: id(t), To: jidOf(romeo), Type: rapid.SampledFrom([]string{"chat", "groupchat", "normal"}).Draw(t, "type"), Body: drawText(t, "body"), HasBody: true}
		m.Store = rapid.Bool().Draw(t, "store")
		if rapid.Bool().Draw(t, "corrects") {
			m.Replaces = id(t)
		}
		if rapid.Bool().Draw(t, "withdraws") {
			m.Retraction = &Retraction{ID: id(t)}
		}
		if rapid.Bool().Draw(t, "reacts") {
			m.Reactions = &Reactions{ID: id(t), Emoji: rapid.SampledFrom([][]string{nil, {"👍"}, {"❤️", "👩‍⚕️"}}).Draw(t, "emoji")}
		}
		if rapid.Bool().Draw(t, "answers") {
			m.Reply = &Reply{ID: id(t)}
			if rapid.Bool().Draw(t, "to") {
				m.Reply.To = jidOf("anna@example.com/tablet")
			}
			var quotation Fallback
			m.Body, quotation = Quote(drawText(t, "quoted"), m.Body)
			m.Fallbacks = append(m.Fallbacks, quotation)
		}
		m.Fallbacks = append(m.Fallbacks, rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Fallback {
			f := Fallback{For: id(t)}
			whole, part := []Range{{0, ToEnd}}, []Range{{rapid.IntRange(0, 9).Draw(t, "start"), rapid.OneOf(rapid.IntRange(10, 20), rapid.Just(ToEnd)).Draw(t, "end")}}
			f.Body = rapid.SampledFrom([][]Range{whole, part}).Draw(t, "body")
			f.Subject = rapid.SampledFrom([][]Range{nil, whole, part}).Draw(t, "subject")
			return f
		}), 0, 2).Draw(t, "fallbacks")...)
		data, err := encode(m.encode())
		if err != nil {
			t.Fatal(err)
		}
		f, err := decodeFrame(data, nil)
		if err != nil || f.refused != nil {
			t.Fatal(err, f.refused)
		}
		m.From = jidOf(romeo)
		got, _ := New(Config{JID: jidOf(romeo)}).decodeMessage(f.message)
		if m.Encryption = got.Encryption; m.Encryption != nil && !strings.HasPrefix(m.Body, "?OTR") {
			t.Fatal("encrypted")
		}
		if diff := cmp.Diff(m, got); diff != "" {
			t.Fatal(fmt.Sprint(diff, "\n", string(data)))
		}
		if !utf8.Valid(data) {
			t.Fatal("not UTF-8")
		}
	})
}
