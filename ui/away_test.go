package ui

import (
	"testing"
	"time"

	"discussions/account"
	"discussions/internal/workstation"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
)

// away are the events by which a workstation reports that nobody is there.
var away = map[string]func(*rig){
	"idle":   func(r *rig) { r.letPass(6 * time.Minute) },
	"locked": func(r *rig) { r.workstation(workstation.Locked) },
	"asleep": func(r *rig) { r.workstation(workstation.Sleeping) },
}

// TestALoginThatIsLeftBeforeTheCodeLeavesNothing: otherwise the next person could choose the code and open the account.
func TestALoginThatIsLeftBeforeTheCodeLeavesNothing(t *testing.T) {
	for name, leaves := range away {
		for _, typed := range []string{"", "4071"} {
			t.Run(name+" "+typed, func(t *testing.T) {
				inBubble(t, func(t *testing.T) {
					r := newRig(t, func(_ *Options, m *fakeManager) { m.login = newClaireLogin(m) })
					r.manager.login.outcome <- nil
					r.expectScreen("choose-code")
					r.typeText(typed)
					leaves(r)
					r.expectScreen("accounts")
					r.expectText("La connexion n’a pas été terminée à temps")
					if !r.manager.login.pending.abandoned {
						t.Error("the login is still pending")
					}
				})
			})
		}
	}
}

// TestALoginInTheBrowserMayTakeItsTime: nobody uses the program meanwhile, and no account is open yet.
func TestALoginInTheBrowserMayTakeItsTime(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.login = newClaireLogin(m) })
		r.letPass(6 * time.Minute)
		r.expectScreen("browser")
		r.manager.login.outcome <- nil
		r.expectScreen("choose-code")
		r.letPass(4 * time.Minute)
		r.expectScreen("choose-code")
	})
}

func TestALoginIsGivenUpWithTheLastOfItsScreens(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.login = newClaireLogin(m) }, paul)
		r.ui.nav.AddAccount()
		r.settle()
		r.press("Pro Santé Connect")
		r.manager.login.outcome <- nil
		r.expectScreen("choose-code")
		r.typeText("4071")
		r.expectScreen("repeat-code")
		r.pressKey(fyne.KeyEscape)
		r.expectScreen("choose-code")
		if r.manager.login.pending.abandoned {
			t.Fatal("given up between two of its screens")
		}
		r.ui.Clicked(notificationID(paul.ID, "sophie"))
		r.expectScreen("code")
		if !r.manager.login.pending.abandoned {
			t.Error("it goes on without a screen")
		}
	})
}

func TestALoginThatIsPendingAtTheEndIsGivenUp(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.login = newClaireLogin(m) })
		r.manager.login.outcome <- nil
		r.expectScreen("choose-code")
		r.ui.Close()
		if !r.manager.login.pending.abandoned {
			t.Error("its tokens stay good at the provider")
		}
	})
}

// TestAnAccountThatIsMadeAfterTheLockIsLocked: the code was typed, and the screen saver came before the answer.
func TestAnAccountThatIsMadeAfterTheLockIsLocked(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) {
			m.login = newClaireLogin(m)
			m.login.pending.hold = make(chan struct{})
		})
		r.manager.login.outcome <- nil
		r.settle()
		r.typeText("40714071")
		r.workstation(workstation.Locked)
		r.expectScreen("accounts")
		close(r.manager.login.pending.hold)
		r.expectScreen("accounts")
		if got := r.states()["claire"]; got != account.Locked {
			t.Errorf("the account is %v", got)
		}
	})
}

// TestACodeThatIsBeingChangedIsLeftAtTheLock: the old one is typed already, and the next person could choose the new one.
func TestACodeThatIsBeingChangedIsLeftAtTheLock(t *testing.T) {
	for name, leaves := range away {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				r := newRig(t, nil, claire)
				r.ui.nav.ShowChangeCode("claire")
				r.settle()
				r.typeText("4071")
				r.expectScreen("choose-code")
				leaves(r)
				r.expectScreen("code")
				r.typeText("83268326")
				r.expectScreen("code")
				if r.manager.codes["claire"] != "4071" {
					t.Error("somebody else changed the code")
				}
			})
		})
	}
}

// TestTheLastTryInALoginLeadsToANewCode: the account is gone, but who its owner is has been proven.
func TestTheLastTryInALoginLeadsToANewCode(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) {
			m.login = newClaireLogin(m)
			m.login.pending.person.Known, m.login.pending.person.Present = true, true
			m.login.pending.err = account.ErrErased
		}, claire)
		r.ui.nav.LogIn(screen.AnyMethod, "claire")
		r.settle()
		r.manager.login.outcome <- nil
		r.expectScreen("code")
		r.typeText("9999")
		r.manager.tell(account.Erased{ID: "claire", Name: claire.Name})
		r.expectScreen("choose-code")
		r.expectText("Cinq codes incorrects ont été saisis pour Dr Claire Martin")
		r.press("J’ai compris")
		r.manager.login.pending.err = nil
		r.typeText("83268326")
		r.expectScreen("list")
	})
}

// TestWhatWasWrittenIsKeptBeforeTheAccountIsClosed: the disk is slow, and the window is hidden meanwhile.
func TestWhatWasWrittenIsKeptBeforeTheAccountIsClosed(t *testing.T) {
	for name, leaves := range map[string]func(*rig){
		"lock":    func(r *rig) { r.ui.nav.Lock("claire") },
		"log out": func(r *rig) { r.ui.nav.logOut("claire") },
		"remove":  func(r *rig) { r.ui.nav.remove("claire") },
		"sleep":   func(r *rig) { r.ui.lockAll(func() {}) },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				r := newRig(t, nil, claire)
				r.press(claire.Name)
				r.ui.chats.show("claire", "sophie", "Sophie Bernard")
				r.settle()
				hold := make(chan struct{})
				r.ui.chats.open[chatKey{"claire", "sophie"}].view.(*fakeView).hold = hold
				leaves(r)
				if titles := r.windowTitles(); len(titles) != 1 {
					t.Errorf("still on the screen: %q", titles)
				}
				if got := r.states()["claire"]; got != account.Open {
					t.Errorf("the account is %v before its draft is kept", got)
				}
				close(hold)
				r.settle()
				if got := r.states()["claire"]; got == account.Open {
					t.Error("the account stays open")
				}
			})
		})
	}
}

// TestAConversationIsOpenedAgainOnceItsDraftIsKept: otherwise the draft would be read too early.
func TestAConversationIsOpenedAgainOnceItsDraftIsKept(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.press(claire.Name)
		r.ui.chats.show("claire", "sophie", "Sophie Bernard")
		r.settle()
		hold := make(chan struct{})
		sophie := r.ui.chats.open[chatKey{"claire", "sophie"}]
		sophie.view.(*fakeView).hold = hold
		sophie.win.Close()
		r.ui.chats.show("claire", "sophie", "Sophie Bernard")
		if titles := r.windowTitles(); len(titles) != 1 {
			t.Errorf("open already: %q", titles)
		}
		close(hold)
		if titles := r.windowTitles(); len(titles) != 2 {
			t.Errorf("not open: %q", titles)
		}
	})
}
