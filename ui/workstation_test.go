package ui

import (
	"testing"

	"discussions/account"
	"discussions/internal/workstation"
	"discussions/settings"

	"github.com/google/go-cmp/cmp"
)

// workstation sends an event of the workstation, and fails unless the interface handles it to the end.
func (r *rig) workstation(e workstation.Event) {
	r.t.Helper()
	done := make(chan struct{})
	r.ui.Workstation(e, func() { close(done) })
	r.settle()
	select {
	case <-done:
	default:
		r.t.Fatalf("%v: the computer would wait in vain", e)
	}
}

func (r *rig) states() map[string]account.State {
	states := map[string]account.State{}
	for _, a := range r.manager.Accounts() {
		states[a.ID] = a.State
	}
	return states
}

func TestTheAccountsLockWithTheSessionAndBeforeSleep(t *testing.T) {
	second := amelie
	second.ID, second.State = "second", account.Open
	for _, e := range []workstation.Event{workstation.Locked, workstation.Sleeping} {
		t.Run(e.String(), func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				r := newRig(t, nil, claire, paul, amelie, second)
				r.press(claire.Name)
				r.ui.chats.show("claire", "sophie", "Sophie Bernard")
				r.ui.chats.show("second", "julien", "Dr Julien Roux")
				r.settle()
				r.workstation(e)
				want := map[string]account.State{"claire": account.Locked, "paul": account.Locked, "amelie": account.Sealed, "second": account.Locked}
				if d := cmp.Diff(want, r.states()); d != "" {
					t.Error(d)
				}
				r.expectScreen("code")
				if titles := r.windowTitles(); len(titles) != 1 {
					t.Errorf("still on the screen: %q", titles)
				}
				r.workstation(e) // the screen saver and logind both tell it
				r.typeText("4071")
				r.expectScreen("list")
				if titles := r.windowTitles(); len(titles) != 2 {
					t.Errorf("the code brings %q back", titles)
				}
			})
		})
	}
}

func TestTheAccountsConnectAgainAfterSleep(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire, paul)
		r.workstation(workstation.Woken)
		if r.manager.retried != 1 || r.states()["claire"] != account.Open {
			t.Errorf("%d retries, %v", r.manager.retried, r.states())
		}
	})
}

func TestTheEndOfTheSessionFollowsThePolicy(t *testing.T) {
	for end, logsOut := range map[settings.SessionEnd]bool{
		"": false, settings.SessionEndKeep: false, settings.SessionEndLogout: true,
	} {
		t.Run(string(end), func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				r := newRig(t, func(o *Options, _ *fakeManager) { o.Deployment.Policy.SessionEnd = end }, claire, paul)
				r.press(claire.Name)
				r.ui.chats.show("claire", "sophie", "Sophie Bernard")
				r.workstation(workstation.Ending)
				if r.manager.allClosed != logsOut {
					t.Errorf("logged out: %v", r.manager.allClosed)
				}
				if logsOut {
					r.expectScreen("accounts")
				} else {
					r.expectScreen("list")
				}
			})
		})
	}
}

func TestAfterTheEndOfTheProgramNothingIsWaitedFor(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.ui.Close()
		for _, e := range []workstation.Event{workstation.Locked, workstation.Sleeping, workstation.Woken, workstation.Ending} {
			r.workstation(e)
		}
		if r.states()["claire"] != account.Open || r.manager.retried != 0 {
			t.Error("the interface acts after its end")
		}
	})
}
