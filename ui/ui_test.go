package ui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"discussions/account"
	"discussions/account/vault"
	"discussions/auth"
	"discussions/messaging"
	"discussions/notify"
	"discussions/settings"
	"discussions/ui/look"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"
)

// bubble runs a test in synctest's bubble.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

func claireLogsIn(m *fakeManager) *fakeLogin {
	opened := claire
	m.clients["claire"] = &fakeClient{conversations: conversationsAt(time.Now())}
	return &fakeLogin{manager: m, outcome: make(chan error, 1), pending: &fakePending{
		Pending: account.Pending{Name: claire.Name, Organisation: claire.Organisation}, manager: m, opens: opened,
	}}
}

func TestTheFirstStartLeadsFromTheBrowserToTheList(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.login = claireLogsIn(m) })
		r.shows("browser")
		if d := cmp.Diff([]loginCall{{anyMethod, ""}}, r.manager.logins, cmp.AllowUnexported(loginCall{})); d != "" {
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
		r.shows("drawers")
		r.says("Aucun compte sur ce poste")
		if !r.manager.login.cancelled {
			t.Error("the login goes on")
		}
		// What the browser still brings is for nobody.
		r.manager.login.outcome <- nil
		r.shows("drawers")
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
		r.shows("drawers")
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

func TestADrawerLeadsWhereItsStateSays(t *testing.T) {
	tired := amelie
	tired.ID, tired.Name, tired.NeedsLogin = "moussa", "Moussa Keïta", true
	for name, want := range map[string]string{
		claire.Name: "list", paul.Name: "code", amelie.Name: "code", tired.Name: "login-needed",
	} {
		t.Run(want+" for "+name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := newRig(t, nil, claire, paul, amelie, tired)
				r.shows("drawers")
				r.says("verrouillé")
				r.says("déconnecté")
				r.says("connexion requise")
				r.presses(name)
				r.shows(want)
			})
		})
	}
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

func TestTheCodeOpensADrawer(t *testing.T) {
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

func TestAnErasedDrawerIsToldOf(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, paul)
		r.presses(paul.Name)
		r.manager.unlockErr = account.ErrErased
		r.types("9999")
		r.manager.accounts = nil
		r.manager.tell(account.Erased{ID: "paul", Name: "Paul Durand"})
		r.shows("drawers")
		r.says("Cinq codes incorrects ont été saisis pour Paul Durand.")
	})
}

func TestAForgottenCodeLeadsToAFullLoginOfTheSameDrawer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) {
			m.login = &fakeLogin{outcome: make(chan error, 1), pending: &fakePending{
				Pending: account.Pending{Name: paul.Name, Known: true, Present: true}, manager: m, opens: paul,
			}}
		}, paul)
		r.presses(paul.Name)
		r.presses("Code oublié ?")
		r.presses("Se connecter")
		r.shows("browser")
		if d := cmp.Diff([]loginCall{{anyMethod, "paul"}}, r.manager.logins, cmp.AllowUnexported(loginCall{})); d != "" {
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
		r.ui.logIn(anyMethod, "paul")
		r.settle()
		r.manager.login.outcome <- account.ErrOtherPerson
		r.shows("failure")
		r.says("Une autre personne s’est connectée")
	})
}

func TestALockHidesEverythingAndTheCodeBringsItBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire, paul)
		r.presses(claire.Name)
		r.ui.openConversation("claire", "sophie", "Sophie Bernard")
		r.ui.openConversation("claire", "soins", "Soins Tournefeuille")
		r.settle()
		if d := cmp.Diff([]string{"Discussions", "Sophie Bernard – Dr Claire Martin", "Soins Tournefeuille – Dr Claire Martin"}, r.titles()); d != "" {
			t.Fatal(d)
		}
		r.presses("Verrouiller")
		r.shows("code")
		if d := cmp.Diff([]string{"Discussions"}, r.titles()); d != "" {
			t.Errorf("after the lock:\n%s", d)
		}
		r.types("4071")
		r.shows("list")
		if d := cmp.Diff([]string{"Discussions", "Sophie Bernard – Dr Claire Martin", "Soins Tournefeuille – Dr Claire Martin"}, r.titles()); d != "" {
			t.Errorf("after the code:\n%s", d)
		}
	})
}

