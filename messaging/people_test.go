package messaging

import "testing"

func TestANameIsMadeOfTheAddressWhereNoneIsKnown(t *testing.T) {
	for jid, want := range map[string]string{
		"claire.martin@example.org":    "Claire Martin",
		"éloïse.brûlé@example.org":     "Éloïse Brûlé",
		`jean\20dupont@example.org`:    "Jean Dupont",
		`d\27arc.jeanne_m@example.org`: "D'arc Jeanne M",
		"..@example.org":               "",
		"rooms.example.org":            "rooms.example.org",
	} {
		if got := newPeople().name(jid); got != want {
			t.Errorf("%s: %q, want %q", jid, got, want)
		}
	}
}
