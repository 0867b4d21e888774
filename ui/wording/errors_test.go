package wording

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"discussions/account/vault"
	"discussions/auth"
	"discussions/internal/i18n"
	"discussions/internal/i18n/i18ntest"
	"discussions/messaging"
	"discussions/settings"
)

func TestEverySentinelErrorHasItsSentence(t *testing.T) {
	for _, c := range i18n.All() {
		language := c.Language
		i18ntest.Speak(t, language)
		unknown := Explain(errors.New("something else"))
		for _, s := range sentences {
			got := Explain(fmt.Errorf("around: %w", s.err))
			if got == unknown || got.What == "" || strings.Contains(got.Text(), s.key) {
				t.Errorf("%s %v: %+v", language, s.err, got)
			}
		}
		for reason := vault.Repeat; reason <= vault.Keypad; reason++ {
			if got := Explain(&vault.WeakCodeError{Reason: reason}).Text(); strings.Contains(got, "weak.") {
				t.Errorf("%s %v: %s", language, reason, got)
			}
		}
		for _, p := range []settings.Problem{settings.ProblemAbsent, settings.ProblemUnreadable, settings.ProblemTooLong, settings.ProblemSyntax,
			settings.ProblemUnknownKey, settings.ProblemWrongType, settings.ProblemMissingKey, settings.ProblemBadText, settings.ProblemLongList, settings.ProblemBadDomain,
			settings.ProblemBadAddress, settings.ProblemNotEncrypted, settings.ProblemBadDuration, settings.ProblemUnknownWord, settings.ProblemReserved, settings.ProblemBadCA} {
			got := Explain(&settings.FileError{Path: "/x/discussions.toml", Line: 7, Key: "a.b", Problem: p}).Text()
			if strings.Contains(got, "file."+string(p)) || !strings.Contains(got, "/x/discussions.toml") || !strings.Contains(got, "7") {
				t.Errorf("%s %s: %s", language, p, got)
			}
		}
		if got := Explain(fmt.Errorf("write settings.toml: %w", full)); got != Explain(messaging.ErrDisk) {
			t.Errorf("%s, a full disk: %s", language, got.Text())
		}
		if got := Explain(&auth.ClockError{Difference: -25 * time.Hour}).Text(); !strings.Contains(got, "25") {
			t.Errorf("%s: %s", language, got)
		}
	}
}

// The code's screen and the search show a sentence as one paragraph.
func TestAParagraphHasAStopBehindEachSentence(t *testing.T) {
	for _, c := range []struct {
		s           Sentence
		text, short string
	}{
		{Sentence{"Le trousseau est verrouillé", "Rien n’est perdu.", "Réessayez."}, "Le trousseau est verrouillé. Rien n’est perdu. Réessayez.", "Le trousseau est verrouillé. Réessayez."},
		{Sentence{What: "Une année : ce code est trop facile.", Do: "Choisissez-en un autre."}, "Une année : ce code est trop facile. Choisissez-en un autre.", "Une année : ce code est trop facile. Choisissez-en un autre."},
		{Sentence{Do: "Réessayez."}, "Réessayez.", "Réessayez."},
	} {
		if got := c.s.Text(); got != c.text {
			t.Errorf("paragraph %q, want %q", got, c.text)
		}
		if got := c.s.Short(); got != c.short {
			t.Errorf("line %q, want %q", got, c.short)
		}
	}
}

func TestWhatWasSetAsideIsFoundByItsPath(t *testing.T) {
	for _, l := range i18n.All() {
		i18ntest.Speak(t, l.Language)
		for name, say := range map[string]func(string) Sentence{"settings": SettingsSetAside, "outbox": OutboxSetAside} {
			path, err := filepath.Abs("profile/damaged")
			if err != nil {
				t.Fatal(err)
			}
			s := say("profile/damaged")
			if !strings.Contains(s.Means, path) || s.What == "" || s.Do == "" || strings.Contains(s.Text(), "setAside.") {
				t.Errorf("%s in %s: %+v", name, l.Language, s)
			}
		}
	}
}
