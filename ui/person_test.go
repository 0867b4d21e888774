package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"discussions/messaging"
	"discussions/messaging/messagingtest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

func TestACardIsOpenedFromTheListAndWrittenFrom(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		c := r.manager.clients["claire"]
		c.Edit("sophie", func(v *messagingtest.Conversation) {
			v.Presence, v.Status = messaging.Busy, "Au bloc"
			v.Card = messaging.Card{Org: "CHU", Unit: "Cardiologie", Place: "Montpellier", Mail: "s@chu.example", Phone: "+33 4 67 00 00 00"}
		})
		r.press(claire.Name)
		r.pressKey(fyne.KeyDown)
		r.pressKey(desktop.KeyMenu)
		r.press("Voir la fiche")
		r.expectScreen("card")
		for _, want := range []string{"Sophie Bernard", "Infirmière coordinatrice", "Occupé – Au bloc", "CHU", "Cardiologie", "Montpellier"} {
			r.expectText(want)
		}
		r.press("Copier : Téléphone")
		if got := r.ui.app.Clipboard().Content(); got != "+33 4 67 00 00 00" {
			t.Errorf("copied %q", got)
		}
		c.Edit("sophie", func(v *messagingtest.Conversation) { v.Presence, v.Status = messaging.Away, "" })
		c.Tell(messaging.ConversationChanged{ID: "sophie"})
		r.settle()
		r.expectText("Absent")
		r.press("Écrire")
		r.expectScreen("list")
		if titles := r.windowTitles(); !slices.Contains(titles, "Sophie Bernard – Dr Claire Martin") {
			t.Errorf("windows %q", titles)
		}
	})
}

func TestACardSaysWhoIsOfAnotherOrganisation(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.manager.clients["claire"].Edit("sophie", func(v *messagingtest.Conversation) {
			v.Name, v.Card = "Sophie Bernard (chu.example)", messaging.Card{Outside: "chu.example", Plain: "Sophie Bernard"}
		})
		r.ui.nav.ShowPerson("claire", "sophie")
		r.settle()
		r.expectText("Hors de votre organisation : chu.example")
		if texts := r.texts(); slices.Contains(texts, "Sophie Bernard (chu.example)") || !slices.Contains(texts, "Sophie Bernard") {
			t.Error("the domain is told twice")
		}
	})
}

func TestAKnownStatusIsChosen(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.ui.nav.ShowList("claire")
		r.ui.nav.ShowStatus("claire")
		r.settle()
		r.press("Au bloc")
		r.typeText(" 3")
		r.press("Enregistrer")
		if got := r.manager.clients["claire"].Status().Text; got != "Au bloc 3" {
			t.Errorf("the status is %q", got)
		}
	})
}

func TestACardIsShownOfflineAsItIsKnown(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.manager.clients["claire"].SetConnection(messaging.Connection{Problem: messaging.Unreachable})
		r.ui.nav.ShowPerson("claire", "sophie")
		r.settle()
		r.expectText("Infirmière coordinatrice")
		r.expectText("Hors ligne")
		r.press("Bloquer")
		r.press("Bloquer")
		r.expectText("Vous êtes hors ligne")
	})
}

func TestAPersonIsBlockedAfterAQuestion(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		c := r.manager.clients["claire"]
		r.ui.nav.ShowPerson("claire", "sophie")
		r.settle()
		r.press("Bloquer")
		r.expectText("Ce qui a été écrit reste")
		r.press("Annuler")
		if c.Get("sophie").Blocked {
			t.Error("blocked without an answer")
		}
		r.press("Bloquer")
		r.press("Bloquer")
		r.expectText("Vous avez bloqué cette personne")
		r.press("Débloquer")
		if c.Get("sophie").Blocked {
			t.Error("still blocked")
		}
		c.Fail("SetBlocked", messaging.ErrNotOffered)
		r.press("Bloquer")
		r.press("Bloquer")
		r.expectText("Votre serveur ne le permet pas")
	})
}

func TestAStrangerIsAskedToBeAContact(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		c := r.manager.clients["claire"]
		c.Calls()
		r.ui.nav.ShowPerson("claire", "sophie")
		r.settle()
		r.press("Ajouter à mes contacts")
		r.expectText("Votre demande est envoyée à Sophie Bernard")
		if calls := c.Calls(); !slices.Contains(calls, "contact sophie") {
			t.Errorf("%q", calls)
		}
	})
}

