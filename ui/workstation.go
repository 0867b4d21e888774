package ui

import (
	"context"
	"errors"
	"sync"

	"discussions/account"
	"discussions/internal/workstation"
	"discussions/settings"
)

// Workstation follows what happens to the computer and to the operating
// system's session. It calls done, on some goroutine, once what has to be done
// first is done: sleep and the session's end can wait for it.
func (u *UI) Workstation(e workstation.Event, done func()) {
	if u.ctx.Err() != nil { // all are logged out already, or about to be
		done()
		return
	}
	switch e {
	case workstation.Locked, workstation.Sleeping:
		u.lockAll(done)
	case workstation.Woken:
		u.back.Retry()
		done()
	case workstation.Ending:
		if u.o.Deployment.Policy.SessionEnd != settings.SessionEndLogout {
			done()
			return
		}
		kept := u.hideAll(false)
		u.run(func(context.Context) error { defer done(); kept(); return u.back.LogOutAll() }, u.explain)
	}
}

// lockAll locks whoever is open, and whoever is just being opened.
func (u *UI) lockAll(done func()) {
	u.leaveUnfinished()
	kept := u.hideAll(true)
	accounts := u.back.Accounts()
	u.run(func(context.Context) error {
		defer done()
		kept()
		errs := make([]error, len(accounts))
		var wait sync.WaitGroup
		for i, a := range accounts {
			wait.Go(func() { errs[i] = u.back.Lock(a.ID) })
		}
		wait.Wait()
		return errors.Join(errs...)
	}, u.explain)
}

// hideAll removes everything of the open accounts from the screen, as hideAccount does; where nothing is to be remembered, of the
// locked ones too, whose notifications may still be there.
func (u *UI) hideAll(remember bool) (kept func()) {
	var all []func()
	for _, a := range u.back.Accounts() {
		if a.State == account.Open || !remember {
			all = append(all, u.hideAccount(a.ID, remember))
		}
	}
	return func() {
		for _, kept := range all {
			kept()
		}
	}
}
