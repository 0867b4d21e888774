package ui

import (
	"errors"
	"slices"
	"testing"

	"discussions/messaging"
	"discussions/ui/look"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
)

// searching opens the search with some messages to find.
func searching(r *rig) {
	c := r.manager.clients["claire"]
	for _, body := range []string{"Le cœur du patient du 12 va mieux", "Cœur : échographie demain à 8 h", "rien d’autre"} {
		c.Receive("soins", messaging.Message{Author: "Paul Durand", Content: messaging.Text{Body: body}})
	}
	r.press(claire.Name)
	r.ui.nav.ShowSearch("claire", "coeur")
	r.settle()
}

func TestMessagesAreSearchedEverywhere(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		searching(r)
		r.expectScreen("search")
		r.expectText("La recherche porte sur les messages de ce poste. Pour remonter plus loin, cherchez dans une conversation.")
		r.pressKey(fyne.KeyDown)
		r.pressKey(fyne.KeyReturn)
		if titles := r.windowTitles(); !slices.Contains(titles, "Soins Tournefeuille – Dr Claire Martin") {
			t.Errorf("windows: %q", titles)
		}
		at := r.views[len(r.views)-1].at
		if last := r.manager.clients["claire"].Get("soins").Messages; at != last[len(last)-2].Cursor {
			t.Errorf("shown at %v", at)
		}
		r.pressKey(fyne.KeyEscape)
		r.expectScreen("list")
	})
}

// Who types fast has typed the first letters before the search is drawn.
func TestWhatIsTypedAtOnceIsSearchedWhole(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		write := func(text string) {
			for _, letter := range text {
				r.canvas().Focused().TypedRune(letter)
			}
			r.settle()
			if got := r.canvas().Focused().(*look.Field).Text; got != text {
				t.Errorf("searched: %q, not %q", got, text)
			}
		}
		searching(r)
		write("écho") // replaces what was searched
		r.ui.nav.ShowList("claire")
		r.ui.nav.ShowSearch("claire", "")
		write("patient du")
	})
}

func TestASearchSaysWhereItStands(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		searching(r)
		again := func(text string) {
			r.ui.window.shown.(screen.Finder).Find()
			r.typeText(text)
		}
		again("x")
		r.expectText("Deux lettres suffisent. Les accents et les majuscules ne comptent pas.")
		again("xyz")
		r.expectText("Aucun message de ce poste ne contient « xyz ».")
		r.manager.clients["claire"].Fail("Search", messaging.ErrLocked)
		again("coeur")
		r.expectText("La recherche n’a pas abouti. Ce compte est verrouillé. Saisissez le code du compte.")
		r.manager.clients["claire"].Fail("Search", nil)
		again("patient")
		r.expectText("Soins Tournefeuille")
		r.manager.clients["claire"].Fail("Search", errors.New("store: search: SQL logic error"))
		again("patien")
		r.expectText("La recherche n’a pas abouti. Un problème inattendu est survenu. Réessayez. Si cela se reproduit, prévenez votre service informatique.")
		if slices.Contains(r.texts(), "Soins Tournefeuille") {
			t.Error("an earlier answer stays in view")
		}
	})
}

func TestTheShortcutSearchesTheAccountInView(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.press(claire.Name)
		r.ui.findEverywhere()
		r.settle()
		r.expectScreen("search")
	})
}

func TestTheListOffersToSearchTheMessages(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.press(claire.Name)
		r.ui.window.shown.(screen.Finder).Find()
		r.typeText("dose")
		r.press("Chercher « dose » dans les messages")
		r.expectScreen("search")
		r.expectText("Aucun message de ce poste ne contient « dose ».")
	})
}
