package ui

import (
	"testing"

	"discussions/account"
	"discussions/internal/workstation"
	"discussions/settings"

	"github.com/google/go-cmp/cmp"
)

// happens tells the interface of an event, and fails unless it says that it is done.
func (r *rig) happens(e workstation.Event) {
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
			bubble(t, func(t *testing.T) {
				r := newRig(t, nil, claire, paul, amelie, second)
				r.presses(claire.Name)
				r.ui.chats.show("claire", "sophie", "Sophie Bernard")
				r.ui.chats.show("second", "julien", "Dr Julien Roux")
				r.settle()
				r.happens(e)
				want := map[string]account.State{"claire": account.Locked, "paul": account.Locked, "amelie": account.Sealed, "second": account.Locked}
				if d := cmp.Diff(want, r.states()); d != "" {
					t.Error(d)
				}
				r.shows("code")
				if titles := r.titles(); len(titles) != 1 {
					t.Errorf("still on the screen: %q", titles)
				}
				r.happens(e) // the screen saver and logind both tell it
				r.types("4071")
				r.shows("list")
				if titles := r.titles(); len(titles) != 2 {
					t.Errorf("the code brings %q back", titles)
				}
			})
		})
	}
}

func TestTheAccountsConnectAgainAfterSleep(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire, paul)
		r.happens(workstation.Woken)
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
			bubble(t, func(t *testing.T) {
				r := newRig(t, func(o *Options, _ *fakeManager) { o.Deployment.Policy.SessionEnd = end }, claire, paul)
				r.presses(claire.Name)
				r.ui.chats.show("claire", "sophie", "Sophie Bernard")
				r.happens(workstation.Ending)
				if r.manager.allClosed != logsOut {
					t.Errorf("logged out: %v", r.manager.allClosed)
				}
				if logsOut {
					r.shows("accounts")
				} else {
					r.shows("list")
				}
			})
		})
	}
}

func TestAfterTheEndOfTheProgramNothingIsWaitedFor(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, nil, claire)
		r.ui.Close()
		for _, e := range []workstation.Event{workstation.Locked, workstation.Sleeping, workstation.Woken, workstation.Ending} {
			r.happens(e)
		}
		if r.states()["claire"] != account.Open || r.manager.retried != 0 {
			t.Error("the interface acts after its end")
		}
	})
}
