package ui

import (
	"context"
	"errors"

	"discussions/account"
	"discussions/account/vault"
	"discussions/ui/look"
)

// showChooseCode follows a login: the person chooses a code, or opens the
// drawer they have by its present one.
func (u *UI) showChooseCode(p pending) {
	if p.who().Present {
		u.showPresentCode(p)
		return
	}
	text := look.T("choose.type")
	if p.who().Known {
		text = look.T("choose.known")
	}
	u.chooseFirst(p.who(), text, func() { p.Abandon(); u.showDrawers() }, func(code string, s *codeScreen) {
		u.sealNew(s, p, code, func() { p.Abandon(); u.showDrawers() })
	})
}

// showPresentCode asks for the code that the drawer has: that keeps everything.
func (u *UI) showPresentCode(p pending) {
	s := &codeScreen{
		u: u, id: "code", person: p.who().Name, second: p.who().Organisation, prompt: look.T("code.present"),
		back:  func() { p.Abandon(); u.showDrawers() },
		extra: look.T("code.forgotten"),
	}
	s.onExtra = func() {
		u.ask(question{
			title: look.T("newCode.title"), text: look.T("newCode.text"), yes: look.T("newCode.yes"), danger: true,
			do: func() {
				u.chooseFirst(p.who(), look.T("choose.type"), s.back, func(code string, s *codeScreen) {
					u.sealNew(s, p, code, s.back)
				})
			},
		})
	}
	s.received = func(code string) { u.seal(s, p.Resume, code, s.back, nil) }
	u.window.show(s)
}

// chooseFirst takes a new code the first time, and refuses an obvious one with
// the reason.
func (u *UI) chooseFirst(who account.Pending, prompt string, back func(), then func(code string, s *codeScreen)) {
	s := &codeScreen{u: u, id: "choose-code", person: who.Name, second: who.Organisation, prompt: prompt, back: back}
	s.received = func(code string) {
		if err := vault.CheckCode(code); err != nil {
			s.refused(explain(err).text())
			return
		}
		u.chooseAgain(who, code, prompt, back, then)
	}
	u.window.show(s)
}

// chooseAgain takes the new code the second time; another one starts over.
func (u *UI) chooseAgain(who account.Pending, first, prompt string, back func(), then func(code string, s *codeScreen)) {
	over := func() { u.chooseFirst(who, prompt, back, then) }
	s := &codeScreen{u: u, id: "repeat-code", person: who.Name, second: who.Organisation, prompt: look.T("choose.repeat"), back: over}
	s.received = func(code string) {
		if code != first {
			u.chooseFirst(who, prompt, back, then)
			if again, ok := u.window.shown.(*codeScreen); ok {
				again.refused(look.T("choose.differ"))
			}
			return
		}
		then(code, s)
	}
	u.window.show(s)
}

// sealNew gives a new code to the drawer. Where the keyring is there but does
// not do its work, the person may go on without it until the program ends.
func (u *UI) sealNew(s *codeScreen, p pending, code string, back func()) {
	u.seal(s, p.SetCode, code, back, func(err error) {
		says := explain(err)
		s.refused(says.What)
		u.ask(question{
			title: says.What, text: look.T("choose.inMemory"), advice: says.Do, yes: look.T("choose.inMemoryYes"),
			do: func() { u.seal(s, p.SetCodeInMemory, code, back, nil) },
		})
	})
}

// seal gives the code to the drawer and opens it. without is asked when the
// keyring fails; nil: that is a trouble like another.
func (u *UI) seal(s *codeScreen, by func(context.Context, string) (string, error), code string, back func(), without func(error)) {
	s.busy(look.T("code.sealing"))
	var id string
	u.run(func(ctx context.Context) (err error) {
		id, err = by(ctx, code)
		return err
	}, func(err error) {
		switch {
		case err == nil:
			u.opened(id)
			if a, ok := u.account(id); ok && a.Ephemeral && without != nil { // else it was just accepted
				u.explain(firstError(a.Trouble, account.ErrKeyringAbsent))
			}
		case errors.Is(err, account.ErrWrongCode), errors.Is(err, account.ErrWait), errors.Is(err, vault.ErrWeakCode):
			if u.window.shown == screen(s) {
				s.answered(id, err)
			}
		case without != nil && keyringFails(err):
			if u.window.shown == screen(s) {
				without(err)
			}
		default:
			u.showTrouble(err, func() { u.window.show(s) }, back)
		}
	})
}

// keyringFails reports whether the keyring is there but does not do its work.
func keyringFails(err error) bool {
	return errors.Is(err, account.ErrKeyringLocked) || errors.Is(err, account.ErrKeyringSlow) || errors.Is(err, account.ErrKeyringRefused)
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
