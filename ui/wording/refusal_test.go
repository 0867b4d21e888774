package wording

import (
	"testing"

	"discussions/internal/i18n"
	"discussions/internal/i18n/i18ntest"
	"discussions/messaging"
)

func TestEachRefusalOfAGroupIsSaid(t *testing.T) {
	for _, l := range i18n.All() {
		i18ntest.Speak(t, l.Language)
		seen := map[string]bool{"": true, "group.refused.": true}
		for _, r := range []messaging.Refusal{messaging.Banned, messaging.MembersOnly, messaging.Full, messaging.Gone, messaging.Password,
			messaging.NameTaken, messaging.Kicked, messaging.NotIn, messaging.Refused} {
			said := Refusal(r)
			if seen[said] || said == "group.refused."+string(r) {
				t.Errorf("%s in %s: %q", r, l.Language, said)
			}
			seen[said] = true
		}
		if said := Refusal(messaging.NotRefused); said != "" {
			t.Errorf("no refusal in %s: %q", l.Language, said)
		}
	}
}
