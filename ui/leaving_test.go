package ui

import (
	"testing"
	"time"

	"discussions/account"
	"discussions/ui/look"
	"discussions/ui/look/looktest"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"github.com/google/go-cmp/cmp"
)

func TestALockHidesEverythingAndTheCodeBringsItBack(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire, paul)
		r.press(claire.Name)
		r.ui.chats.show("claire", "sophie", "Sophie Bernard")
		r.ui.chats.show("claire", "soins", "Soins Tournefeuille")
		r.settle()
		if d := cmp.Diff([]string{"Discussions", "Sophie Bernard – Dr Claire Martin", "Soins Tournefeuille – Dr Claire Martin"}, r.windowTitles()); d != "" {
			t.Fatal(d)
		}
		r.press("Verrouiller")
		r.expectScreen("code")
		if d := cmp.Diff([]string{"Discussions"}, r.windowTitles()); d != "" {
			t.Errorf("after the lock:\n%s", d)
		}
		r.typeText("4071")
		r.expectScreen("list")
		if d := cmp.Diff([]string{"Discussions", "Sophie Bernard – Dr Claire Martin", "Soins Tournefeuille – Dr Claire Martin"}, r.windowTitles()); d != "" {
			t.Errorf("after the code:\n%s", d)
		}
	})
}

func TestALogOutForgetsTheWindows(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.press(claire.Name)
		r.ui.chats.show("claire", "sophie", "Sophie Bernard")
		r.settle()
		r.press("Paramètres")
		r.press("Déconnexion")
		r.expectScreen("accounts")
		r.press(claire.Name)
		r.typeText("4071")
		r.expectScreen("list")
		if d := cmp.Diff([]string{"Discussions"}, r.windowTitles()); d != "" {
			t.Error(d)
		}
	})
}

func TestIdleAccountsLock(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.press(claire.Name)
		time.Sleep(4 * time.Minute)
		r.ui.idle.touch()
		time.Sleep(4 * time.Minute)
		r.expectScreen("list")
		time.Sleep(2 * time.Minute)
		r.expectScreen("code")
		if r.manager.Accounts()[0].State != account.Locked {
			t.Error("the account is still open")
		}
	})
}

// TestAPointerThatMovesKeepsTheAccountOpen moves it over a row of the list, which wants the movements for itself. The walk is that
// of Fyne's driver: it asks all that lies under the pointer for a cursor.
func TestAPointerThatMovesKeepsTheAccountOpen(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.press(claire.Name)
		overARow := false
		for range 3 {
			time.Sleep(4 * time.Minute)
			looktest.Find(r.canvas().Content(), func(o fyne.CanvasObject) bool {
				if c, ok := o.(desktop.Cursorable); ok {
					c.Cursor()
				}
				l, row := o.(*look.Label)
				row = row && l.Text == "Sophie Bernard"
				overARow = overARow || row
				return row
			})
		}
		r.expectScreen("list")
		if !overARow {
			t.Error("there was no row to move over")
		}
		time.Sleep(6 * time.Minute)
		r.expectScreen("code")
	})
}

func TestRemovingSaysWhatIsLost(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire, paul)
		r.manager.unsent["claire"] = 2
		r.press(claire.Name)
		r.press("Changer de compte")
		r.press("Supprimer cet utilisateur")
		r.expectText("2 messages ne sont pas encore partis")
		r.press("Annuler")
		if len(r.manager.removed) > 0 {
			t.Fatal("removed without a yes")
		}
		r.press("Changer de compte")
		r.press("Supprimer cet utilisateur")
		r.press("Supprimer")
		r.expectScreen("accounts")
		r.expectText("n’a pas pu être prévenu") // the fake revoked nothing
		if d := cmp.Diff([]string{"claire"}, r.manager.removed); d != "" {
			t.Error(d)
		}
	})
}

func TestALogOutThatErasesAsksFirst(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(o *Options, _ *fakeManager) { o.Deployment.Policy.LogoutRemoves = true }, claire)
		r.ui.nav.ShowSettings("claire")
		r.settle()
		r.press("Déconnexion")
		r.expectText("efface le compte")
		if len(r.manager.loggedOut) > 0 {
			t.Fatal("logged out without a yes")
		}
		r.press("Déconnexion")
		r.expectScreen("accounts")
		if len(r.manager.loggedOut) != 1 {
			t.Error("not logged out")
		}
	})
}

func TestAnAccountIsClosedOrRemovedWithoutItsCode(t *testing.T) {
	for _, c := range []struct {
		who     account.Account
		offered []string
	}{
		{claire, []string{"Verrouiller", "Déconnexion", "Supprimer cet utilisateur"}},
		{paul, []string{"Déconnexion", "Supprimer cet utilisateur"}},
		{amelie, []string{"Supprimer cet utilisateur"}},
	} {
		t.Run(c.who.State.String(), func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				r := newRig(t, nil, claire, paul, amelie)
				more := "Plus d’actions pour " + c.who.Name
				r.press(more)
				if d := cmp.Diff(c.offered, r.texts()); d != "" {
					t.Error(d)
				}
				r.pressKey(fyne.KeyEscape)
				for _, offer := range c.offered {
					r.press(more)
					r.press(offer)
					switch offer {
					case "Verrouiller":
						r.expectScreen("accounts")
						if a, _ := r.ui.nav.Account(c.who.ID); a.State != account.Locked {
							t.Errorf("after the lock: %v", a.State)
						}
					case "Déconnexion":
						if d := cmp.Diff([]string{c.who.ID}, r.manager.loggedOut); d != "" {
							t.Error(d)
						}
					default:
						r.expectText("Supprimer " + c.who.Name + " de ce poste")
						r.press("Supprimer")
						if d := cmp.Diff([]string{c.who.ID}, r.manager.removed); d != "" {
							t.Error(d)
						}
					}
				}
			})
		})
	}
}

