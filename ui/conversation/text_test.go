package conversation

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"discussions/internal/i18n"
	"discussions/messaging"

	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
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
		{"tags go", "🏴\U000e0067\U000e007f", "🏴"},
		{"marks are few", "e" + strings.Repeat("\u0301", 50), "e" + strings.Repeat("\u0301", marksKept)},
		{"marks with something hidden between them are few", "e" + strings.Repeat("\u0301\u200d", 50), "e" + strings.Repeat("\u0301", marksKept)},
		{"broken bytes show", "a\xffb", "a\uFFFDb"},
		{"Arabic and Hebrew stay", "سلام שלום", "سلام שלום"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := clean(c.in); got != c.want {
				t.Errorf("got %+q, want %+q", got, c.want)
			}
		})
	}
}

func TestNothingHiddenSurvivesCleaning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("a é👍\u200d\u202e\u2067\u200b\u0301\x07\r\n\ufe0f🏽")))).Draw(t, "text")
		out := clean(in)
		if !utf8.ValidString(out) || clean(out) != out {
			t.Fatalf("%+q gives %+q, then %+q", in, out, clean(out))
		}
		for _, r := range out {
			if r != '\n' && r != '\u200d' && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r)) {
				t.Fatalf("%+q holds %U", out, r)
			}
		}
		if line := cleanLine(in); strings.ContainsAny(line, "\n\t") {
			t.Fatalf("a line %+q", line)
		}
	})
}

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

func TestDayNames(t *testing.T) {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 23, 30, 0, 0, time.Local) }
	now := time.Date(2026, time.December, 2, 0, 10, 0, 0, time.Local)
	for _, c := range []struct {
		language i18n.Language
		day      time.Time
		want     string
	}{
		{i18n.French, day(2026, 12, 2), "aujourd’hui"},
		{i18n.French, day(2026, 12, 1), "hier"},
		{i18n.French, day(2026, 11, 23), "lundi 23 novembre"},
		{i18n.French, day(2026, 5, 1), "vendredi 1er mai"},
		{i18n.French, day(2025, 8, 31), "dimanche 31 août 2025"},
		{i18n.English, day(2026, 12, 1), "yesterday"},
		{i18n.English, day(2026, 11, 23), "Monday 23 November"},
		{i18n.English, day(2025, 5, 1), "Thursday 1 May 2025"},
	} {
		speak(t, c.language)
		if got := dayName(c.day, now); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.day, c.language, got, c.want)
		}
	}
	if got := clock(time.Date(2026, 1, 1, 9, 5, 0, 0, time.Local)); got != "9:05" {
		t.Errorf("clock: %q", got)
	}
}

func TestWords(t *testing.T) {
	speak(t, i18n.French)
	for _, c := range []struct{ got, want string }{
		{typingWords(nil), ""},
		{typingWords([]string{"Dr Julien Roux"}), "Dr Julien Roux écrit…"},
		{typingWords([]string{"A", "B\u202e"}), "A et B écrivent…"},
		{typingWords([]string{"A", "B", "C"}), "Plusieurs personnes écrivent…"},
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

func TestEveryTroubleHasWordsInBothLanguages(t *testing.T) {
	for _, language := range []i18n.Language{i18n.French, i18n.English} {
		speak(t, language)
		for p := messaging.None; p <= messaging.Replaced; p++ {
			for _, s := range []messaging.ConnState{messaging.Offline, messaging.Connecting} {
				words, _ := troubleWords(messaging.Connection{State: s, Problem: p})
				if words == "" || strings.HasPrefix(words, "conversation.") {
					t.Errorf("%s, %s, %s: %q", language, s, p, words)
				}
			}
		}
		for _, condition := range []string{"item-not-found", "forbidden", "service-unavailable", "policy-violation", ""} {
			if words := failure(condition); strings.HasPrefix(words, "conversation.") {
				t.Errorf("%s, %s: %q", language, condition, words)
			}
		}
	}
	if words, _ := troubleWords(messaging.Connection{State: messaging.Online}); words != "" {
		t.Errorf("online: %q", words)
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
