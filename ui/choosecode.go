package ui

import (
	"cmp"
	"context"
	"errors"

	"discussions/account"
	"discussions/account/vault"
	"discussions/internal/i18n"
	"discussions/internal/secret"
	"discussions/ui/look"
	"discussions/ui/wording"
)

// showChooseCode follows a login: the person chooses a code, or opens the
// drawer they have by its present one.
func (u *UI) showChooseCode(p pending) {
	if p.who().Present {
		u.showPresentCode(p)
		return
	}
	text := i18n.T("choose.type")
	if p.who().Known {
		text = i18n.T("choose.known")
	}
	u.chooseNew(p, text)
}

// showPresentCode asks for the code that the drawer has: that keeps everything.
func (u *UI) showPresentCode(p pending) {
	s := &codeScreen{
		u: u, id: "code", person: p.who().Name, second: p.who().Organisation, prompt: i18n.T("code.present"),
		login: p, back: u.showDrawers, extra: i18n.T("code.forgotten"),
	}
	s.onExtra = func() {
		u.ask(look.Question{
			Title: i18n.T("newCode.title"), Text: i18n.T("newCode.text"), Yes: i18n.T("newCode.yes"), Danger: true,
			Do: func() { u.chooseNew(p, i18n.T("choose.type")) },
		})
	}
	s.received = func(code secret.Text) { u.seal(s, p.Resume, code, nil) }
	u.window.show(s)
}

// chooseNew lets a person who has logged in choose a code.
func (u *UI) chooseNew(p pending, prompt string) {
	choice{
		u: u, person: p.who().Name, second: p.who().Organisation, prompt: prompt, login: p, back: u.showDrawers,
		then: func(s *codeScreen, _, code secret.Text) { u.sealNew(s, p, code) },
	}.first()
}

// choice is that of a new code, which is typed twice.
type choice struct {
	u              *UI
	person, second string
	prompt         string
	login          pending     // that it belongs to; nil: none
	account        string      // whose code is changed; "": nobody's
	present        secret.Text // the code that is changed; zero: none
	back           func()
	then           func(s *codeScreen, present, code secret.Text)
}

// screen returns a screen of the choice, and the choice as that screen sees it: with codes of its own, which are wiped with it.
func (c choice) screen(id, prompt string, back func(), codes ...*secret.Text) (*codeScreen, choice) {
	s := &codeScreen{
		u: c.u, id: id, person: c.person, second: c.second, prompt: prompt, login: c.login, account: c.account, back: back,
	}
	for _, code := range append(codes, &c.present) {
		*code = code.Copy()
		s.codes = append(s.codes, *code)
	}
	return s, c
}

// first takes a new code the first time, and refuses an obvious one with the
// reason.
func (c choice) first() *codeScreen {
	s, c := c.screen("choose-code", c.prompt, c.back)
	s.received = func(code secret.Text) {
		if err := vault.CheckCode(code); err != nil {
			s.refused(wording.Explain(err).Text())
			return
		}
		c.again(code)
	}
	c.u.window.show(s)
	return s
}

// again takes the new code the second time; another one starts over.
func (c choice) again(first secret.Text) {
	s, c := c.screen("repeat-code", i18n.T("choose.repeat"), nil, &first)
	s.back = func() { c.first() }
	s.received = func(code secret.Text) {
		if !code.Equal(first) {
			c.first().refused(i18n.T("choose.differ"))
			return
		}
		c.then(s, c.present, code)
	}
	c.u.window.show(s)
}

// sealNew gives a new code to the drawer. Where the keyring is there but does
// not do its work, the person may go on without it until the program ends.
func (u *UI) sealNew(s *codeScreen, p pending, code secret.Text) {
	u.seal(s, p.SetCode, code, func(err error) {
		says := wording.Explain(err)
		again := code.Copy()
		s.refused(says.What)
		s.codes = append(s.codes, again)
		u.ask(look.Question{
			Title: says.What, Text: i18n.T("choose.inMemory"), Advice: says.Do, Yes: i18n.T("choose.inMemoryYes"),
			Do: func() { u.seal(s, p.SetCodeInMemory, again, nil) },
		})
	})
}

// seal gives the code to the drawer and opens it: it is locked again at once
// where nobody waits for it any more. without is asked when the keyring fails;
// nil: that is a trouble like another.
func (u *UI) seal(s *codeScreen, by func(context.Context, secret.Text) (string, error), code secret.Text, without func(error)) {
	s.busy(i18n.T("code.sealing"))
	var id string
	u.runWithCode(code, func(ctx context.Context, code secret.Text) (err error) {
		id, err = by(ctx, code)
		return err
	}, func(err error) {
		here := u.window.shown == screen(s)
		switch {
		case err == nil && !here:
			u.lock(id)
		case !here:
			u.o.Log.Warn("a login that was left", "error", err)
		case err == nil:
			u.opened(id)
			if a, ok := u.account(id); ok && a.Ephemeral && without != nil { // else it was just accepted
				u.explain(cmp.Or(a.Trouble, account.ErrKeyringAbsent))
			}
		case errors.Is(err, account.ErrWrongCode), errors.Is(err, account.ErrWait), errors.Is(err, vault.ErrWeakCode):
			s.answered(id, err)
		case errors.Is(err, account.ErrErased): // who it is has been proven
			u.chooseNew(s.login, i18n.T("choose.type"))
			u.tell(wording.Erased(s.person))
		case without != nil && keyringFails(err):
			without(err)
		default:
			u.showTrouble(err, s.login, func() { u.window.show(s) }, s.back)
		}
	})
}

// keyringFails reports whether the keyring is there but does not do its work.
func keyringFails(err error) bool {
	return errors.Is(err, account.ErrKeyringLocked) || errors.Is(err, account.ErrKeyringSlow) || errors.Is(err, account.ErrKeyringRefused)
}
