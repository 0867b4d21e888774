package ui

import (
	"testing"
	"time"

	"discussions/account"
	"discussions/internal/workstation"
	"discussions/ui/screen"

	"fyne.io/fyne/v2"
)

// away are the ways in which a workstation notices that nobody is there.
var away = map[string]func(*rig){
	"idle":   func(r *rig) { r.sleep(6 * time.Minute) },
	"locked": func(r *rig) { r.happens(workstation.Locked) },
	"asleep": func(r *rig) { r.happens(workstation.Sleeping) },
}

// TestWhoLeavesBeforeChoosingACodeLeavesNothing: otherwise the next person would choose it, and be in.
func TestWhoLeavesBeforeChoosingACodeLeavesNothing(t *testing.T) {
	for name, leaves := range away {
		for _, typed := range []string{"", "4071"} {
			t.Run(name+" "+typed, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					r := newRig(t, func(_ *Options, m *fakeManager) { m.login = claireLogsIn(m) })
					r.manager.login.outcome <- nil
					r.shows("choose-code")
					r.types(typed)
					leaves(r)
					r.shows("accounts")
					r.says("La connexion n’a pas été terminée à temps")
					if !r.manager.login.pending.abandoned {
						t.Error("the login is still pending")
					}
				})
			})
		}
	}
}

// TestALoginInTheBrowserMayTakeItsTime: nobody touches the program meanwhile, and nothing is open yet.
func TestALoginInTheBrowserMayTakeItsTime(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.login = claireLogsIn(m) })
		r.sleep(6 * time.Minute)
		r.shows("browser")
		r.manager.login.outcome <- nil
		r.shows("choose-code")
		r.sleep(4 * time.Minute)
		r.shows("choose-code")
	})
}

func TestALoginIsGivenUpWithTheLastOfItsScreens(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.login = claireLogsIn(m) }, paul)
		r.ui.nav.AddAccount()
		r.settle()
		r.presses("Pro Santé Connect")
		r.manager.login.outcome <- nil
		r.shows("choose-code")
		r.types("4071")
		r.shows("repeat-code")
		r.key(fyne.KeyEscape)
		r.shows("choose-code")
		if r.manager.login.pending.abandoned {
			t.Fatal("given up between two of its screens")
		}
		r.ui.Clicked(noticeID(paul.ID, "sophie"))
		r.shows("code")
		if !r.manager.login.pending.abandoned {
			t.Error("it goes on without a screen")
		}
	})
}

func TestALoginThatIsPendingAtTheEndIsGivenUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) { m.login = claireLogsIn(m) })
		r.manager.login.outcome <- nil
		r.shows("choose-code")
		r.ui.Close()
		if !r.manager.login.pending.abandoned {
			t.Error("its tokens stay good at the provider")
		}
	})
}

// TestAnAccountThatIsMadeAfterTheLockIsLocked: the code was typed, and the screen saver came before the answer.
func TestAnAccountThatIsMadeAfterTheLockIsLocked(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) {
			m.login = claireLogsIn(m)
			m.login.pending.hold = make(chan struct{})
		})
		r.manager.login.outcome <- nil
		r.settle()
		r.types("40714071")
		r.happens(workstation.Locked)
		r.shows("accounts")
		close(r.manager.login.pending.hold)
		r.shows("accounts")
		if got := r.states()["claire"]; got != account.Locked {
			t.Errorf("the account is %v", got)
		}
	})
}

// TestACodeThatIsBeingChangedIsLeftAtTheLock: the old one is typed already, and the next person could choose the new one.
func TestACodeThatIsBeingChangedIsLeftAtTheLock(t *testing.T) {
	for name, leaves := range away {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := newRig(t, nil, claire)
				r.ui.nav.ShowChangeCode("claire")
				r.settle()
				r.types("4071")
				r.shows("choose-code")
				leaves(r)
				r.shows("code")
				r.types("83268326")
				r.shows("code")
				if r.manager.codes["claire"] != "4071" {
					t.Error("somebody else changed the code")
				}
			})
		})
	}
}

// TestTheLastTryInALoginLeadsToANewCode: the account is gone, but who its owner is has been proven.
func TestTheLastTryInALoginLeadsToANewCode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, func(_ *Options, m *fakeManager) {
			m.login = claireLogsIn(m)
			m.login.pending.person.Known, m.login.pending.person.Present = true, true
			m.login.pending.err = account.ErrErased
		}, claire)
		r.ui.nav.LogIn(screen.AnyMethod, "claire")
		r.settle()
		r.manager.login.outcome <- nil
		r.shows("code")
		r.types("9999")
		r.manager.tell(account.Erased{ID: "claire", Name: claire.Name})
		r.shows("choose-code")
		r.says("Cinq codes incorrects ont été saisis pour Dr Claire Martin")
		r.presses("J’ai compris")
		r.manager.login.pending.err = nil
		r.types("83268326")
		r.shows("list")
	})
}

// TestWhatWasWrittenIsKeptBeforeTheAccountIsClosed: the disk is slow, and the window is gone from the screen meanwhile.
func TestWhatWasWrittenIsKeptBeforeTheAccountIsClosed(t *testing.T) {
	for name, leaves := range map[string]func(*rig){
		"lock":    func(r *rig) { r.ui.nav.Lock("claire") },
		"log out": func(r *rig) { r.ui.nav.logOut("claire") },
		"remove":  func(r *rig) { r.ui.nav.remove("claire") },
		"sleep":   func(r *rig) { r.ui.lockAll(func() {}) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := newRig(t, nil, claire)
				r.presses(claire.Name)
				r.ui.chats.show("claire", "sophie", "Sophie Bernard")
				r.settle()
				hold := make(chan struct{})
				r.ui.chats.open[chatKey{"claire", "sophie"}].view.(*fakeView).hold = hold
				leaves(r)
				if titles := r.titles(); len(titles) != 1 {
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

// TestAConversationIsOpenedAgainOnceItsDraftIsKept: it would be read too early.
func TestAConversationIsOpenedAgainOnceItsDraftIsKept(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.presses(claire.Name)
		r.ui.chats.show("claire", "sophie", "Sophie Bernard")
		r.settle()
		hold := make(chan struct{})
		sophie := r.ui.chats.open[chatKey{"claire", "sophie"}]
		sophie.view.(*fakeView).hold = hold
		sophie.win.Close()
		r.ui.chats.show("claire", "sophie", "Sophie Bernard")
		if titles := r.titles(); len(titles) != 1 {
			t.Errorf("open already: %q", titles)
		}
		close(hold)
		if titles := r.titles(); len(titles) != 2 {
			t.Errorf("not open: %q", titles)
		}
	})
}
