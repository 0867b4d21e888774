package code

import (
	"context"
	"errors"
	"time"

	"discussions/account"
	"discussions/internal/i18n"
	"discussions/internal/secret"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"
)

// ShowUnlock asks for the code of a locked or logged out account.
func ShowUnlock(h screen.Host, id string) {
	a, ok := h.Account(id)
	if !ok {
		h.ShowAccounts()
		return
	}
	s := &entry{
		h: h, id: "code", person: a.Name, prompt: i18n.T("code.type"), back: h.ShowAccounts,
		extra: i18n.T("code.forgotten"), onExtra: func() { askForgotten(h, id) }, forgotten: true,
	}
	s.received = func(code secret.Text) {
		s.busy(i18n.T("code.opening"))
		screen.Try(h, func(ctx context.Context) error {
			defer code.Wipe()
			return h.Manager().Unlock(ctx, id, code)
		}, func(err error) {
			if h.Shows(s) {
				s.answered(id, err)
			}
		})
	}
	h.Show(s)
	if a.Wait.After(time.Now()) {
		s.waits(a.Wait, triesLeft(a.TriesLeft))
	} else if a.Trouble != nil {
		s.setTrouble(wording.Explain(a.Trouble).Text())
		s.follow = func() {
			if a, ok := h.Account(id); ok && a.Trouble == nil && !s.keypad.Disabled() { // the keyring works again
				s.follow = nil
				s.setPrompt(s.prompt)
			}
		}
	}
}

// answered shows the result of a code.
func (s *entry) answered(id string, err error) {
	var wrong *account.WrongCodeError
	var wait *account.WaitError
	switch {
	case err == nil:
		s.h.Opened(id)
	case errors.As(err, &wrong):
		s.refused(i18n.T("code.wrong", "Tries", triesLeft(wrong.Left)))
		if s.signIn == nil && wrong.Wait.After(time.Now()) { // a full login has no delay
			s.waits(wrong.Wait, i18n.T("code.wrong", "Tries", triesLeft(wrong.Left)))
		}
	case errors.As(err, &wait):
		s.waits(wait.Until, "")
	case errors.Is(err, account.ErrErased):
		// The event account.Erased tells the user.
	case errors.Is(err, account.ErrLoginNeeded):
		s.h.ShowLoginNeeded(id)
	default:
		s.h.Log().Warn("code", "error", err)
		s.refused(wording.Explain(err).Text())
	}
}

// askForgotten offers a full login, which keeps the account.
func askForgotten(h screen.Host, id string) {
	h.Ask(look.Question{
		Title: i18n.T("code.forgotten"), Text: i18n.T("forgotten.text"), Yes: i18n.T("loginNeeded.go"),
		Do: func() { h.LogIn(screen.AnyMethod, id) },
	})
}

func triesLeft(n int) string { return i18n.N("code.tries", n) }