func TestTheOwnStatusIsSetWithItsEndAndCleared(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		c := r.manager.clients["claire"]
		r.press(claire.Name)
		r.press("Changer de compte")
		r.press("Mon statut : En ligne")
		r.expectScreen("status")
		r.typeText("En visite")
		r.press("Disponibilité")
		r.press("Occupé")
		r.press("Jusqu’à quand")
		until := time.Now().Add(time.Hour).Round(5 * time.Minute)
		r.press("Jusqu’à " + until.Format("15:04")[1:])
		r.press("Enregistrer")
		r.expectScreen("list")
		got := c.Status()
		if got.Presence != messaging.Busy || !got.Until.Equal(until) || !strings.HasPrefix(got.Text, "En visite jusqu’à ") {
			t.Errorf("%+v", got)
		}
		r.press("Changer de compte")
		r.press("Mon statut : Occupé – " + got.Text)
		r.typeText(" au 3e") // behind what was typed; the end stays, once
		r.press("Enregistrer")
		if now := c.Status(); !now.Until.Equal(until) || now.Text != strings.Replace(got.Text, "En visite", "En visite au 3e", 1) {
			t.Errorf("changed: %+v", now)
		}
		r.ui.nav.ShowStatus("claire")
		r.settle()
		r.press("Jusqu’à quand")
		r.press("Sans fin")
		r.press("Enregistrer")
		if now := c.Status(); !now.Until.IsZero() || now.Text != "En visite au 3e" {
			t.Errorf("without its end: %+v", now)
		}
		r.ui.nav.ShowStatus("claire")
		r.settle()
		r.press("Effacer mon statut")
		if got := c.Status(); got.Presence != messaging.Available || got.Text != "" {
			t.Errorf("%+v", got)
		}
		r.ui.nav.ShowStatus("claire")
		r.settle()
		r.typeText(strings.Repeat("é", 300))
		r.pressKey(fyne.KeyReturn)
		if n := len([]rune(c.Status().Text)); n != 100 {
			t.Errorf("%d characters", n)
		}
		c.Fail("SetStatus", messaging.ErrDisk)
		r.ui.nav.ShowStatus("claire")
		r.settle()
		r.press("Enregistrer")
		if r.canvas().Overlays().Top() == nil || r.ui.window.shown.Name() != "status" {
			t.Error("a full disk is not told")
		}
	})
}

func TestAColleagueIsFoundInTheDirectoryAndWrittenTo(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		c := r.manager.clients["claire"]
		c.Directory = []messaging.Card{
			{ID: "ines@example.org", Name: "Inès Caron", Job: "Cardiologue", Place: "Alès"}, {ID: "sophie", Name: "Sophie Bernard", Job: "Cardiologie"},
		}
		r.press(claire.Name)
		r.press("Nouvelle conversation")
		r.typeText("cardiol al")
		r.pressKey(fyne.KeyReturn) // nobody here: it looks into the directory
		r.expectText("Cardiologue · Alès")
		r.pressKey(fyne.KeyReturn)
		if titles := r.windowTitles(); !slices.Contains(titles, "Inès Caron – Dr Claire Martin") {
			t.Errorf("windows %q", titles)
		}
	})
}

func TestWhatTheDirectoryDoesNotKnowIsTold(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		c := r.manager.clients["claire"]
		r.press(claire.Name)
		r.press("Nouvelle conversation")
		r.typeText("zzz")
		r.press("Chercher « zzz » dans l’annuaire")
		r.expectText("L’annuaire ne connaît personne qui corresponde à « zzz ».")
		if r.canvas().Focused() == nil {
			t.Error("the keys lead nowhere")
		}
		r.typeText("z")
		c.Fail("FindPeople", messaging.ErrNotOffered)
		r.press("Chercher « zzzz » dans l’annuaire")
		r.expectText("Votre organisation n’a pas d’annuaire.")
		c.Fail("FindPeople", nil)
		c.SetConnection(messaging.Connection{Problem: messaging.Unreachable})
		r.typeText("z")
		r.press("Chercher « zzzzz » dans l’annuaire")
		r.expectText("L’annuaire n’est pas joignable hors ligne.")
	})
}
