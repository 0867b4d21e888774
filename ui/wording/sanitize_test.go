package wording

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestSanitize(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"ordinary French stays", "Où êtes-vous ? À 14 h – 37,5 °C…", "Où êtes-vous ? À 14 h – 37,5 °C…"},
		{"no-break spaces stay", "12\u202f000\u00a0UI", "12\u202f000\u00a0UI"},
		{"direction overrides go", "ok \u202egpj.exe", "ok gpj.exe"},
		{"direction isolates go", "\u2066a\u2069", "a"},
		{"hidden characters go", "pa\u200bss\u200cwo\u2060rd\ufeff", "password"},
		{"controls go", "a\x00\x1b[31mb\x7f", "a[31mb"},
		{"line breaks are one", "a\r\nb\rc\u2028d", "a\nb\nc\nd"},
		{"tabs are spaces", "a\tb", "a b"},
		{"emoji stay joined", "👩\u200d⚕️", "👩\u200d⚕️"},
		{"letters are not joined", "a\u200db", "ab"},
		{"Persian words keep what parts their letters", "می\u200cخواهم", "می\u200cخواهم"},
		{"with vowel signs too", "مِی\u0650\u200cخواهم", "مِی\u0650\u200cخواهم"},
		{"Sinhala and Devanagari keep their joiners", "ශ්\u200dරී क्\u200dष", "ශ්\u200dරී क्\u200dष"},
		{"Malayalam at the end of a word", "അവന്\u200d.", "അവന്\u200d."},
		{"one joiner is enough", "می\u200c\u200c\u200dخ", "می\u200dخ"},
		{"none at the end of a word", "می\u200c خ\u200c", "می خ"},
		{"none in other scripts", "pass\u200cword סו\u200cד да\u200dта", "password סוד дата"},
		{"none between scripts", "aم\u200ca", "aمa"},
		{"none between Devanagari letters alone", "क\u200cष", "कष"},
		{"tags go", "🏴\U000e0067\U000e007f", "🏴"},
		{"marks are few", "e" + strings.Repeat("\u0301", 50), "e" + strings.Repeat("\u0301", marksKept)},
		{"marks with something hidden between them are few", "e" + strings.Repeat("\u0301\u200d", 50), "e" + strings.Repeat("\u0301", marksKept)},
		{"broken bytes show", "a\xffb", "a\uFFFDb"},
		{"Arabic and Hebrew stay", "سلام שלום", "سلام שלום"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Sanitize(c.in); got != c.want {
				t.Errorf("got %+q, want %+q", got, c.want)
			}
		})
	}
}

func TestNothingHiddenSurvivesSanitizing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("a é👍\u200d\u200c\u202e\u2067\u200b\u0301\x07\r\n\ufe0f🏽می\u0650क्")))).Draw(t, "text")
		out := Sanitize(in)
		if !utf8.ValidString(out) || Sanitize(out) != out {
			t.Fatalf("%+q gives %+q, then %+q", in, out, Sanitize(out))
		}
		for _, r := range out {
			if r != '\n' && r != '\u200d' && r != '\u200c' && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r)) {
				t.Fatalf("%+q holds %U", out, r)
			}
		}
		if line := Name(in); strings.ContainsAny(line, "\n\t") {
			t.Fatalf("a line %+q", line)
		}
	})
}
