package code

import (
	"cmp"
	"context"
	"errors"

	"discussions/account"
	"discussions/account/vault"
	"discussions/internal/i18n"
	"discussions/internal/secret"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"
)

// ShowChoose lets a person who has logged in choose a code or, if their account is
// on this workstation, type its present one.
func ShowChoose(h screen.Host, signIn account.SignIn) {
	person := signIn.Person()
	switch {
	case person.Present:
		showPresent(h, signIn)
	case person.Known:
		chooseNew(h, signIn, i18n.T("choose.known"))
	default:
		chooseNew(h, signIn, i18n.T("choose.type"))
	}
}

// showPresent asks for the present code, which keeps everything in the account.
func showPresent(h screen.Host, signIn account.SignIn) {
	s := &entry{
		h: h, id: "code", person: signIn.Person().Name, second: signIn.Person().Organisation, prompt: i18n.T("code.present"),
		signIn: signIn, back: h.ShowAccounts, extra: i18n.T("code.forgotten"),
	}
	s.onExtra = func() {
		h.Ask(look.Question{
			Title: i18n.T("newCode.title"), Text: i18n.T("newCode.text"), Yes: i18n.T("newCode.yes"), Danger: true,
			Do: func() { chooseNew(h, signIn, i18n.T("choose.type")) },
		})
	}
	s.restart = func() { h.Show(s) }
	s.received = func(code secret.Text) { s.seal(signIn.Resume, code, nil) }
	h.Show(s)
}

// chooseNew lets a person who has logged in choose a code.
func chooseNew(h screen.Host, signIn account.SignIn, prompt string) {
	choice{
		h: h, person: signIn.Person().Name, second: signIn.Person().Organisation, prompt: prompt, signIn: signIn, back: h.ShowAccounts,
		then: func(s *entry, code secret.Text) { s.sealNew(code) },
	}.first()
}

// choice asks twice for a new code.
type choice struct {
	h              screen.Host
	person, second string
	prompt         string
	signIn         account.SignIn // nil: none
	account        string         // the account whose code is changed; "": none
	old            secret.Text    // the present code, when it is changed
	back           func()
	then           func(s *entry, code secret.Text)
}

func (c choice) entry(id, prompt string, back func()) *entry {
	return &entry{
		h: c.h, id: id, person: c.person, second: c.second, prompt: prompt, signIn: c.signIn, account: c.account, back: back,
		held: []secret.Text{c.old},
	}
}

// first asks for the new code and refuses one that is easy to guess.
func (c choice) first() *entry {
	s := c.entry("choose-code", c.prompt, c.back)
	s.received = func(code secret.Text) {
		if err := vault.CheckCode(code); err != nil {
			code.Wipe()
			s.refused(wording.Explain(err).Text())
			return
		}
		s.held = nil // passed to the next screen
		c.repeat(code)
	}
	c.h.Show(s)
	return s
}

// repeat asks for the new code again. If it differs, the choice starts over.
func (c choice) repeat(first secret.Text) {
	s := c.entry("repeat-code", i18n.T("choose.repeat"), nil)
	s.back = func() {
		s.held = []secret.Text{first} // the old code is passed back
		c.first()
	}
	s.restart = func() { c.first() }
	s.held = append(s.held, first)
	s.received = func(code secret.Text) {
		same := code.Equal(first)
		code.Wipe()
		if !same {
			s.held = []secret.Text{first}
			c.first().refused(i18n.T("choose.differ"))
			return
		}
		s.held = nil
		c.then(s, first)
	}
	c.h.Show(s)
}

// sealNew gives a new code to the account. If the keyring fails, the person may go
// on without it until the program ends.
func (s *entry) sealNew(code secret.Text) {
	s.seal(s.signIn.SetCode, code, func(err error) {
		s.held = []secret.Text{code}
		sentence := wording.Explain(err)
		s.refused(sentence.What)
		s.h.Ask(look.Question{
			Title: sentence.What, Text: i18n.T("choose.inMemory"), Advice: sentence.Do, Yes: i18n.T("choose.inMemoryYes"),
			Do: func() { s.held = nil; s.seal(s.signIn.SetCodeInMemory, code, nil) },
		})
	})
}

// seal gives the code to the account, which opens it. If the screen was left
// meanwhile, the account is locked again. If the keyring fails and keyringFailed is
// not nil, keyringFailed is called and owns the code.
func (s *entry) seal(give func(context.Context, secret.Text) (string, error), code secret.Text, keyringFailed func(error)) {
	h := s.h
	s.busy(i18n.T("code.sealing"))
	screen.Run(h, func(ctx context.Context) (string, error) {
		id, err := give(ctx, code)
		if keyringFailed == nil || !isKeyringFailure(err) {
			code.Wipe()
		}
		return id, err
	}, func(id string, err error) {
		here := h.Shows(s)
		switch {
		case err == nil && !here:
			h.Lock(id)
		case !here:
			code.Wipe()
			h.Log().Warn("a login that was left", "error", err)
		case err == nil:
			h.Opened(id)
			if a, ok := h.Account(id); ok && a.Ephemeral && keyringFailed != nil { // otherwise the person has just accepted it
				h.Explain(cmp.Or(a.Trouble, account.ErrKeyringAbsent))
			}
		case errors.Is(err, account.ErrWrongCode), errors.Is(err, account.ErrWait), errors.Is(err, vault.ErrWeakCode):
			s.answered(id, err)
		case errors.Is(err, account.ErrErased): // the person has proved who they are
			chooseNew(h, s.signIn, i18n.T("choose.type"))
			h.Warn(wording.Erased(s.person))
		case keyringFailed != nil && isKeyringFailure(err):
			keyringFailed(err)
		default:
			h.ShowTrouble(err, s.signIn, s.restart, s.back)
		}
	})
}

// isKeyringFailure reports whether a keyring is present but failed.
func isKeyringFailure(err error) bool {
	return errors.Is(err, account.ErrKeyringLocked) || errors.Is(err, account.ErrKeyringSlow) || errors.Is(err, account.ErrKeyringRefused)
}
