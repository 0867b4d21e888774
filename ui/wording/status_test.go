package wording

import (
	"testing"
	"time"

	"discussions/internal/i18n"
	"discussions/internal/i18n/i18ntest"
)

func TestAStatusIsReadInTheReadersLanguage(t *testing.T) {
	for _, test := range []struct{ said, french, english string }{
		{"", "", ""},
		{"En visite jusqu’à 15:00", "En visite jusqu’à 15:00", "On rounds until 15:00"},
		{"on rounds until 9:05", "En visite jusqu’à 9:05", "on rounds until 9:05"},
		{"until 15:00", "jusqu’à 15:00", "until 15:00"},
		{"De garde", "De garde", "On call"},
		{"in a meeting", "En réunion", "in a meeting"},
		{"Busy", "Occupé", "Busy"},
		{"Bureau 12 until 15:00", "Bureau 12 jusqu’à 15:00", "Bureau 12 until 15:00"},
		{"Je remplace Julien", "Je remplace Julien", "Je remplace Julien"},
		{"Absente until further notice", "Absente until further notice", "Absente until further notice"},
		{"En visite jusqu’à 25:00", "En visite jusqu’à 25:00", "En visite jusqu’à 25:00"},
		{"jusqu’à until 15:00", "jusqu’à jusqu’à 15:00", "jusqu’à until 15:00"},
		{"Au bloc\njusqu’à 8:30", "Au bloc jusqu’à 8:30", "In theatre until 8:30"},
	} {
		for language, want := range map[i18n.Language]string{"fr": test.french, "en": test.english} {
			i18ntest.Speak(t, language)
			if got := Status(test.said); got != want {
				t.Errorf("%q in %s: %q, want %q", test.said, language, got, want)
			}
		}
	}
}

func TestTheEndOfAStatusIsFoundInAnyLanguage(t *testing.T) {
	end := time.Date(2026, 11, 27, 15, 0, 0, 0, time.Local)
	for _, said := range []i18n.Language{"fr", "en"} {
		i18ntest.Speak(t, said)
		text := "Bureau 12 " + Until(end)
		for _, read := range []i18n.Language{"fr", "en"} {
			i18ntest.Speak(t, read)
			if words, until := WithoutUntil(text); words != "Bureau 12" || until != Until(end) {
				t.Errorf("%q in %s: %q, %q", text, read, words, until)
			}
		}
	}
}
