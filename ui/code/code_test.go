package code

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"discussions/account"
	"discussions/internal/secret"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// host shows the screens of one account in a window of its own. It runs work at once.
type host struct {
	screen.Host
	t       *testing.T
	window  fyne.Window
	shown   screen.Screen
	manager *manager
	went    string // the screens that were shown
	asked   *look.Question
}

type manager struct {
	screen.Manager
	code string
	err  error         // of everything
	seen []secret.Text // what was handed over
}

func (m *manager) Unlock(_ context.Context, _ string, code secret.Text) error {
	m.seen = append(m.seen, code)
	if m.err != nil {
		return m.err
	}
	if code.Reveal() != m.code {
		return &account.WrongCodeError{Left: 3}
	}
	return nil
}

func (m *manager) ChangeCode(_ context.Context, _ string, old, new secret.Text) error {
	m.seen = append(m.seen, old, new)
	if m.err != nil {
		return m.err
	}
	if old.Reveal() != m.code {
		return &account.WrongCodeError{Left: 3}
	}
	m.code = new.Reveal()
	return nil
}

// signIn is a login that has come to its code.
type signIn struct {
	account.SignIn
	m        *manager
	inMemory bool
}

func (s *signIn) Person() account.Person { return account.Person{Name: "Claire"} }

func (s *signIn) SetCode(_ context.Context, code secret.Text) (string, error) {
	s.m.seen = append(s.m.seen, code)
	s.m.code = code.Reveal()
	return "claire", s.m.err
}

func (s *signIn) SetCodeInMemory(_ context.Context, code secret.Text) (string, error) {
	s.m.seen = append(s.m.seen, code)
	s.inMemory, s.m.code = true, code.Reveal()
	return "claire", nil
}

func newHost(t *testing.T) *host {
	test.NewTempApp(t)
	return &host{t: t, window: test.NewTempWindow(t, look.Blank(1, 1)), manager: &manager{code: "4071"}}
}

func (h *host) Show(s screen.Screen) {
	if l, ok := h.shown.(screen.Leaver); ok {
		l.Leave()
	}
	h.shown = s
	if s != nil {
		h.window.SetContent(s.Content())
	}
}

func (h *host) leave(where string) {
	h.Show(nil)
	h.went = where
}

func (h *host) Shows(s screen.Screen) bool           { return h.shown == s }
func (h *host) Canvas() fyne.Canvas                  { return h.window.Canvas() }
func (h *host) Manager() screen.Manager              { return h.manager }
func (h *host) Log() *slog.Logger                    { return slog.New(slog.DiscardHandler) }
func (h *host) Do(f func())                          { f() }
func (h *host) Go(work func(context.Context) func()) { work(h.t.Context())() }
func (h *host) Ask(q look.Question)                  { h.asked = &q }
func (h *host) Tell(wording.Sentence)                {}
func (h *host) Warn(wording.Sentence)                {}
func (h *host) Explain(error)                        {}
func (h *host) ShowAccounts()                        { h.leave("accounts") }
func (h *host) ShowSettings(string)                  { h.leave("settings") }
func (h *host) Opened(string)                        { h.leave("list") }
func (h *host) Lock(string)                          { h.went = "locked" }
func (h *host) ShowTrouble(_ error, _ account.SignIn, again, _ func()) {
	h.leave("trouble")
	again()
}

func (h *host) Account(id string) (account.Account, bool) {
	return account.Account{ID: id, Name: "Claire"}, true
}

// types types digits and keeps every code that the pads hand over.
func (h *host) types(digits string) (codes []secret.Text) {
	for _, d := range digits {
		s := h.shown.(*entry)
		received := s.keypad.onCode
		s.keypad.onCode = func(code secret.Text) {
			codes = append(codes, code)
			received(code)
		}
		s.TypedRune(d)
		s.keypad.onCode = received
	}
	return codes
}

