package ui

import (
	"context"
	"time"

	"discussions/account"
	"discussions/internal/i18n"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"
)

// Lock implements [screen.Navigator].
func (n navigator) Lock(id string) {
	n.u.hideAccount(id, reopenLater)
	screen.Try(n, func(context.Context) error {
		n.u.saves.Wait(id)
		return n.u.manager.Lock(id)
	}, n.Explain)
}

// AskLogOut implements [screen.Navigator]. It asks only if logging out erases the account.
func (n navigator) AskLogOut(id string) {
	if !n.u.manager.Policy().LogoutRemoves {
		n.logOut(id)
		return
	}
	n.Ask(look.Question{
		Title: i18n.T("logOut.title"), Text: i18n.T("logOut.removes"), Advice: n.unsentAdvice(id),
		Yes: i18n.T("settings.logOut"), Danger: true, Do: func() { n.logOut(id) },
	})
}

func (n navigator) logOut(id string) {
	n.u.hideAccount(id, forgetWindows)
	screen.Try(n, func(context.Context) error {
		n.u.saves.Wait(id)
		return n.u.manager.LogOut(id)
	}, n.Explain)
}

// LogOutAll implements [screen.Navigator].
func (n navigator) LogOutAll() {
	n.u.hideAll(forgetWindows)
	screen.Try(n, func(context.Context) error {
		n.u.saves.WaitAll()
		return n.u.manager.LogOutAll()
	}, n.Explain)
}

// AskRemove implements [screen.Navigator]. It says what will be lost.
func (n navigator) AskRemove(id string) {
	a, ok := n.Account(id)
	if !ok {
		return
	}
	text := i18n.T("remove.text")
	if delay := n.u.manager.Policy().RemoveWithoutCode; delay > 0 && a.State != account.Open && !a.Ephemeral {
		text = i18n.T("remove.delayed", "Span", wording.Span(delay))
	}
	n.Ask(look.Question{
		Title: i18n.T("remove.title", "Name", a.Name), Text: text, Advice: n.unsentAdvice(id),
		Yes: i18n.T("remove.yes"), Danger: true, Do: func() { n.remove(id) },
	})
}

// unsentAdvice says how many unsent messages would be lost; "" if none.
func (n navigator) unsentAdvice(id string) string {
	if count := n.u.manager.Unsent(id); count > 0 {
		return i18n.N("remove.unsent", count)
	}
	return ""
}

func (n navigator) remove(id string) {
	n.u.hideAccount(id, forgetWindows)
	screen.Run(n, func(ctx context.Context) (account.Removal, error) {
		n.u.saves.Wait(id)
		return n.u.manager.Remove(ctx, id)
	}, func(removal account.Removal, err error) {
		switch {
		case err != nil:
			n.Explain(err)
		case !removal.Due.IsZero():
			now := time.Now()
			n.Tell(wording.Sentence{What: i18n.T("accounts.removal", "Day", wording.Day(removal.Due, now)), Means: i18n.T("removed.laterMeans")})
		case !removal.Revoked:
			n.Warn(wording.Sentence{What: i18n.T("removed.title"), Means: i18n.T("removed.notRevoked"), Do: i18n.T("removed.notRevokedDo")})
		}
	})
}
