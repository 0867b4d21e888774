package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"discussions/account"
	"discussions/account/vault"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
)

func TestAnAccountLeadsWhereItsStateSays(t *testing.T) {
	tired := amelie
	tired.ID, tired.Name, tired.NeedsLogin = "moussa", "Moussa Keïta", true
	for name, want := range map[string]string{
		claire.Name: "list", paul.Name: "code", amelie.Name: "code", tired.Name: "login-needed",
	} {
		t.Run(want+" for "+name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				r := newRig(t, nil, claire, paul, amelie, tired)
				r.expectScreen("accounts")
				r.expectText("verrouillé")
				r.expectText("déconnecté")
				r.expectText("connexion requise")
				r.press(name)
				r.expectScreen(want)
			})
		})
	}
}

func TestTheCodeOpensAnAccount(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire, paul)
		r.press(paul.Name)
		r.typeText("12")
		r.pressKey(fyne.KeyBackspace)
		r.typeText("234") // 1234, wrong
		r.expectText("Ce code est incorrect. Il reste 4 essais.")
		// The digits type the code wherever the focus is.
		r.canvas().Unfocus()
		r.typeText("4071")
		r.expectScreen("list")
	})
}

func TestACodeThatMustWaitCountsDown(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, paul)
		r.press(paul.Name)
		r.manager.unlockErr = &vault.WrongCodeError{Left: 2, Wait: time.Now().Add(30 * time.Second)}
		r.typeText("9999")
		r.expectText("Nouvel essai possible dans 0:30.")
		r.typeText("4071") // the keypad takes no keys
		r.manager.unlockErr = nil
		r.letPass(5 * time.Second)
		r.expectText("dans 0:25.")
		r.letPass(25 * time.Second)
		r.expectText("Il reste 2 essais.")
		r.typeText("4071")
		r.expectScreen("list")
	})
}

func TestAnErasedAccountIsToldOf(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, paul)
		r.press(paul.Name)
		r.manager.unlockErr = account.ErrErased
		r.typeText("9999")
		r.manager.accounts = nil
		r.manager.tell(account.Erased{ID: "paul", Name: "Paul Durand"})
		r.expectScreen("accounts")
		r.expectText("Cinq codes incorrects ont été saisis pour Paul Durand.")
	})
}

func TestTheCodeIsChanged(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.ui.nav.ShowSettings("claire")
		r.settle()
		r.press("Changer mon code")
		r.typeText("4071")
		r.expectScreen("choose-code")
		r.typeText("5816")
		r.typeText("5816")
		r.expectScreen("settings")
		r.expectText("Votre code est changé")
		if r.manager.codes["claire"] != "5816" {
			t.Error("the code is the old one")
		}
		r.press("Fermer")
		r.press("Changer mon code")
		r.typeText("0000")
		r.typeText("4827")
		r.typeText("4827")
		r.expectScreen("code")
		r.expectText("Ce code est incorrect. Il reste 4 essais.")
	})
}

// TestTroubleThatPassesIsTakenBack: the keyring is locked when the code screen is shown, and unlocked later.
func TestTroubleThatPassesIsTakenBack(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, amelie)
		r.manager.set(amelie.ID, func(a *account.Account) { a.Trouble = account.ErrKeyringLocked })
		r.press(amelie.Name)
		r.expectText("Le trousseau de clés de ce poste est verrouillé")
		r.typeText("40")
		r.manager.set(amelie.ID, func(a *account.Account) { a.Trouble = nil })
		r.settle()
		r.expectText("Saisissez votre code à 4 chiffres")
		r.typeText("71")
		r.expectScreen("list")
	})
}

func TestALongWaitCanBeEndedByALogin(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, paul)
		r.manager.set("paul", func(a *account.Account) { a.Wait, a.TriesLeft = time.Now().Add(4*time.Hour), 4 })
		r.press(paul.Name)
		r.expectText("Nouvel essai possible dans 4:00:00.")
		r.expectText("connectez-vous dans le navigateur")
		r.press("Code oublié ?")
		r.expectText("Code oublié ?")
	})
}

func TestTheOwnerIsToldOfWrongCodes(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		misses := account.Misses{Count: 3, Since: time.Now().Add(-24 * time.Hour)}
		what := wording.Misses(misses, time.Now())
		r.manager.set("claire", func(a *account.Account) { a.Misses = misses })
		r.manager.tell(account.WrongCodes{ID: "claire", Misses: misses})
		r.press(claire.Name)
		r.expectText(what)
		r.expectText("Si ce n’était pas vous, changez votre code dans les paramètres.")
		r.press("J’ai compris")
		r.ui.nav.ShowSettings("claire")
		r.settle()
		r.expectText(what)
		r.manager.set("claire", func(a *account.Account) { a.Misses.Since = time.Now().AddDate(0, 0, -31) })
		r.ui.nav.ShowList("claire")
		r.settle()
		r.ui.nav.ShowSettings("claire")
		r.settle()
		if slices.ContainsFunc(r.texts(), func(text string) bool { return strings.Contains(text, "codes incorrects") }) {
			t.Error("the settings tell of them after a month")
		}
	})
}
