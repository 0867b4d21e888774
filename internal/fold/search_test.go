package fold

import "testing"

func TestEachWordOfASearchBeginsAWord(t *testing.T) {
	text := Searchable("Moussa Keïta, Aide à domicile")
	for search, want := range map[string]bool{
		"": true, "?": true, "moussa": true, "KEI": true, "keita aide": true, "aide moussa": true, "dom": true, "à": true,
		"ussa": false, "moussa infirmier": false,
	} {
		if got := NewSearch(search).Fits(text); got != want {
			t.Errorf("%q: %v", search, got)
		}
	}
}
