package ui

import (
	"fmt"
	"testing"

	"discussions/account"
	"discussions/auth"
	"discussions/internal/i18n"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"
)

func TestTheFirstStartLeadsFromTheBrowserToTheList(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.login = newClaireLogin(m) })
		r.expectScreen("browser")
		if d := cmp.Diff([]loginCall{{screen.AnyMethod, ""}}, r.manager.logins, cmp.AllowUnexported(loginCall{})); d != "" {
			t.Error(d)
		}
		r.expectText("Pro Santé Connect")
		r.press("Ouvrir à nouveau")
		r.press("Copier le lien")
		if got := r.ui.app.Clipboard().Content(); got != "https://id.example.org/login" {
			t.Errorf("the clipboard holds %q", got)
		}
		if r.manager.login.reopened != 1 {
			t.Error("the browser was not opened again")
		}

		r.manager.login.outcome <- nil
		r.expectScreen("choose-code")
		r.expectText("Dr Claire Martin")
		r.typeText("1234")
		r.expectText("Des chiffres qui se suivent")
		r.typeText("4071")
		r.expectScreen("repeat-code")
		r.typeText("4072")
		r.expectScreen("choose-code")
		r.expectText("différents")
		r.typeText("4071")
		r.expectScreen("repeat-code")
		r.typeText("4071")
		r.expectScreen("list")
		r.expectText("Astreinte cardiologie")
		if d := cmp.Diff([]string{"4071"}, r.manager.codeTaken); d != "" {
			t.Error(d)
		}
	})
}

func TestALoginIsCancelled(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.login = newClaireLogin(m) })
		r.pressKey(fyne.KeyEscape)
		r.expectScreen("accounts")
		r.expectText("Aucun compte sur ce poste")
		if !r.manager.login.cancelled {
			t.Error("the login goes on")
		}
		// A later answer of the browser is dropped.
		r.manager.login.outcome <- nil
		r.expectScreen("accounts")
		if !r.manager.login.pending.abandoned {
			t.Error("a person who logged in late is kept")
		}
	})
}

func TestAFailedLoginSaysWhyAndStartsOver(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.loginErr = fmt.Errorf("start: %w", auth.ErrUnreachable) })
		r.expectScreen("failure")
		r.expectText("ne répond pas")
		r.expectText("Vérifiez le réseau")
		r.manager.login, r.manager.loginErr = newClaireLogin(r.manager), nil
		r.press("Réessayer")
		r.expectScreen("browser")
		r.manager.login.outcome <- auth.ErrDenied
		r.expectScreen("failure")
		r.expectText("refusée")
		r.press("Annuler")
		r.expectScreen("accounts")
	})
}

func TestWithoutABrowserTheLinkCanStillBeCopied(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.login, m.loginErr = newClaireLogin(m), auth.ErrBrowser })
		r.expectScreen("browser")
		r.expectText("Le navigateur ne s’est pas ouvert")
		r.press("J’ai compris")
		r.press("Copier le lien")
		r.manager.login.outcome <- nil
		r.expectScreen("choose-code")
	})
}

func TestSeveralWaysToLogInAreAskedFor(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.login = newClaireLogin(m) }, paul)
		r.press("Associer un nouveau compte")
		r.expectScreen("methods")
		r.press("Mail, mot de passe et code")
		r.expectScreen("browser")
		if d := cmp.Diff([]loginCall{{1, ""}}, r.manager.logins, cmp.AllowUnexported(loginCall{})); d != "" {
			t.Error(d)
		}
	})
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(o *Options, m *fakeManager) {
			m.login = newClaireLogin(m)
			o.Deployment.Login.Methods = nil
		}, paul)
		r.press("Associer un nouveau compte")
		r.expectScreen("browser")
	})
}

func TestAForgottenCodeLeadsToAFullLoginOfTheSameAccount(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) {
			m.login = &fakeLogin{outcome: make(chan error, 1), pending: &fakePending{
				person: account.Person{Name: paul.Name, Known: true, Present: true}, manager: m, opens: paul,
			}}
		}, paul)
		r.press(paul.Name)
		r.press("Code oublié ?")
		r.press("Se connecter")
		r.expectScreen("browser")
		if d := cmp.Diff([]loginCall{{screen.AnyMethod, "paul"}}, r.manager.logins, cmp.AllowUnexported(loginCall{})); d != "" {
			t.Error(d)
		}
		r.manager.login.outcome <- nil
		r.expectScreen("code")
		r.typeText("9999")
		r.expectText("Il reste 4 essais.")
		r.typeText("4071")
		r.expectScreen("list")
	})
}

func TestAnotherPersonsLoginIsRefused(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.login = newClaireLogin(m) }, paul)
		r.ui.nav.LogIn(screen.AnyMethod, "paul")
		r.settle()
		r.manager.login.outcome <- account.ErrOtherPerson
		r.expectScreen("failure")
		r.expectText("Une autre personne s’est connectée")
	})
}

func TestWithoutAKeyringTheAccountSaysSo(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) {
			m.login = newClaireLogin(m)
			m.login.pending.opens.Ephemeral = true
			m.login.pending.opens.Trouble = account.ErrKeyringAbsent
		})
		r.manager.login.outcome <- nil
		r.settle()
		r.typeText("40714071")
		r.expectScreen("list")
		r.expectText("Ce poste n’a pas de trousseau de clés")
		r.press("J’ai compris")
		r.expectText("ce compte disparaîtra à la fermeture du programme.")
	})
}

func TestWhereTheKeyringFailsOneMayGoOnWithoutIt(t *testing.T) {
	for _, failure := range []error{account.ErrKeyringLocked, account.ErrKeyringSlow, account.ErrKeyringRefused} {
		inBubble(t, func(t *testing.T) {
			r := newRig(t, func(_ *Options, m *fakeManager) {
				m.login = newClaireLogin(m)
				m.login.pending.err = failure
			})
			r.manager.login.outcome <- nil
			r.settle()
			r.typeText("40714071")
			r.expectScreen("repeat-code")
			r.expectText(wording.Explain(failure).What)
			r.expectText(i18n.T("choose.inMemory"))
			r.press("Continuer sans trousseau")
			r.expectScreen("list")
			if !r.manager.Accounts()[0].Ephemeral {
				t.Error("the account is not in memory alone")
			}
		})
	}
}

func TestAConversationLeadsToTheLoginThatItsAccountNeeds(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.login = &fakeLogin{outcome: make(chan error)} }, claire)
		r.press(claire.Name)
		r.ui.chats.show("claire", "sophie", "Sophie Bernard")
		r.settle()
		r.ui.chats.open[chatKey{"claire", "sophie"}].view.(*fakeView).logIn()
		r.expectScreen("browser")
		if got := r.manager.logins; len(got) != 1 || got[0].id != "claire" {
			t.Errorf("logins %v", got)
		}
	})
}
