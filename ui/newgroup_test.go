package ui

import (
	"slices"
	"testing"
	"testing/synctest"

	"discussions/internal/picture"
	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/look/looktest"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"
)

// fillNewGroup opens the screen of a new group, names it, and chooses the first two people, all by keyboard.
func fillNewGroup(r *rig, name string) {
	r.ui.nav.ShowList("claire")
	r.settle()
	r.press(map[string]string{"fr": "Nouvelle conversation", "en": "New conversation"}[r.ui.options.Language])
	r.settle()
	r.press(map[string]string{"fr": "Nouveau groupe", "en": "New group"}[r.ui.options.Language])
	r.settle()
	r.typeText(name)
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyReturn, fyne.KeyDown, fyne.KeyReturn} {
		r.pressKey(key)
	}
}

func TestAGroupIsMadeOfChosenPeople(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil, claire, paul)
		fillNewGroup(r, "Staff du lundi")
		r.press("Créer le groupe")
		r.settle()
		c := r.manager.clients["claire"]
		var names []string
		for _, m := range c.Members("staff-du-lundi@groups.example.org") {
			names = append(names, m.Name)
		}
		if diff := cmp.Diff([]string{"Dr Claire Martin", "Amélie Laurent", "Dr Julien Roux"}, names); diff != "" {
			t.Error(diff)
		}
		if n := len(r.ui.chats.open); n != 1 {
			t.Errorf("%d conversations are open", n)
		}
		invited := slices.ContainsFunc(c.Calls(), func(call string) bool {
			return call == "invite amelie: Dr Claire Martin vous invite dans le groupe «\u00a0Staff du lundi\u00a0»."
		})
		if !invited {
			t.Errorf("nobody is invited: %q", c.Calls())
		}
	})
}

func TestANewGroupGetsAColour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil, claire, paul)
		c := r.manager.clients["claire"]
		const named, id = "Staff du lundi", "staff-du-lundi@groups.example.org"
		fillNewGroup(r, named)
		r.expectText("Couleur\u00a0: selon le nom")
		r.chooseColour(fyne.KeyRight, fyne.KeyRight, fyne.KeyRight)
		r.expectText("Couleur\u00a0: vert")
		r.pressKey(fyne.KeyReturn) // to the people
		r.typeText("moussa")
		r.expectText("Moussa Keïta")
		r.press("Créer le groupe")
		r.settle()
		if a := c.Get(id).Avatar; a == nil || a.Colour != picture.AvatarColours()[2] {
			t.Errorf("the colour: %+v", a)
		}

		fillNewGroup(r, "Autre") // without a choice nothing is published
		r.press("Créer le groupe")
		r.settle()
		if a := c.Get("autre@groups.example.org").Avatar; a != nil {
			t.Errorf("a colour that nobody chose: %+v", a)
		}

		c.NoPictures = true
		fillNewGroup(r, named)
		if r.shows("Couleur\u00a0: selon le nom") {
			t.Error("a colour is offered where groups keep none")
		}
	})
}

// chooseColour presses keys in the row of colours.
func (r *rig) chooseColour(keys ...fyne.KeyName) {
	r.t.Helper()
	row := looktest.Find(r.roots()[0], func(o fyne.CanvasObject) bool { _, ok := o.(*look.Swatches); return ok })
	r.canvas().Focus(row.(*look.Swatches))
	for _, key := range keys {
		r.pressKey(key)
	}
}

func TestAGroupThatIsNotMadeSaysWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil, claire, paul)
		fillNewGroup(r, "")
		r.press("Créer le groupe")
		r.settle()
		if !r.shows("Donnez d’abord un nom au groupe.") {
			t.Error("a group without a name: nothing is said")
		}
		r.manager.clients["claire"].Fail("CreateGroup", messaging.ErrNoGroups)
		r.typeText("Staff")
		r.press("Créer le groupe")
		r.settle()
		if !r.shows("Votre organisation ne permet pas de créer des groupes. Adressez-vous à son service informatique.") {
			t.Error("a group that may not be made: nothing is said")
		}
	})
}
