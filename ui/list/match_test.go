package list

import "testing"

func TestFits(t *testing.T) {
	for _, c := range []struct {
		search string
		want   bool
	}{
		{"", true}, {"moussa", true}, {"KEI", true}, {"keita aide", true}, {"dom", true},
		{"ussa", false}, {"moussa infirmier", false}, {"à", true},
	} {
		if got := newWanted(c.search).fits("Moussa Keïta", "Aide à domicile"); got != c.want {
			t.Errorf("%q: %v", c.search, got)
		}
	}
}
