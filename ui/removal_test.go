package ui

import (
	"testing"
	"time"

	"discussions/account"
	"discussions/internal/i18n"
)

func TestARemovalThatIsDelayed(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(o *Options, _ *fakeManager) { o.Deployment.Policy.RemoveWithoutCode = 7 * 24 * time.Hour }, claire, paul)
		r.ui.nav.AskRemove("paul")
		r.expectText("ne sera effacé que dans 7 jours")
		r.press("Annuler")
		r.ui.nav.AskRemove("claire") // she is at the screen
		r.expectText("seront effacés de ce poste")
		r.press("Annuler")

		r.manager.set("paul", func(a *account.Account) { a.RemovalDue = time.Now().Add(3 * 24 * time.Hour) })
		r.manager.tell(account.Changed{ID: "paul"})
		r.settle()
		r.expectText("Suppression prévue")
		r.press(i18n.T("accounts.more", "Name", paul.Name))
		r.press("Annuler la suppression")
		r.settle()
		if a, _ := r.ui.nav.Account("paul"); !a.RemovalDue.IsZero() {
			t.Error("it is not kept")
		}
	})
}

func TestTheOwnerIsToldOfARemoval(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.manager.tell(account.RemovalStopped{ID: "claire", Asked: time.Now()})
		r.press(claire.Name)
		r.expectText("il est conservé, avec tous vos messages")
		r.press("J’ai compris")
		for how, text := range map[account.RemovedHow]string{
			account.RemovedWithoutCode: "Quelqu’un l’a supprimé sans votre code.", account.RemovedByWrongCodes: "Cinq codes incorrects avaient été saisis.",
		} {
			r.ui.nav.ChooseCode(&fakePending{person: account.Person{Name: paul.Name, Removed: account.Removed{How: how, At: time.Now()}}})
			r.settle()
			r.expectText(text)
			r.press("J’ai compris")
		}
	})
}
