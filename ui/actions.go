package ui

import (
	"context"

	"discussions/account"
	"discussions/internal/i18n"
	"discussions/ui/look"
	"discussions/ui/wording"
)

// lock hides an account and forgets the key of its messages.
func (u *UI) lock(id string) {
	kept := u.hideAccount(id, true)
	u.run(func(context.Context) error { kept(); return u.back.Lock(id) }, u.explain)
}

// lockShown locks the account that the main window shows (Ctrl+L).
func (u *UI) lockShown() {
	if o, ok := u.window.shown.(owned); ok && o.owner() != "" {
		u.lock(o.owner())
	}
}

// askLogOut is Déconnexion. It asks first only where it erases.
func (u *UI) askLogOut(id string) {
	if !u.o.Deployment.Policy.LogoutRemoves {
		u.logOut(id)
		return
	}
	u.ask(look.Question{
		Title: i18n.T("logOut.title"), Text: i18n.T("logOut.removes"), Advice: u.unsentAdvice(id),
		Yes: i18n.T("settings.logOut"), Danger: true, Do: func() { u.logOut(id) },
	})
}

func (u *UI) logOut(id string) {
	kept := u.hideAccount(id, false)
	u.run(func(context.Context) error { kept(); return u.back.LogOut(id) }, u.explain)
}

// logOutAll is "Fermer toutes les sessions".
func (u *UI) logOutAll() {
	kept := u.hideAll(false)
	u.run(func(context.Context) error { kept(); return u.back.LogOutAll() }, u.explain)
}

// askRemove is "Supprimer cet utilisateur": it says what will be lost.
func (u *UI) askRemove(id string) {
	a, ok := u.account(id)
	if !ok {
		return
	}
	u.ask(look.Question{
		Title: i18n.T("remove.title", "Name", a.Name), Text: i18n.T("remove.text"), Advice: u.unsentAdvice(id),
		Yes: i18n.T("remove.yes"), Danger: true, Do: func() { u.remove(id) },
	})
}

// unsentAdvice says how many messages would never leave.
func (u *UI) unsentAdvice(id string) string {
	if n := u.back.Unsent(id); n > 0 {
		return i18n.N("remove.unsent", n)
	}
	return ""
}

func (u *UI) remove(id string) {
	kept := u.hideAccount(id, false)
	var removal account.Removal
	u.run(func(ctx context.Context) (err error) {
		kept()
		removal, err = u.back.Remove(ctx, id)
		return err
	}, func(err error) {
		switch {
		case err != nil:
			u.explain(err)
		case !removal.Revoked:
			u.tell(wording.Sentence{What: i18n.T("removed.title"), Means: i18n.T("removed.notRevoked"), Do: i18n.T("removed.notRevokedDo")})
		}
	})
}
