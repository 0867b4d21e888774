package ui

import (
	"slices"
	"testing"
	"time"

	"discussions/messaging"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"
)

func TestTheMenuChangesAccount(t *testing.T) {
	bubble(t, func(t *testing.T) {
		nadia := claire
		nadia.ID, nadia.Name = "nadia", "Nadia Benali"
		r := newRig(t, nil, claire, nadia, paul)
		r.presses(claire.Name)
		r.presses("Changer de compte")
		r.presses("Nadia Benali")
		r.shows("list")
		if r.ui.window.shown.(screen.Owned).Owner() != "nadia" {
			t.Error("the other list is not shown")
		}
		r.presses("Changer de compte")
		r.key(fyne.KeyEscape)
		if r.canvas().Overlays().Top() != nil {
			t.Error("Escape does not close the menu")
		}
		r.presses("Changer de compte")
		r.presses("Tous les comptes de ce poste")
		r.shows("accounts")
		r.presses("Fermer toutes les sessions")
		r.presses("Fermer toutes les sessions")
		if !r.manager.allClosed {
			t.Error("the sessions are still open")
		}
	})
}

func TestTheListIsSearchedAndWalkedByKeys(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.presses(claire.Name)
		r.ui.window.shown.(screen.Finder).Find()
		r.types("keita")
		if texts := r.texts(); !slices.Contains(texts, "Moussa Keïta") || slices.Contains(texts, "Sophie Bernard") {
			t.Fatalf("found %q", texts)
		}
		r.key(fyne.KeyReturn)
		if d := cmp.Diff([]string{"Discussions", "Moussa Keïta – Dr Claire Martin"}, r.titles()); d != "" {
			t.Error(d)
		}
		r.key(fyne.KeyEscape)
		r.key(fyne.KeyDown)
		r.key(fyne.KeyDown)
		r.key(fyne.KeyReturn)
		if d := cmp.Diff([]string{"Discussions", "Moussa Keïta – Dr Claire Martin", "Astreinte cardiologie – Dr Claire Martin"}, r.titles()); d != "" {
			t.Error(d)
		}
		r.types("zzz")
		r.says("Rien ne correspond à « zzz ».")
	})
}

func TestTheListFollowsWhatHappens(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.presses(claire.Name)
		c := r.manager.clients["claire"]
		c.tell(messaging.TypingChanged{ID: "soins", Names: []string{"Paul Durand"}})
		r.settle()
		r.says("Paul Durand écrit…")
		c.mu.Lock()
		c.conversations[6].Last = &messaging.Message{Content: messaging.Text{Body: "Bonjour Claire"}, Time: time.Now()}
		c.mu.Unlock()
		c.tell(messaging.ConversationChanged{ID: "nadia"})
		r.settle()
		r.says("Bonjour Claire")
		calm := r.place("Sophie Bernard")
		c.tell(messaging.ConnectionChanged{Connection: messaging.Connection{State: messaging.Connecting}})
		r.settle()
		r.says("Connexion…")
		c.tell(messaging.ConnectionChanged{Connection: messaging.Connection{State: messaging.Online}})
		r.drain()
		if got := r.place("Sophie Bernard"); got != calm {
			t.Errorf("the first row is at %v after the banner, at %v before", got, calm)
		}
		c.tell(messaging.ConnectionChanged{Connection: messaging.Connection{Problem: messaging.Unreachable}})
		r.settle()
		r.says("Hors ligne")
		r.presses("Réessayer")
		if c.retried != 1 {
			t.Error("not tried again")
		}
		c.tell(messaging.ConnectionChanged{Connection: messaging.Connection{Problem: messaging.LoginNeeded}})
		r.settle()
		r.presses("Se connecter")
		r.settle()
		if len(r.manager.logins) != 1 || r.manager.logins[0].id != "claire" {
			t.Errorf("logins %v", r.manager.logins)
		}
	})
}

func TestANewConversationIsPickedFromTheContacts(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.presses(claire.Name)
		r.presses("Nouvelle conversation")
		r.shows("new")
		r.types("sage")
		r.key(fyne.KeyReturn)
		r.shows("list")
		if d := cmp.Diff([]string{"Discussions", "Nadia Benali – Dr Claire Martin"}, r.titles()); d != "" {
			t.Error(d)
		}
	})
}
