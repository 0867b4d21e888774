package ui

import (
	"strings"
	"testing"
	"time"

	"discussions/account"
	"discussions/messaging"
	"discussions/messaging/messagingtest"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
)

// TestNothingOfOneAccountShowsUnderAnother gives an account names and texts that are nowhere else, and looks for them on every
// screen, in every title and in every notification of a colleague's account beside it.
func TestNothingOfOneAccountShowsUnderAnother(t *testing.T) {
	const canary = "canari"
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(o *Options, m *fakeManager) { o.Deployment.Policy.NotificationContent = "full" }, claire, nadia)
		secret := messaging.Message{Author: canary + " auteur", Content: messaging.Text{Body: canary + " texte"}, Time: time.Now(), Conversation: canary + "@x"}
		r.manager.clients["claire"].Forget()
		r.manager.clients["claire"].Put(messagingtest.Conversation{Conversation: messaging.Conversation{
			ID: canary + "@x", Name: canary + " nom", Detail: canary + " métier", Last: &secret, Unread: 1, Typing: []string{canary + " écrit"},
		}})
		clean := func(where string) {
			t.Helper()
			seen := append(r.texts(), r.windowTitles()...)
			for _, n := range r.notified() {
				seen = append(seen, n.Title, n.Body)
			}
			if all := strings.Join(seen, "\n"); strings.Contains(all, canary) {
				t.Errorf("%s:\n%s", where, all)
			}
		}

		r.press(claire.Name)
		r.expectText(canary + " nom") // the search below can find it
		r.ui.chats.show("claire", canary+"@x", canary+" nom")
		r.settle()
		r.ui.app.Preferences().SetString("fyne:fileDialogLastFolder", "file:///srv/"+canary) // as Fyne's dialog of files does
		r.ui.nav.Lock("claire")
		r.settle()
		clean("locked")
		if last := r.ui.folders.Last(); last != "" {
			t.Errorf("the next dialog of files begins in %s", last)
		}
		r.manager.tell(account.Received{ID: "claire", Locked: true})
		r.settle()
		clean("a message for the locked account")
		r.ui.nav.ShowAccounts()
		r.settle()
		clean("the accounts")
		r.press("Nadia Benali")
		r.expectScreen("list")
		clean("the other's list")
		r.ui.window.shown.(screen.Finder).Find()
		r.typeText(canary)
		r.expectText("Rien ne correspond")
		r.pressKey(fyne.KeyEscape)
		r.press("Nouvelle conversation")
		clean("the other's contacts")
		r.pressKey(fyne.KeyEscape)
		r.press("Paramètres")
		clean("the other's settings")
		r.pressKey(fyne.KeyEscape)
		r.press("Changer de compte")
		clean("the other's menu")
	})
}
