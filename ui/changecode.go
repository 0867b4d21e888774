package ui

import (
	"context"
	"errors"

	"discussions/account"
	"discussions/internal/i18n"
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
	s.received = func(old string) {
		choice{
			u: u, person: a.Name, prompt: i18n.T("change.new"), account: id, back: back,
			then: func(code string, s *codeScreen) { u.changeCode(id, old, code, s) },
		}.first()
	}
	u.window.show(s)
	if a.Wait.After(u.now()) {
		s.waits(a.Wait, "")
	}
}

func (u *UI) changeCode(id, old, code string, s *codeScreen) {
	s.busy(i18n.T("code.sealing"))
	u.run(func(ctx context.Context) error { return u.back.ChangeCode(ctx, id, old, code) }, func(err error) {
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
