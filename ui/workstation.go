package ui

import (
	"context"
	"errors"
	"sync"

	"discussions/account"
	"discussions/auth"
	"discussions/internal/workstation"
	"discussions/settings"
	"discussions/ui/screen"
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
		u.manager.Retry()
		done()
	case workstation.Ending:
		if u.o.Deployment.Policy.SessionEnd != settings.SessionEndLogout {
			done()
			return
		}
		u.hideAll(false)
		screen.Try(u.nav, func(context.Context) error {
			defer done()
			u.saves.WaitAll()
			return u.manager.LogOutAll()
		}, u.nav.Explain)
	}
}

// lockAll locks whoever is open, and whoever is just being opened.
func (u *UI) lockAll(done func()) {
	u.leaveUnfinished()
	u.hideAll(true)
	accounts := u.manager.Accounts()
	screen.Try(u.nav, func(context.Context) error {
		defer done()
		u.saves.WaitAll()
		errs := make([]error, len(accounts))
		var wait sync.WaitGroup
		for i, a := range accounts {
			wait.Go(func() { errs[i] = u.manager.Lock(a.ID) })
		}
		wait.Wait()
		return errors.Join(errs...)
	}, u.nav.Explain)
}

// hideAll removes everything of the open accounts from the screen, as hideAccount does; where nothing is to be remembered, of the
// locked ones too, whose notifications may still be there.
func (u *UI) hideAll(remember bool) {
	for _, a := range u.manager.Accounts() {
		if a.State == account.Open || !remember {
			u.hideAccount(a.ID, remember)
		}
	}
}

// leaveUnfinished gives up the login of a person who went away before there was
// a code: whoever comes next would choose it.
func (u *UI) leaveUnfinished() {
	if screen.SignInOf(u.window.shown) != nil {
		u.nav.ShowAccounts()
		u.nav.Explain(auth.ErrTimeout)
	}
}
