package conversation

import (
	"strings"
	"testing"

	"discussions/internal/i18n"
	"discussions/messaging"
)

func TestWords(t *testing.T) {
	speak(t, "fr")
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

func TestEveryFailureHasWordsInBothLanguages(t *testing.T) {
	for _, language := range []i18n.Language{"fr", "en"} {
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
		if err := i18n.Speak("fr"); err != nil {
			t.Fatal(err)
		}
	})
}