func TestALogOutForgetsTheWindows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.presses(claire.Name)
		r.ui.openConversation("claire", "sophie", "Sophie Bernard")
		r.settle()
		r.presses("Paramètres")
		r.presses("Déconnexion")
		r.shows("drawers")
		r.presses(claire.Name)
		r.types("4071")
		r.shows("list")
		if d := cmp.Diff([]string{"Discussions"}, r.titles()); d != "" {
			t.Error(d)
		}
	})
}

func TestIdleAccountsLock(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.presses(claire.Name)
		time.Sleep(4 * time.Minute)
		r.ui.idle.touch()
		time.Sleep(4 * time.Minute)
		r.shows("list")
		time.Sleep(2 * time.Minute)
		r.shows("code")
		if r.manager.Accounts()[0].State != account.Locked {
			t.Error("the account is still open")
		}
	})
}

func TestSettingsAreKept(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.ui.showSettings("claire")
		r.settle()
		r.presses("Notifications")
		s := r.ui.window.shown.(*settingsScreen)
		if got := s.contentPicker(r.ui.o.User.Get()).(*look.Picker); len(got.Choices) != 2 {
			t.Error("the organisation's limit of what notifications show is not kept")
		}
		s.change(func(u *settings.User) { u.Theme = "dark" })
		r.settle()
		if u := r.ui.o.User.Get(); u.Notifications || u.Theme != "dark" {
			t.Errorf("kept: %+v", u)
		}
		s.languagePicker(r.ui.o.User.Get()).(*look.Picker).OnChanged("en")
		r.settle()
		r.says("Settings")
		r.key(fyne.KeyEscape)
		r.shows("list")
	})
}

func TestRemovingSaysWhatIsLost(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire, paul)
		r.manager.unsent["claire"] = 2
		r.presses(claire.Name)
		r.presses("Changer de compte")
		r.presses("Supprimer cet utilisateur")
		r.says("2 messages ne sont pas encore partis")
		r.presses("Annuler")
		if len(r.manager.removed) > 0 {
			t.Fatal("removed without a yes")
		}
		r.presses("Changer de compte")
		r.presses("Supprimer cet utilisateur")
		r.presses("Supprimer")
		r.shows("drawers")
		r.says("n’a pas pu être prévenu") // the fake revoked nothing
		if d := cmp.Diff([]string{"claire"}, r.manager.removed); d != "" {
			t.Error(d)
		}
	})
}

func TestALogOutThatErasesAsksFirst(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, func(o *Options, _ *fakeManager) { o.Deployment.Policy.LogoutRemoves = true }, claire)
		r.ui.showSettings("claire")
		r.settle()
		r.presses("Déconnexion")
		r.says("efface le compte")
		if len(r.manager.loggedOut) > 0 {
			t.Fatal("logged out without a yes")
		}
		r.presses("Déconnexion")
		r.shows("drawers")
		if len(r.manager.loggedOut) != 1 {
			t.Error("not logged out")
		}
	})
}

