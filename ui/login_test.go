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
	bubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.login = claireLogsIn(m) })
		r.shows("browser")
		if d := cmp.Diff([]loginCall{{screen.AnyMethod, ""}}, r.manager.logins, cmp.AllowUnexported(loginCall{})); d != "" {
			t.Error(d)
		}
		r.says("Pro Santé Connect")
		r.presses("Ouvrir à nouveau")
		r.presses("Copier le lien")
		if got := r.ui.app.Clipboard().Content(); got != "https://id.example.org/login" {
			t.Errorf("the clipboard holds %q", got)
		}
		if r.manager.login.reopened != 1 {
			t.Error("the browser was not opened again")
		}

		r.manager.login.outcome <- nil
		r.shows("choose-code")
		r.says("Dr Claire Martin")
		r.types("1234")
		r.says("Des chiffres qui se suivent")
		r.types("4071")
		r.shows("repeat-code")
		r.types("4072")
		r.shows("choose-code")
		r.says("différents")
		r.types("4071")
		r.shows("repeat-code")
		r.types("4071")
		r.shows("list")
		r.says("Astreinte cardiologie")
		if d := cmp.Diff([]string{"4071"}, r.manager.codeTaken); d != "" {
			t.Error(d)
		}
	})
}

func TestALoginIsCancelled(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.login = claireLogsIn(m) })
		r.key(fyne.KeyEscape)
		r.shows("accounts")
		r.says("Aucun compte sur ce poste")
		if !r.manager.login.cancelled {
			t.Error("the login goes on")
		}
		// What the browser still brings is for nobody.
		r.manager.login.outcome <- nil
		r.shows("accounts")
		if !r.manager.login.pending.abandoned {
			t.Error("a person who logged in late is kept")
		}
	})
}

func TestAFailedLoginSaysWhyAndStartsOver(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.loginErr = fmt.Errorf("start: %w", auth.ErrUnreachable) })
		r.shows("failure")
		r.says("ne répond pas")
		r.says("Vérifiez le réseau")
		r.manager.login, r.manager.loginErr = claireLogsIn(r.manager), nil
		r.presses("Réessayer")
		r.shows("browser")
		r.manager.login.outcome <- auth.ErrDenied
		r.shows("failure")
		r.says("refusée")
		r.presses("Annuler")
		r.shows("accounts")
	})
}

func TestWithoutABrowserTheLinkCanStillBeCopied(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.login, m.loginErr = claireLogsIn(m), auth.ErrBrowser })
		r.shows("browser")
		r.says("Le navigateur ne s’est pas ouvert")
		r.presses("J’ai compris")
		r.presses("Copier le lien")
		r.manager.login.outcome <- nil
		r.shows("choose-code")
	})
}

func TestSeveralWaysToLogInAreAskedFor(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.login = claireLogsIn(m) }, paul)
		r.presses("Associer un nouveau compte")
		r.shows("methods")
		r.presses("Mail, mot de passe et code")
		r.shows("browser")
		if d := cmp.Diff([]loginCall{{1, ""}}, r.manager.logins, cmp.AllowUnexported(loginCall{})); d != "" {
			t.Error(d)
		}
	})
	bubble(t, func(t *testing.T) {
		r := newRig(t, func(o *Options, m *fakeManager) {
			m.login = claireLogsIn(m)
			o.Deployment.Login.Methods = nil
		}, paul)
		r.presses("Associer un nouveau compte")
		r.shows("browser")
	})
}

func TestAForgottenCodeLeadsToAFullLoginOfTheSameAccount(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) {
			m.login = &fakeLogin{outcome: make(chan error, 1), pending: &fakePending{
				person: account.Person{Name: paul.Name, Known: true, Present: true}, manager: m, opens: paul,
			}}
		}, paul)
		r.presses(paul.Name)
		r.presses("Code oublié ?")
		r.presses("Se connecter")
		r.shows("browser")
		if d := cmp.Diff([]loginCall{{screen.AnyMethod, "paul"}}, r.manager.logins, cmp.AllowUnexported(loginCall{})); d != "" {
			t.Error(d)
		}
		r.manager.login.outcome <- nil
		r.shows("code")
		r.types("9999")
		r.says("Il reste 2 essais.")
		r.types("4071")
		r.shows("list")
	})
}

func TestAnotherPersonsLoginIsRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.login = claireLogsIn(m) }, paul)
		r.ui.nav.LogIn(screen.AnyMethod, "paul")
		r.settle()
		r.manager.login.outcome <- account.ErrOtherPerson
		r.shows("failure")
		r.says("Une autre personne s’est connectée")
	})
}

func TestWithoutAKeyringTheAccountSaysSo(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) {
			m.login = claireLogsIn(m)
			m.login.pending.opens.Ephemeral = true
			m.login.pending.opens.Trouble = account.ErrKeyringAbsent
		})
		r.manager.login.outcome <- nil
		r.settle()
		r.types("40714071")
		r.shows("list")
		r.says("Ce poste n’a pas de trousseau de clés")
		r.presses("J’ai compris")
		r.says("ce compte disparaîtra à la fermeture du programme.")
	})
}

func TestWhereTheKeyringFailsOneMayGoOnWithoutIt(t *testing.T) {
	for _, failure := range []error{account.ErrKeyringLocked, account.ErrKeyringSlow, account.ErrKeyringRefused} {
		bubble(t, func(t *testing.T) {
			r := newRig(t, func(_ *Options, m *fakeManager) {
				m.login = claireLogsIn(m)
				m.login.pending.err = failure
			})
			r.manager.login.outcome <- nil
			r.settle()
			r.types("40714071")
			r.shows("repeat-code")
			r.says(wording.Explain(failure).What)
			r.says(i18n.T("choose.inMemory"))
			r.presses("Continuer sans trousseau")
			r.shows("list")
			if !r.manager.Accounts()[0].Ephemeral {
				t.Error("the account is not in memory alone")
			}
		})
	}
}
