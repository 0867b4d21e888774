package fold

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		"Médecin":                "medecin",
		"CŒUR, cœur et coeur":    "coeur coeur et coeur",
		"L’œdème aujourd'hui":    "l oedeme aujourd hui",
		"Me\u0301decin":          "medecin", // the accent is a character of its own
		"10 mg/kg, 2×/j":         "10 mg kg 2 j",
		"m² ﬁn №5":               "m2 fin 5",
		"Straße":                 "strasse",
		"İstanbul":               "istanbul",
		"مرحبا بالعالم":          "مرحبا بالعالم",
		"می\u200cخواهم":          "می خواهم",
		"👩‍⚕️ … — !":             "",
		"claire.martin@chu.fr":   "claire martin chu fr",
		"\xff\xfea":              "a",
		"½ dose":                 "12 dose",
		"Ça va ? NaCl 0,9 % ok.": "ca va nacl 0 9 ok",
	} {
		if got := Text(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestWordsSayWhereTheyAre(t *testing.T) {
	const text = "L’œdème, me\u0301decin !"
	var got []string
	for _, w := range Words(text) {
		got = append(got, text[w.Start:w.End])
	}
	if d := cmp.Diff([]string{"L", "œdème", "me\u0301decin"}, got); d != "" {
		t.Error(d)
	}
}

func TestFoldingTwiceIsFoldingOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		once := Text(text)
		if twice := Text(once); twice != once {
			t.Fatalf("%q, then %q", once, twice)
		}
		// Macs write accents as characters of their own.
		if other := Text(norm.NFD.String(text)); other != once {
			t.Fatalf("%q; decomposed: %q", once, other)
		}
		last := 0
		for _, w := range Words(text) {
			if w.Start < last || w.End <= w.Start || w.End > len(text) || w.Folded == "" || strings.Contains(w.Folded, " ") {
				t.Fatalf("%+v", w)
			}
			last = w.End
		}
	})
}

func BenchmarkText(b *testing.B) {
	text := "Le patient de la chambre 12 a reçu 10 mg de morphine à 3 h ; son cœur va mieux."
	for b.Loop() {
		Text(text)
	}
}
