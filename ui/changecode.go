package ui

import (
	"context"
	"errors"

	"discussions/account"
	"discussions/internal/i18n"
	"discussions/internal/secret"
	"discussions/ui/wording"
)

// showChangeCode takes the present code, then the new one twice.
func (u *UI) showChangeCode(id string) {
	a, ok := u.account(id)
	if !ok {
		return
	}
	back := func() { u.showSettings(id) }
	s := &codeScreen{u: u, id: "code", account: id, person: a.Name, prompt: i18n.T("change.old"), back: back}
	s.received = func(present secret.Text) {
		choice{
			u: u, person: a.Name, prompt: i18n.T("change.new"), account: id, present: present, back: back,
			then: func(s *codeScreen, present, code secret.Text) { u.changeCode(id, present, code, s) },
		}.first()
	}
	u.window.show(s)
	if a.Wait.After(u.now()) {
		s.waits(a.Wait, "")
	}
}

func (u *UI) changeCode(id string, present, code secret.Text, s *codeScreen) {
	s.busy(i18n.T("code.sealing"))
	present = present.Copy()
	u.runWithCode(code, func(ctx context.Context, code secret.Text) error {
		defer present.Wipe()
		return u.back.ChangeCode(ctx, id, present, code)
	}, func(err error) {
		here := u.window.shown == screen(s)
		switch {
		case err == nil:
			if here {
				u.showSettings(id)
			}
			u.tell(wording.Sentence{What: i18n.T("change.done"), Means: i18n.T("change.doneText")})
		case !here:
			u.o.Log.Warn("the code is not changed", "error", err)
		case errors.Is(err, account.ErrWrongCode), errors.Is(err, account.ErrWait):
			u.showChangeCode(id)
			if again, ok := u.window.shown.(*codeScreen); ok {
				again.answered(id, err)
			}
		case errors.Is(err, account.ErrErased):
			// The event says so, and for whom.
		default:
			u.showSettings(id)
			u.explain(err)
		}
	})
}
