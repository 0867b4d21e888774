package conversation

import (
	"strings"
	"testing"
	"unicode/utf8"

	"discussions/internal/i18n"
	"discussions/messaging"

	"pgregory.net/rapid"
)

// byRunes measures a rune as 10 pixels wide.
func byRunes(text string) float32 { return float32(utf8.RuneCountInString(text)) * 10 }

func TestFlow(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"one line", "un deux", []string{"un deux"}},
		{"at spaces", "un deux trois quatre", []string{"un deux", "trois", "quatre"}},
		{"at line breaks", "un\n\ndeux", []string{"un", "", "deux"}},
		{"nothing", "", []string{""}},
		{"long words", "abcdefghijklmnopqrstuvw", []string{"abcdefghij", "klmnopqrst", "uvw"}},
		{"a long word after others", "un abcdefghijkl m", []string{"un", "abcdefghij", "kl m"}},
		{"not at no-break spaces", "aa 10\u00a0000\u202fUI", []string{"aa", "10\u00a0000\u202fUI"}},
		{"addresses at their signs", "https://abcd.fr", []string{"https://", "abcd.fr"}},
		{"marks stay with their letter", "aaaaaaaaae\u0301e", []string{"aaaaaaaaa", "e\u0301e"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, l := range flow(c.in, 100, byRunes) {
				got = append(got, c.in[l.start:l.end])
			}
			if strings.Join(got, "|") != strings.Join(c.want, "|") {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestFlowLosesNothingAndFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := clean(rapid.StringOf(rapid.RuneFrom([]rune("abcdé   \n\u00a0-/👍🏽\u0301"))).Draw(t, "text"))
		width := rapid.Float32Range(15, 300).Draw(t, "width")
		at := 0
		for _, l := range flow(text, width, byRunes) {
			if l.start < at || l.end < l.start || strings.Trim(text[at:l.start], " \n") != "" {
				t.Fatalf("line %+v of %q after byte %d", l, text, at)
			}
			line := text[l.start:l.end]
			if got := byRunes(line); got > width && got > 10 && fit(line, width, byRunes) < len(line) {
				t.Fatalf("%q is %v wide, of %v", line, got, width)
			}
			if !utf8.ValidString(line) {
				t.Fatalf("%+q is cut inside a character", line)
			}
			at = l.end
		}
		if strings.Trim(text[at:], " \n") != "" {
			t.Fatalf("%q is lost", text[at:])
		}
	})
}

func TestPlacesInALine(t *testing.T) {
	for x, want := range map[float32]int{-5: 0, 4: 0, 6: 1, 14: 1, 16: 3, 99: 4} { // "é" is two bytes
		if got := offsetAt("aéb", x, byRunes); got != want {
			t.Errorf("at %v: %d, want %d", x, got, want)
		}
	}
	for at, want := range map[int]string{0: "Bonjour", 7: "Bonjour", 9: "été", 8: ""} {
		from, to := wordAt("Bonjour, été", at)
		if got := "Bonjour, été"[from:to]; got != want && at != 8 {
			t.Errorf("word at %d: %q, want %q", at, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	speak(t, i18n.French)
	for _, c := range []struct{ got, want string }{
		{detailWords(messaging.Conversation{Group: true, Members: 6}, "Dr Claire Martin"), "6 membres · Dr Claire Martin"},
		{detailWords(messaging.Conversation{Group: true, Members: 1}, ""), "1 membre"},
		{detailWords(messaging.Conversation{Detail: "Cardiologue"}, "Dr Claire Martin"), "Cardiologue · Dr Claire Martin"},
		{detailWords(messaging.Conversation{}, "Dr Claire Martin"), "Dr Claire Martin"},
		{ellipsis("Bonjour", 70, byRunes), "Bonjour"},
		{ellipsis("Bonjour", 50, byRunes), "Bonj…"},
		{ellipsis("Bonjour", 5, byRunes), "…"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestEveryFailureHasWordsInBothLanguages(t *testing.T) {
	for _, language := range []i18n.Language{i18n.French, i18n.English} {
		speak(t, language)
		for _, condition := range []string{"item-not-found", "forbidden", "service-unavailable", "policy-violation", ""} {
			if words := failure(condition); strings.HasPrefix(words, "conversation.") {
				t.Errorf("%s, %s: %q", language, condition, words)
			}
		}
	}
}

// speak changes the language for the test.
func speak(t *testing.T, l i18n.Language) {
	t.Helper()
	if err := i18n.Speak(l); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i18n.Speak(i18n.French); err != nil {
			t.Fatal(err)
		}
	})
}
