package wording

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestLinksInATextAreFound(t *testing.T) {
	for text, want := range map[string][]string{
		"Voir https://example.org/a?b=1#c.":                     {"https://example.org/a?b=1#c → https://example.org/a?b=1#c"},
		"(https://example.org/a_(b))":                           {"https://example.org/a_(b) → https://example.org/a_(b)"},
		"HTTP://EXAMPLE.org, www.example.org!":                  {"HTTP://EXAMPLE.org → http://example.org", "www.example.org → https://www.example.org"},
		"«https://example.org»":                                 {"https://example.org → https://example.org"},
		"voir:https://example.org":                              {"https://example.org → https://example.org"},
		"écrire à paul.durand@example.org, merci":               {"paul.durand@example.org → mailto:paul.durand@example.org"},
		"mailto:paul@example.org":                               {"mailto:paul@example.org → mailto:paul@example.org"},
		"tel:? www.! mailto:.":                                  nil,
		"tel:+33-4-67-00-00-00":                                 {"tel:+33-4-67-00-00-00 → tel:+33467000000"},
		"https://example.org:8443/x":                            {"https://example.org:8443/x → https://example.org:8443/x"},
		"https://example.org\nhttps://example.net":              {"https://example.org → https://example.org", "https://example.net → https://example.net"},
		"1,5 mg/kg à 8:30, 12.5 UI, 3/4, @Paul, a@b, x:y, e.g.": nil,
		"javascript:alert(1) file:///etc/passwd data:text/html,x ftp://x.org smb://x.org": nil,
		"https:// http://. www. tel:abc tel: mailto: mailto:x":                            nil,
		"https://localhost/x https://intranet":                                            {"https://localhost/x → https://localhost/x"},
		"https://exa\\mple.org":                                                           nil,
	} {
		var got []string
		for _, l := range Links(text) {
			got = append(got, text[l.Start:l.End]+" → "+l.Target)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q: %s", text, d)
		}
	}
}

// What stands in the text may look like another place.
func TestALinkThatLooksLikeAnotherSaysWhereItLeads(t *testing.T) {
	for text, want := range map[string]Link{
		"https://example.org/é":             {Host: "example.org", Clear: true},
		"https://www.ameli.fr@evil.example": {Host: "evil.example"},
		"https://www.аmeli.fr/connexion":    {Host: "www.xn--meli-43d.fr"}, // the first a is Cyrillic
		"https://xn--meli-43d.fr":           {Host: "xn--meli-43d.fr"},
		"https://hôpital.example":           {Host: "xn--hpital-ixa.example"},
		"https://example.org/\u05d0\u05d1":  {Host: "example.org"},
		"https://EXAMPLE.ORG":               {Host: "example.org", Clear: true},
	} {
		list := Links(text)
		if len(list) != 1 {
			t.Errorf("%q: %+v", text, list)
			continue
		}
		if got := (Link{Host: list[0].Host, Clear: list[0].Clear}); got != want {
			t.Errorf("%q leads to %+v, want %+v", text, got, want)
		}
		if !isASCII(list[0].Target) {
			t.Errorf("%q: %s", text, list[0].Target)
		}
	}
}

func isASCII(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return r > 127 }) < 0 }

func TestLinksAreFoundInLinearTime(t *testing.T) {
	for _, piece := range []string{"a", "(", "https://", "www.", "a@", "http://a.b/(", "mailto:", ":", ".", "tel:1 ", "https://a.example "} {
		text := strings.Repeat(piece, 256<<10/len(piece))
		began := time.Now()
		Links(text)
		if took := time.Since(began); took > 10*time.Second { // it takes milliseconds; with the square of the length, minutes
			t.Errorf("%q: %v", piece, took)
		}
	}
}

func TestLinksStandInTheTextInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"https://", "www.", "a.fr", "@", "tel:", "(", ")", " ", "é", "/"}))).Draw(t, "text"), "")
		last := 0
		for _, l := range Links(text) {
			if l.Start < last || l.End <= l.Start || l.End > len(text) || l.Target == "" {
				t.Fatalf("%q: %+v behind %d", text, l, last)
			}
			last = l.End
		}
	})
}
