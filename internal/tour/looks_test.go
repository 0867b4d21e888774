//go:build linux

package tour

import "testing"

// TestLooks keeps pictures of the main screens in each language, light and dark, and at one and a half times the size.
func TestLooks(t *testing.T) {
	w := newWalk(t)
	w.logIn(w.org.Config)
	for _, look := range []struct{ name, language, theme, scale string }{
		{"fr-light", "fr", "light", "1"},
		{"fr-dark", "fr", "dark", "1"},
		{"en-light", "en", "light", "1"},
		{"en-dark", "en", "dark", "1"},
		{"fr-large", "fr", "light", "1.5"},
	} {
		w.p.stop()
		t.Setenv("FYNE_THEME", look.theme)
		t.Setenv("FYNE_SCALE", look.scale)
		w.open("accounts", "--lang", look.language)
		w.picture(w.main, look.name+"-accounts")
		w.keys("Tab", "Return")
		w.p.screen("code")
		w.code(claireCode[:2])
		w.picture(w.main, look.name+"-code")
		w.code(claireCode[2:])
		w.p.screen("list")
		w.p.listed()
		w.picture(w.main, look.name+"-list")
		w.find(w.org.Groups[0].Name)
		w.p.await("history shown")
		w.p.await("conversation drawn") // before that its window is black
		w.picture(w.window(w.org.Groups[0].Name), look.name+"-conversation")
	}
	w.focus(w.main)
	w.keys("Escape")
	w.keys("ctrl+l")
	w.p.screen("code")
	w.gone(w.org.Groups[0].Name)
	w.code(claireCode)
	w.p.screen("list")
	w.window(w.org.Groups[0].Name) // the code brings the same windows back
}
