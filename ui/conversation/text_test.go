package conversation

import (
	"strings"
	"testing"
	"time"

	"discussions/internal/i18n"
	"discussions/internal/i18n/i18ntest"
	"discussions/messaging"
)

func TestWords(t *testing.T) {
	i18ntest.Speak(t, "fr")
	for _, c := range []struct{ got, want string }{
		{detailWords(messaging.Conversation{Group: true, Members: 6}, "Dr Claire Martin", noon), "6 membres · Dr Claire Martin"},
		{detailWords(messaging.Conversation{Group: true, Members: 1}, "", noon), "1 membre"},
		{detailWords(messaging.Conversation{Detail: "Cardiologue"}, "Dr Claire Martin", noon), "Cardiologue · Dr Claire Martin"},
		{detailWords(messaging.Conversation{}, "Dr Claire Martin", noon), "Dr Claire Martin"},
		{detailWords(messaging.Conversation{MutedUntil: noon.Add(time.Hour)}, "Dr Claire Martin", noon), "en sourdine jusqu’à 13:00 · Dr Claire Martin"},
		{detailWords(messaging.Conversation{MutedUntil: messaging.Forever()}, "", noon), "en sourdine"},
		{detailWords(messaging.Conversation{MutedUntil: noon}, "", noon), ""},
		{detailWords(messaging.Conversation{Detail: "Cardiologue", Presence: messaging.Busy, Status: "Au bloc"}, "", noon), "Cardiologue · Occupé – Au bloc"},
		{detailWords(messaging.Conversation{Presence: messaging.Away}, "", noon), "Absent"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestEveryFailureHasWordsInEveryLanguage(t *testing.T) {
	for _, c := range i18n.All() {
		language := c.Language
		i18ntest.Speak(t, language)
		for _, condition := range []string{"item-not-found", "forbidden", "service-unavailable", "policy-violation", "too-long", ""} {
			if words := failure(condition); strings.HasPrefix(words, "conversation.") {
				t.Errorf("%s, %s: %q", language, condition, words)
			}
		}
	}
}
