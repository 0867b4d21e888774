package i18n

import (
	"testing"

	"fyne.io/fyne/v2/test"
)

func TestTheLanguageIsSwitched(t *testing.T) {
	test.NewTempApp(t)
	if err := Speak(French); err != nil {
		t.Fatal(err)
	}
	if got := T("settings.title"); got != "Paramètres" {
		t.Errorf("in French: %q", got)
	}
	if got := N("list.members", 0); got != "0 membre" {
		t.Errorf("no member in French: %q", got)
	}
	if err := Speak(English); err != nil {
		t.Fatal(err)
	}
	if got := T("settings.title"); got != "Settings" {
		t.Errorf("in English: %q", got)
	}
	for count, want := range map[int]string{0: "0 members", 1: "1 member", 6: "6 members"} {
		if got := N("list.members", count); got != want {
			t.Errorf("%d: %q, want %q", count, got, want)
		}
	}
	if got := T("list.said", "Name", "A", "Text", "<b>&{{.Name}}"); got != "A: <b>&{{.Name}}" {
		t.Errorf("values stay as they are: %q", got)
	}
	if Speak("xx") == nil {
		t.Error("an unknown language is taken")
	}
}
