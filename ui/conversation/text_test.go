package conversation

import (
	"strings"
	"testing"

	"discussions/internal/i18n"
	"discussions/internal/i18n/i18ntest"
	"discussions/messaging"
)

func TestWords(t *testing.T) {
	i18ntest.Speak(t, "fr")
	for _, c := range []struct{ got, want string }{
		{detailWords(messaging.Conversation{Group: true, Members: 6}, "Dr Claire Martin"), "6 membres · Dr Claire Martin"},
		{detailWords(messaging.Conversation{Group: true, Members: 1}, ""), "1 membre"},
		{detailWords(messaging.Conversation{Detail: "Cardiologue"}, "Dr Claire Martin"), "Cardiologue · Dr Claire Martin"},
		{detailWords(messaging.Conversation{}, "Dr Claire Martin"), "Dr Claire Martin"},
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
		for _, condition := range []string{"item-not-found", "forbidden", "service-unavailable", "policy-violation", ""} {
			if words := failure(condition); strings.HasPrefix(words, "conversation.") {
				t.Errorf("%s, %s: %q", language, condition, words)
			}
		}
	}
}
