package ui

import (
	"testing"
	"time"

	"discussions/account"
	"discussions/account/vault"

	"fyne.io/fyne/v2"
)

func TestAnAccountLeadsWhereItsStateSays(t *testing.T) {
	tired := amelie
	tired.ID, tired.Name, tired.NeedsLogin = "moussa", "Moussa Keïta", true
	for name, want := range map[string]string{
		claire.Name: "list", paul.Name: "code", amelie.Name: "code", tired.Name: "login-needed",
	} {
		t.Run(want+" for "+name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := newRig(t, nil, claire, paul, amelie, tired)
				r.shows("accounts")
				r.says("verrouillé")
				r.says("déconnecté")
				r.says("connexion requise")
				r.presses(name)
				r.shows(want)
			})
		})
	}
}

func TestTheCodeOpensAnAccount(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire, paul)
		r.presses(paul.Name)
		r.types("12")
		r.key(fyne.KeyBackspace)
		r.types("234") // 1234, wrong
		r.says("Ce code est incorrect. Il reste 3 essais.")
		// The digits type the code wherever the focus is.
		r.canvas().Unfocus()
		r.types("4071")
		r.shows("list")
	})
}

func TestACodeThatMustWaitCountsDown(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, paul)
		r.presses(paul.Name)
		r.manager.unlockErr = &vault.WrongCodeError{Left: 2, Wait: time.Now().Add(30 * time.Second)}
		r.types("9999")
		r.says("Nouvel essai possible dans 0:30.")
		r.types("4071") // deaf
		r.manager.unlockErr = nil
		r.sleep(5 * time.Second)
		r.says("dans 0:25.")
		r.sleep(25 * time.Second)
		r.says("Il reste 2 essais.")
		r.types("4071")
		r.shows("list")
	})
}

func TestAnErasedAccountIsToldOf(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, paul)
		r.presses(paul.Name)
		r.manager.unlockErr = account.ErrErased
		r.types("9999")
		r.manager.accounts = nil
		r.manager.tell(account.Erased{ID: "paul", Name: "Paul Durand"})
		r.shows("accounts")
		r.says("Cinq codes incorrects ont été saisis pour Paul Durand.")
	})
}

func TestTheCodeIsChanged(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.ui.nav.ShowSettings("claire")
		r.settle()
		r.presses("Changer mon code")
		r.types("4071")
		r.shows("choose-code")
		r.types("5816")
		r.types("5816")
		r.shows("settings")
		r.says("Votre code est changé")
		if r.manager.codes["claire"] != "5816" {
			t.Error("the code is the old one")
		}
		r.presses("J’ai compris")
		r.presses("Changer mon code")
		r.types("0000")
		r.types("4827")
		r.types("4827")
		r.shows("code")
		r.says("Ce code est incorrect. Il reste 4 essais.")
	})
}

// TestTroubleThatPassesIsTakenBack: the keyring was locked when the code was asked for, and is unlocked meanwhile.
func TestTroubleThatPassesIsTakenBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, amelie)
		r.manager.set(amelie.ID, func(a *account.Account) { a.Trouble = account.ErrKeyringLocked })
		r.presses(amelie.Name)
		r.says("Le trousseau de clés de ce poste est verrouillé")
		r.types("40")
		r.manager.set(amelie.ID, func(a *account.Account) { a.Trouble = nil })
		r.settle()
		r.says("Saisissez votre code à 4 chiffres")
		r.types("71")
		r.shows("list")
	})
}
