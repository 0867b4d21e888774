package list

import (
	"testing"

	"discussions/messaging"
)

func TestFits(t *testing.T) {
	for _, c := range []struct {
		search string
		want   bool
	}{
		{"", true}, {"moussa", true}, {"KEI", true}, {"keita aide", true}, {"dom", true},
		{"ussa", false}, {"moussa infirmier", false}, {"à", true},
	} {
		words := searchable(messaging.Conversation{Name: "Moussa Keïta", Detail: "Aide à domicile"})
		if got := newWanted(c.search).fits(words); got != c.want {
			t.Errorf("%q: %v", c.search, got)
		}
	}
}
