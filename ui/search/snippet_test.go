package search

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// shown writes a snippet with its marks in brackets.
func shown(s snippet) string {
	var b strings.Builder
	at := 0
	for _, m := range s.marks {
		b.WriteString(s.text[at:m[0]] + "[" + s.text[m[0]:m[1]] + "]")
		at = m[1]
	}
	return b.String() + s.text[at:]
}

func TestASnippetShowsTheWordsInTheirSentence(t *testing.T) {
	long := strings.Repeat("avant ", 20) + "le cœur bat " + strings.Repeat("après ", 60)
	for _, c := range []struct{ text, wanted, want string }{
		{"Le médecin arrive", "medecin", "Le [médecin] arrive"},
		{"Le médecin arrive", "MED", "Le [méd]ecin arrive"},
		{"Le médecin arrive", "med ", "Le médecin arrive"},
		{"Le cœur, le coeur", "coe", "Le [cœ]ur, le [coe]ur"},
		{"un deux\n\ntrois", "trois", "un deux [trois]"},
		{"a\u202eb secret", "secret", "ab [secret]"},
		{"rien", "absent", "rien"},
		{"dose et dose", "dose", "[dose] et [dose]"},
		{long, "coeur bat", ""},
	} {
		got := shown(newSnippet(c.text, c.wanted))
		if c.text == long {
			if !strings.HasPrefix(got, "… avant avant avant le [cœur] [bat] après") || !strings.HasSuffix(got, "…") || utf8.RuneCountInString(got) > most+10 {
				t.Errorf("a long text: %q", got)
			}
			continue
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%q in %q: %s", c.wanted, c.text, d)
		}
	}
}

func TestMarksAreInTheSnippet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newSnippet(rapid.String().Draw(t, "text"), rapid.String().Draw(t, "wanted"))
		last := 0
		for _, m := range s.marks {
			if m[0] < last || m[1] <= m[0] || m[1] > len(s.text) || !utf8.ValidString(s.text[m[0]:m[1]]) {
				t.Fatalf("%+v", s)
			}
			last = m[1]
		}
	})
}

func BenchmarkLongText(b *testing.B) {
	text := strings.Repeat("A", 60_000)
	for b.Loop() {
		newSnippet(text, "a")
	}
}