func (h *host) wiped(codes []secret.Text) {
	h.t.Helper()
	for i, code := range append(codes, h.manager.seen...) {
		if !code.IsZero() {
			h.t.Errorf("code %d is not wiped", i)
		}
	}
	if s, ok := h.shown.(*entry); ok && (s.keypad.typed != 0 || s.keypad.digits != [codeLength]byte{}) {
		h.t.Error("the keypad still has digits")
	}
}

func TestEveryCodeIsWiped(t *testing.T) {
	choose := func(h *host) { ShowChoose(h, &signIn{m: h.manager}) }
	change := func(h *host) { ShowChange(h, "claire") }
	unlock := func(h *host) { ShowUnlock(h, "claire") }
	for _, c := range []struct {
		name  string
		show  func(*host)
		err   error
		types string
		then  func(*host)
		went  string
	}{
		{name: "the right one", show: unlock, types: "4071", went: "list"},
		{name: "a wrong one", show: unlock, types: "9999"},
		{name: "one for a keyring that is locked", show: unlock, err: account.ErrKeyringLocked, types: "4071"},
		{name: "three digits and away", show: unlock, types: "407", then: func(h *host) { h.shown.(*entry).back() }, went: "accounts"},
		{name: "three digits taken back", show: unlock, types: "407", then: func(h *host) {
			for range 4 {
				h.shown.(screen.Keyed).TypedKey(fyne.KeyBackspace)
			}
		}},
		{name: "a new one", show: choose, types: "58165816", went: "list"},
		{name: "a weak one", show: choose, types: "1234"},
		{name: "two that differ", show: choose, types: "58165817"},
		{name: "one and away", show: choose, types: "5816", then: func(h *host) { h.leave("idle") }, went: "idle"},
		{name: "one and back", show: choose, types: "5816", then: func(h *host) { h.shown.(*entry).back() }},
		{name: "a new one that is not taken", show: choose, err: errors.New("disk full"), types: "58165816", went: "trouble"},
		{name: "one that the keyring does not take, and away", show: choose, err: account.ErrKeyringRefused, types: "58165816",
			then: func(h *host) { h.leave("idle") }, went: "idle"},
		{name: "one that the keyring does not take, kept in memory", show: choose, err: account.ErrKeyringRefused, types: "58165816",
			then: func(h *host) { h.manager.err = nil; h.asked.Do() }, went: "list"},
		{name: "a change", show: change, types: "407158165816", went: "settings"},
		{name: "a change with a wrong old one", show: change, types: "999958165816"},
		{name: "a change that is broken off", show: change, types: "40715816", then: func(h *host) { h.leave("idle") }, went: "idle"},
		{name: "a change that went back", show: change, types: "40715816", then: func(h *host) {
			h.shown.(*entry).back()
			h.shown.(*entry).back()
		}, went: "settings"},
		{name: "a change with two that differ, and away", show: change, types: "407158165817", then: func(h *host) { h.leave("idle") }, went: "idle"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHost(t)
			h.manager.err = c.err
			c.show(h)
			codes := h.types(c.types)
			if c.then != nil {
				c.then(h)
			}
			if h.went != c.went {
				t.Errorf("it led to %q, want %q", h.went, c.went)
			}
			h.wiped(codes)
		})
	}
}

func TestTheOldCodeSurvivesTwoNewOnesThatDiffer(t *testing.T) {
	h := newHost(t)
	ShowChange(h, "claire")
	codes := h.types("4071" + "58165817" + "83268326")
	if h.manager.code != "8326" || h.went != "settings" {
		t.Errorf("the code is %s; it led to %q", h.manager.code, h.went)
	}
	h.wiped(codes)
}

func TestWhereTheKeyringFailsTheCodeServesInMemory(t *testing.T) {
	h := newHost(t)
	s := &signIn{m: h.manager}
	h.manager.err = account.ErrKeyringLocked
	ShowChoose(h, s)
	h.types("58165816")
	h.manager.code = ""
	h.asked.Do()
	if !s.inMemory || h.manager.code != "5816" || h.went != "list" {
		t.Errorf("in memory %v, code %q, led to %q", s.inMemory, h.manager.code, h.went)
	}
}