func TestTheMenuChangesAccount(t *testing.T) {
	bubble(t, func(t *testing.T) {
		nadia := claire
		nadia.ID, nadia.Name = "nadia", "Nadia Benali"
		r := newRig(t, nil, claire, nadia, paul)
		r.presses(claire.Name)
		r.presses("Changer de compte")
		r.presses("Nadia Benali")
		r.shows("list")
		if r.ui.window.shown.(*list).id != "nadia" {
			t.Error("the other list is not shown")
		}
		r.presses("Changer de compte")
		r.key(fyne.KeyEscape)
		if r.canvas().Overlays().Top() != nil {
			t.Error("Escape does not close the menu")
		}
		r.presses("Changer de compte")
		r.presses("Tous les comptes de ce poste")
		r.shows("drawers")
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
		l := r.ui.window.shown.(*list)
		l.find()
		r.types("keita")
		if len(l.found) != 1 || l.found[0].ID != "moussa" {
			t.Fatalf("found %v", l.found)
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
		c.conversations[6].Last = &messaging.Message{Body: "Bonjour Claire", Time: time.Now()}
		c.mu.Unlock()
		c.tell(messaging.ConversationChanged{ID: "nadia"})
		r.settle()
		r.says("Bonjour Claire")
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

func received(body string) account.Received {
	return account.Received{ID: "claire", Message: messaging.Message{Conversation: "sophie", Author: "Sophie Bernard", Body: body}}
}

func TestNotificationsShowWhatIsAllowed(t *testing.T) {
	for _, c := range []struct {
		name         string
		user, policy settings.Content
		off          bool
		want         map[string]notify.Notification
	}{
		{name: "name", user: "name", policy: "full", want: map[string]notify.Notification{
			"claire sophie": {ID: "claire sophie", Title: "Sophie Bernard", Body: "Nouveau message"}}},
		{name: "full", user: "full", policy: "full", want: map[string]notify.Notification{
			"claire sophie": {ID: "claire sophie", Title: "Sophie Bernard", Body: "Le patient est sorti"}}},
		{name: "full, capped by the organisation", user: "full", policy: "none", want: map[string]notify.Notification{
			"claire sophie": {ID: "claire sophie", Title: "Discussions", Body: "Nouveau message"}}},
		{name: "switched off", user: "full", policy: "full", off: true, want: map[string]notify.Notification{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := newRig(t, func(o *Options, _ *fakeManager) {
					o.Deployment.Policy.NotificationContent = c.policy
					if _, err := o.User.Update(func(u *settings.User) { u.Content, u.Notifications = c.user, !c.off }); err != nil {
						t.Fatal(err)
					}
				}, claire)
				r.manager.tell(received("Le patient\n est sorti"))
				r.settle()
				if d := cmp.Diff(c.want, r.shown()); d != "" {
					t.Error(d)
				}
			})
		})
	}
}

func TestALockedAccountsNotificationHasNoContent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, func(o *Options, _ *fakeManager) { o.Deployment.Policy.NotificationContent = "full" }, claire)
		r.manager.tell(received("canari"))
		r.settle()
		r.ui.lock("claire")
		r.settle()
		if len(r.shown()) != 0 {
			t.Errorf("still shown after the lock: %v", r.shown())
		}
		r.manager.tell(account.Received{ID: "claire", Locked: true})
		r.manager.set("claire", func(a *account.Account) { a.Unread++ })
		r.settle()
		want := map[string]notify.Notification{"claire ": {ID: "claire ", Title: "Discussions", Body: "Nouveau message pour Dr Claire Martin"}}
		if d := cmp.Diff(want, r.shown()); d != "" {
			t.Error(d)
		}
		r.ui.Clicked("claire ")
		r.shows("code")
	})
}

func TestWhatIsReadIsNotNotified(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.manager.tell(received("un"))
		r.settle()
		r.ui.Clicked("claire sophie")
		r.settle()
		if d := cmp.Diff([]string{"Discussions", "Sophie Bernard – Dr Claire Martin"}, r.titles()); d != "" {
			t.Error(d)
		}
		c := r.ui.chats.open[chatKey{"claire", "sophie"}]
		c.front.FocusGained() // as the desktop does when the window comes to the front
		r.manager.tell(received("deux"))
		r.settle()
		if len(r.shown()) != 0 {
			t.Errorf("notified in front: %v", r.shown())
		}
		r.ui.app.Lifecycle().(interface{ OnExitedForeground() func() }).OnExitedForeground()()
		r.manager.tell(received("trois"))
		r.settle()
		if len(r.shown()) != 1 {
			t.Errorf("not notified behind: %v", r.shown())
		}
		c.front.FocusGained()
		r.settle()
		if len(r.shown()) != 0 {
			t.Errorf("still shown when read: %v", r.shown())
		}
	})
}

func TestTheCodeIsChanged(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.ui.showSettings("claire")
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
			r.says(explain(failure).What)
			r.says(look.T("choose.inMemory"))
			r.presses("Continuer sans trousseau")
			r.shows("list")
			if !r.manager.Accounts()[0].Ephemeral {
				t.Error("the account is not in memory alone")
			}
		})
	}
}

func TestLogsNameScreensAndNobody(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire, paul)
		r.presses(claire.Name)
		r.ui.openConversation("claire", "sophie", "Sophie Bernard")
		r.settle()
		r.presses("Paramètres")
		r.presses("Déconnexion")
		log := strings.Join(r.screens.lines, "")
		for _, name := range []string{"Claire", "Sophie", "Paul", "CHU"} {
			if strings.Contains(log, name) {
				t.Errorf("the log names %s:\n%s", name, log)
			}
		}
		for _, screen := range []string{"drawers", "list", "conversation", "settings"} {
			if !strings.Contains(log, "msg=screen name="+screen) {
				t.Errorf("the log does not tell of the screen %q:\n%s", screen, log)
			}
		}
	})
}