// TestTheFocusStaysWithItsAccount lets a message come, which moves the accounts, while somebody walks through them by keys.
func TestTheFocusStaysWithItsAccount(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire, paul, amelie)
		focused := func() string {
			p, ok := r.canvas().Focused().(*look.Pressable)
			if ok && looktest.Find(r.roots()[0], func(o fyne.CanvasObject) bool { return o == fyne.CanvasObject(p) }) != nil {
				return p.Label
			}
			return "nothing that is on the screen"
		}
		r.pressKey(fyne.KeyDown)
		r.pressKey(fyne.KeyDown)
		if got := focused(); got != paul.Name {
			t.Fatalf("the focus is on %s", got)
		}
		r.manager.set(paul.ID, func(a *account.Account) { a.Unread++ })
		r.settle()
		if got := focused(); got != paul.Name {
			t.Errorf("after a message the focus is on %s", got)
		}
		r.pressKey(fyne.KeyRight)
		r.expectText("Supprimer cet utilisateur")
		r.manager.set(paul.ID, func(a *account.Account) { a.Unread++ })
		r.settle()
		r.pressKey(fyne.KeyEscape)
		if got := focused(); got != "Plus d’actions pour "+paul.Name {
			t.Errorf("after the menu the focus is on %s", got)
		}
		r.pressKey(fyne.KeyUp)
		if got := focused(); got != claire.Name {
			t.Errorf("above is %s", got)
		}
	})
}

// TestClosingAllSessionsForgetsTheLockedOnesToo: their notifications, and the windows that their code would have brought back.
// TestAnAccountThatIsGoneLeavesNoFocus: on the screen of accounts the keys begin at the top, not at what stands where the account was.
func TestAnAccountThatIsGoneLeavesNoFocus(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, paul, claire)
		r.ui.nav.ShowAccounts()
		r.settle()
		r.pressKey(fyne.KeyDown)
		r.pressKey(fyne.KeyDown)
		r.pressKey(fyne.KeyReturn)
		r.expectScreen("list")
		r.ui.nav.AskRemove("claire")
		r.settle()
		r.press("Supprimer")
		r.settle()
		r.press("J’ai compris")
		r.expectScreen("accounts")
		if label := r.focused(); label != "" {
			t.Errorf("the focus is on %q", label)
		}
		r.pressKey(fyne.KeyDown)
		r.pressKey(fyne.KeyRight)
		r.expectText("Supprimer cet utilisateur")
	})
}

func TestClosingAllSessionsForgetsTheLockedOnesToo(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire, paul)
		r.press(claire.Name)
		r.ui.chats.show("claire", "sophie", "Sophie Bernard")
		r.settle()
		r.press("Verrouiller")
		r.manager.tell(account.Received{ID: "claire", Locked: true})
		r.settle()
		r.pressKey(fyne.KeyEscape)
		r.press("Fermer toutes les sessions")
		r.press("Fermer toutes les sessions")
		if !r.manager.allClosed {
			t.Fatal("nobody was logged out")
		}
		if shown := r.notified(); len(shown) > 0 {
			t.Errorf("still shown: %v", shown)
		}
		r.press(claire.Name)
		r.typeText("4071")
		r.expectScreen("list")
		if titles := r.windowTitles(); len(titles) != 1 {
			t.Errorf("the code brings %q back", titles)
		}
	})
}

// TestNothingThatIsPressedOftenStandsBesideTheRemoval: between them is a rule, another line or the edge of a bar, so that a slip of
// the pointer ends in between.
func TestNothingThatIsPressedOftenStandsBesideTheRemoval(t *testing.T) {
	for where, c := range map[string]struct {
		show  func(r *rig)
		often []string
	}{
		"menu of the account": {func(r *rig) { r.ui.nav.ShowList("claire"); r.settle(); r.press("Changer de compte") },
			[]string{claire.Name, "Tous les comptes de ce poste", "Mon statut : En ligne", "Quitter Discussions"}},
		"menu in the list of accounts": {func(r *rig) { r.press("Plus d’actions pour " + claire.Name) },
			[]string{"Verrouiller", "Déconnexion"}},
		"settings": {func(r *rig) { r.ui.nav.ShowSettings("claire"); r.scroll(10_000) },
			[]string{"Déconnexion", "Créer"}},
	} {
		t.Run(where, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				r := newRig(t, nil, claire)
				c.show(r)
				driver := fyne.CurrentApp().Driver()
				span := func(label string) (top, bottom float32) {
					o := r.pressable(label)
					top = driver.AbsolutePositionForObject(o).Y
					return top, top + o.Size().Height
				}
				top, bottom := span("Supprimer cet utilisateur")
				for _, label := range c.often {
					if above, below := span(label); above < bottom+12 && below > top-12 {
						t.Errorf("%q (%v to %v) is beside the removal (%v to %v)", label, above, below, top, bottom)
					}
				}
			})
		})
	}
}
