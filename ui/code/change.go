package code

import (
	"context"
	"errors"
	"time"

	"discussions/account"
	"discussions/internal/i18n"
	"discussions/internal/secret"
	"discussions/ui/screen"
	"discussions/ui/wording"
)

// ShowChange asks for the present code of an open account, then twice for a new one.
func ShowChange(h screen.Host, id string) { showChange(h, id) }

func showChange(h screen.Host, id string) *entry {
	a, ok := h.Account(id)
	if !ok {
		return nil
	}
	back := func() { h.ShowSettings(id) }
	s := &entry{h: h, id: "code", account: id, person: a.Name, prompt: i18n.T("change.old"), back: back}
	s.received = func(old secret.Text) {
		choice{
			h: h, person: a.Name, prompt: i18n.T("change.new"), account: id, old: old, back: back,
			then: func(s *entry, code secret.Text) { s.change(old, code) },
		}.first()
	}
	h.Show(s)
	if a.Wait.After(time.Now()) {
		s.waits(a.Wait, "")
	}
	return s
}

func (s *entry) change(old, code secret.Text) {
	h, id := s.h, s.account
	s.busy(i18n.T("code.sealing"))
	screen.Try(h, func(ctx context.Context) error {
		defer old.Wipe()
		defer code.Wipe()
		return h.Manager().ChangeCode(ctx, id, old, code)
	}, func(err error) {
		here := h.Shows(s)
		switch {
		case err == nil:
			if here {
				h.ShowSettings(id)
			}
			h.Tell(wording.Sentence{What: i18n.T("change.done"), Means: i18n.T("change.doneText")})
		case !here:
			h.Log().Warn("the code is not changed", "error", err)
		case errors.Is(err, account.ErrWrongCode), errors.Is(err, account.ErrWait):
			if s := showChange(h, id); s != nil {
				s.answered(id, err)
			}
		case errors.Is(err, account.ErrErased):
			// The event account.Erased tells the user.
		default:
			h.ShowSettings(id)
			h.Explain(err)
		}
	})
}
