package pick

import (
	"fmt"
	"testing"

	"discussions/internal/i18n"
	"discussions/messaging"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"
)

func TestMain(m *testing.M) {
	test.NewApp().Settings().SetTheme(look.New(look.Light, 1))
	if err := i18n.Speak("fr"); err != nil {
		panic(err)
	}
	m.Run()
}

func colleagues() []Person {
	return People([]messaging.Conversation{
		{ID: "sophie", Name: "Sophie Bernard", Detail: "Infirmière coordinatrice"}, {ID: "group", Group: true, Name: "Astreinte"},
		{ID: "eloise", Name: "Éloïse Caron", Detail: "Sage-femme"}, {ID: "moussa", Name: "Moussa Keïta"}, {ID: "in", Name: "Anne Petit"},
	}, "in")
}

// show makes a picker of the colleagues in a window.
func show(t *testing.T) *Picker {
	t.Helper()
	p := New(look.Board{})
	w := test.NewWindow(p.Content)
	t.Cleanup(w.Close)
	w.Resize(fyne.NewSize(320, 400))
	p.Show(colleagues())
	return p
}

func names(list []Person) (names []string) {
	for _, p := range list {
		names = append(names, p.Name)
	}
	return names
}

func TestPeopleAreFoundByNameAndJob(t *testing.T) {
	for wanted, want := range map[string][]string{
		"":         {"Éloïse Caron", "Moussa Keïta", "Sophie Bernard"}, // by name; no group, nobody who is in it
		"eloise":   {"Éloïse Caron"},
		"keita":    {"Moussa Keïta"},
		"infirm":   {"Sophie Bernard"},
		"ber soph": {"Sophie Bernard"},
		"x":        nil,
		"rnard":    nil, // a word is found by its beginning, as in the list
	} {
		p := show(t)
		p.Field.SetText(wanted)
		if diff := cmp.Diff(want, names(p.Found())); diff != "" {
			t.Errorf("%q: %s", wanted, diff)
		}
		if said := p.none.Text != ""; said != (want == nil) {
			t.Errorf("%q: %q", wanted, p.none.Text)
		}
	}
}

func TestPeopleAreChosenByKeyboard(t *testing.T) {
	p := show(t)
	changes, left := 0, false
	p.OnChanged, p.OnEscape = func() { changes++ }, func() { left = true }
	press := func(keys ...fyne.KeyName) {
		for _, k := range keys {
			p.Field.TypedKey(&fyne.KeyEvent{Name: k})
		}
	}
	if want := "Choisissez une ou plusieurs personnes."; p.told.Text != want {
		t.Errorf("before anybody is chosen: %q", p.told.Text)
	}
	press(fyne.KeyDown, fyne.KeyReturn, fyne.KeyUp, fyne.KeyReturn, fyne.KeyUp, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	if diff := cmp.Diff([]messaging.ConversationID{"moussa", "eloise", "sophie"}, p.Chosen()); diff != "" {
		t.Error(diff)
	}
	if want := "3 personnes choisies\u00a0: Moussa Keïta, Éloïse Caron, Sophie Bernard"; p.told.Text != want {
		t.Errorf("%q", p.told.Text)
	}
	p.Field.SetText("moussa") // who is chosen stays chosen in a search
	press(fyne.KeyReturn)
	if diff := cmp.Diff([]messaging.ConversationID{"eloise", "sophie"}, p.Chosen()); diff != "" {
		t.Error(diff)
	}
	press(fyne.KeyEscape)
	if changes != 4 || !left {
		t.Errorf("%d changes were told, and the end %t", changes, left)
	}
}

func TestOnlyPeopleInViewAreDrawn(t *testing.T) {
	p := show(t)
	var many []Person
	for i := range 5000 {
		many = append(many, Person{ID: messaging.ConversationID(fmt.Sprint(i)), Name: fmt.Sprint("Personne ", i)})
	}
	p.Show(many)
	drawn := 0
	for _, o := range test.LaidOutObjects(p.list) {
		if _, ok := o.(*row); ok {
			drawn++
		}
	}
	if drawn == 0 || drawn > 20 {
		t.Errorf("%d of 5000 people are drawn", drawn)
	}
}
