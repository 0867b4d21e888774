package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"discussions/messaging"
	"discussions/messaging/messagingtest"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"
)

func TestTheMenuChangesAccount(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire, nadia, paul)
		r.press(claire.Name)
		r.press("Changer de compte")
		r.press("Nadia Benali")
		r.expectScreen("list")
		if r.ui.window.shown.(screen.Owned).Owner() != "nadia" {
			t.Error("the other list is not shown")
		}
		r.press("Changer de compte")
		r.pressKey(fyne.KeyEscape)
		if r.canvas().Overlays().Top() != nil {
			t.Error("Escape does not close the menu")
		}
		r.press("Changer de compte")
		r.press("Tous les comptes de ce poste")
		r.expectScreen("accounts")
		r.press("Fermer toutes les sessions")
		r.press("Fermer toutes les sessions")
		if !r.manager.allClosed {
			t.Error("the sessions are still open")
		}
	})
}

func TestTheListIsSearchedAndWalkedByKeys(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.press(claire.Name)
		r.ui.window.shown.(screen.Finder).Find()
		r.typeText("keita")
		if texts := r.texts(); !slices.Contains(texts, "Moussa Keïta") || slices.Contains(texts, "Sophie Bernard") {
			t.Fatalf("found %q", texts)
		}
		r.pressKey(fyne.KeyReturn)
		if d := cmp.Diff([]string{"Discussions", "Moussa Keïta – Dr Claire Martin"}, r.windowTitles()); d != "" {
			t.Error(d)
		}
		r.pressKey(fyne.KeyEscape)
		r.pressKey(fyne.KeyDown)
		r.pressKey(fyne.KeyDown)
		r.pressKey(fyne.KeyReturn)
		if d := cmp.Diff([]string{"Discussions", "Moussa Keïta – Dr Claire Martin", "Astreinte cardiologie – Dr Claire Martin"}, r.windowTitles()); d != "" {
			t.Error(d)
		}
		r.typeText("zzz")
		r.expectText("Rien ne correspond à « zzz ».")
	})
}

func TestTheListFollowsWhatHappens(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.press(claire.Name)
		c := r.manager.clients["claire"]
		c.Types("soins", "Paul Durand")
		r.settle()
		r.expectText("Paul Durand écrit…")
		c.ReceiveText("nadia", "Bonjour Claire")
		r.settle()
		r.expectText("Bonjour Claire")
		calm := r.position("Nadia Benali") // now the first
		c.SetConnection(messaging.Connection{State: messaging.Connecting})
		r.settle()
		r.expectText("Connexion…")
		c.SetConnection(messaging.Connection{State: messaging.Online})
		r.drain()
		if got := r.position("Nadia Benali"); got != calm {
			t.Errorf("the first row is at %v after the banner, at %v before", got, calm)
		}
		c.SetConnection(messaging.Connection{Problem: messaging.Unreachable})
		r.settle()
		r.expectText("Hors ligne")
		r.press("Réessayer")
		if !slices.Contains(c.Calls(), "retry") {
			t.Error("not tried again")
		}
		c.SetConnection(messaging.Connection{Problem: messaging.Unreachable, Next: time.Now().Add(12 * time.Second)})
		r.settle()
		r.expectText("Reconnexion dans 12 s.")
		time.Sleep(5 * time.Second)
		r.drain()
		r.expectText("Reconnexion dans 7 s.")
		r.press("Maintenant")
		if !slices.Contains(c.Calls(), "retry") {
			t.Error("not tried again now")
		}
		c.SetConnection(messaging.Connection{Problem: messaging.LoginNeeded})
		r.settle()
		r.press("Se connecter")
		r.settle()
		if len(r.manager.logins) != 1 || r.manager.logins[0].id != "claire" {
			t.Errorf("logins %v", r.manager.logins)
		}
	})
}

func TestANewConversationIsPickedFromTheContacts(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.press(claire.Name)
		r.press("Nouvelle conversation")
		r.expectScreen("new")
		r.typeText("sage")
		r.pressKey(fyne.KeyReturn)
		r.expectScreen("list")
		if d := cmp.Diff([]string{"Discussions", "Nadia Benali – Dr Claire Martin"}, r.windowTitles()); d != "" {
			t.Error(d)
		}
	})
}

