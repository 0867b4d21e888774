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

// Workstation handles sleep, lock and the end of the desktop session. It calls done,
// on any goroutine, when the accounts are safe: the system may wait for it.
func (u *UI) Workstation(e workstation.Event, done func()) {
	if u.ctx.Err() != nil { // the program is ending
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
		if u.manager.Policy().SessionEnd != settings.SessionEndLogout {
			done()
			return
		}
		u.hideAll(forgetWindows)
		screen.Try(u.nav, func(context.Context) error {
			defer done()
			u.saves.WaitAll()
			return u.manager.LogOutAll()
		}, u.nav.Explain)
	}
}

// lockAll locks all accounts, including those that are being opened.
func (u *UI) lockAll(done func()) {
	u.leaveUnfinished()
	u.hideAll(reopenLater)
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

// hideAll hides all open accounts. Without remember it also hides the locked ones, which may have notifications on screen.
func (u *UI) hideAll(remember bool) {
	for _, a := range u.manager.Accounts() {
		if a.State == account.Open || !remember {
			u.hideAccount(a.ID, remember)
		}
	}
}

// leaveUnfinished abandons a login whose person left before choosing a code:
// otherwise the next person could choose it.
func (u *UI) leaveUnfinished() {
	if screen.SignInOf(u.window.shown) != nil {
		u.nav.ShowAccounts()
		u.nav.Explain(auth.ErrTimeout)
	}
}