func TestEverythingIsReachedByTab(t *testing.T) {
	for name, show := range map[string]func(*rig){
		"drawers":  func(*rig) {},
		"list":     func(r *rig) { r.ui.showList("claire") },
		"settings": func(r *rig) { r.ui.showSettings("claire") },
		"code":     func(r *rig) { r.ui.showCode("paul") },
		"new":      func(r *rig) { r.ui.showNew("claire") },
		"methods":  func(r *rig) { r.ui.addAccount() },
		"confirm":  func(r *rig) { r.ui.askRemove("claire") },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := newRig(t, nil, claire, paul)
				show(r)
				r.settle()
				all := map[fyne.Focusable]bool{}
				for _, root := range r.roots() {
					find(root, func(o fyne.CanvasObject) bool {
						d, _ := o.(fyne.Disableable)
						if f, ok := o.(fyne.Focusable); ok && (d == nil || !d.Disabled()) {
							all[f] = false
						}
						return false
					})
				}
				for range 2 * len(all) {
					r.key(fyne.KeyTab)
					all[r.canvas().Focused()] = true
				}
				for f, reached := range all {
					if !reached {
						t.Errorf("%T %v is not reached", f, f)
					}
				}
			})
		})
	}
}

func TestEverySentinelErrorHasItsSentence(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for _, language := range []string{"fr", "en"} {
			r := newRig(t, func(o *Options, _ *fakeManager) { o.Language = language }, claire)
			unknown := explain(errors.New("something else"))
			for _, s := range sentences {
				got := explain(fmt.Errorf("around: %w", s.err))
				if got == unknown || got.What == "" || strings.Contains(got.text(), s.key) {
					t.Errorf("%s %v: %+v", language, s.err, got)
				}
			}
			for reason := vault.Repeat; reason <= vault.Keypad; reason++ {
				if got := explain(&vault.WeakCodeError{Reason: reason}).text(); strings.Contains(got, "weak.") {
					t.Errorf("%s %v: %s", language, reason, got)
				}
			}
			for _, p := range []settings.Problem{settings.ProblemAbsent, settings.ProblemUnreadable, settings.ProblemTooLong, settings.ProblemSyntax,
				settings.ProblemUnknownKey, settings.ProblemWrongType, settings.ProblemMissingKey, settings.ProblemBadText, settings.ProblemBadDomain,
				settings.ProblemBadAddress, settings.ProblemNotEncrypted, settings.ProblemBadDuration, settings.ProblemUnknownWord, settings.ProblemReserved, settings.ProblemBadCA} {
				got := explain(&settings.FileError{Path: "/x/discussions.toml", Line: 7, Key: "a.b", Problem: p}).text()
				if strings.Contains(got, "file."+string(p)) || !strings.Contains(got, "/x/discussions.toml") || !strings.Contains(got, "7") {
					t.Errorf("%s %s: %s", language, p, got)
				}
			}
			if got := explain(&auth.ClockError{Difference: -25 * time.Hour}).text(); !strings.Contains(got, "25") {
				t.Errorf("%s: %s", language, got)
			}
			r.ui.Close()
		}
	})
}

func TestWhenIsShort(t *testing.T) {
	bubble(t, func(t *testing.T) {
		newRig(t, nil, claire)
		now := time.Date(2026, time.November, 23, 10, 50, 0, 0, time.UTC) // a Monday
		for want, at := range map[string]time.Time{
			"9:05":       time.Date(2026, time.November, 23, 9, 5, 0, 0, time.UTC),
			"hier":       time.Date(2026, time.November, 22, 23, 59, 0, 0, time.UTC),
			"mar.":       time.Date(2026, time.November, 17, 8, 0, 0, 0, time.UTC),
			"16 nov.":    time.Date(2026, time.November, 16, 8, 0, 0, 0, time.UTC),
			"12 mars":    time.Date(2026, time.March, 12, 8, 0, 0, 0, time.UTC),
			"12/03/2024": time.Date(2024, time.March, 12, 8, 0, 0, 0, time.UTC),
		} {
			if got := when(at, now); got != want {
				t.Errorf("%v: %q, want %q", at, got, want)
			}
		}
	})
}

func TestFits(t *testing.T) {
	for _, c := range []struct {
		search string
		want   bool
	}{
		{"", true}, {"moussa", true}, {"KEI", true}, {"keita aide", true}, {"dom", true},
		{"ussa", false}, {"moussa infirmier", false}, {"à", true},
	} {
		if got := fits(c.search, "Moussa Keïta", "Aide à domicile"); got != c.want {
			t.Errorf("%q: %v", c.search, got)
		}
	}
}