// TestOfThousandsOfContactsOnlyTheVisibleAreDrawn: a list of all of an organisation.
func TestOfThousandsOfContactsOnlyTheVisibleAreDrawn(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		for i := range 2000 {
			r.manager.clients["claire"].Put(messagingtest.Conversation{Conversation: messaging.Conversation{
				ID: messaging.ConversationID(fmt.Sprintf("p%d@example.org", i)), Name: fmt.Sprintf("Personne %d", i), Detail: "Infirmière",
			}})
		}
		r.press(claire.Name)
		if n := len(r.texts()); n > 100 {
			t.Errorf("%d texts are in the list", n)
		}
		r.press("Nouvelle conversation")
		if n := len(r.texts()); n > 100 {
			t.Errorf("%d texts are in the choice", n)
		}
		r.typeText("1999")
		r.pressKey(fyne.KeyReturn)
		if d := cmp.Diff([]string{"Discussions", "Personne 1999 – Dr Claire Martin"}, r.windowTitles()); d != "" {
			t.Error(d)
		}
	})
}

func TestANewConversationIsChosenByTheArrows(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.press(claire.Name)
		r.press("Nouvelle conversation")
		r.pressKey(fyne.KeyReturn) // nothing is chosen yet
		r.expectScreen("new")
		r.pressKey(fyne.KeyDown)
		r.pressKey(fyne.KeyDown)
		r.pressKey(fyne.KeyReturn)
		r.expectScreen("list")
		if d := cmp.Diff([]string{"Discussions", "Dr Julien Roux – Dr Claire Martin"}, r.windowTitles()); d != "" {
			t.Error(d)
		}
	})
}

func TestAContactRequestIsAnsweredInTheList(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.press(claire.Name)
		c := r.manager.clients["claire"]
		c.Ask(messaging.ContactRequest{From: "ines@example.org", Name: "Inès Caron", Text: "Je remplace Sophie."})
		c.Ask(messaging.ContactRequest{From: "hugo@example.org", Name: "Hugo\u202e"})
		r.settle()
		for _, text := range []string{"Inès Caron", "ines@example.org", "« Je remplace Sophie. »", "1 autre demande attend."} {
			r.expectText(text)
		}
		c.SetConnection(messaging.Connection{Problem: messaging.Unreachable})
		r.press("Accepter")
		r.expectText("Vous êtes hors ligne")
		r.pressKey(fyne.KeyEscape)
		c.SetConnection(messaging.Connection{State: messaging.Online})
		r.press("Accepter")
		r.expectText("hugo@example.org")
		r.expectText("Hugo")
		r.press("Refuser")
		if texts := r.texts(); slices.Contains(texts, "Refuser") || len(c.ContactRequests()) > 0 {
			t.Errorf("still shown: %q", texts)
		}
	})
}

// TestNoTextMakesTheWindowWider: neither what is typed or pasted, nor what others write about themselves.
func TestNoTextMakesTheWindowWider(t *testing.T) {
	long := strings.Repeat("mot", 80)
	for name, show := range map[string]func(*rig){
		"search of the list": func(r *rig) { r.press(claire.Name); r.typeText(long) },
		"search of the contacts": func(r *rig) {
			r.press(claire.Name)
			r.press("Nouvelle conversation")
			r.typeText(long)
		},
		"card": func(r *rig) {
			r.manager.clients["claire"].Edit("sophie", func(v *messagingtest.Conversation) {
				v.Name, v.Status = long, long
				v.Card = messaging.Card{Name: long, Job: long, Org: long, Unit: long, Place: long, Mail: long + "@chu.example", Phone: "+33" + strings.Repeat("4", 200)}
			})
			r.ui.nav.ShowPerson("claire", "sophie")
		},
		"request": func(r *rig) {
			r.manager.clients["claire"].Ask(messaging.ContactRequest{From: messaging.ConversationID(long + "@chu.example"), Name: long, Text: long})
			r.press(claire.Name)
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				r := newRig(t, nil, claire)
				show(r)
				r.settle()
				if least := r.canvas().Content().MinSize().Width; least > 420 {
					t.Errorf("the window is at least %v wide", least)
				}
			})
		})
	}
}
