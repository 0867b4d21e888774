package ui

import (
	"context"
	"errors"
	"time"

	"discussions/account"
	"discussions/internal/i18n"
	"discussions/internal/secret"
	"discussions/ui/look"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// codeScreen is the frame of every screen that takes a code: whose it is, what
// is wanted, the pad, and a way out.
type codeScreen struct {
	u        *UI
	id       string  // of the log
	login    pending // that the code is to end; nil: none
	account  string  // that is open, and whose the screen is; "": none
	person   string
	second   string // under the name; "": nothing
	prompt   string
	back     func()
	extra    string // the way out at the bottom; "": none
	onExtra  func()
	received func(code secret.Text)
	follow   func() // some account changed; nil: that is nothing to this screen

	pad   *pad
	line  *look.Label
	codes []secret.Text // in use; wiped when the screen is left
	timer *time.Timer
	until time.Time
	after string // the prompt once the wait is over
}

func (s *codeScreen) name() string          { return s.id }
func (s *codeScreen) owner() string         { return s.account }
func (s *codeScreen) pendingLogin() pending { return s.login }

func (s *codeScreen) content() fyne.CanvasObject {
	s.pad = newPad(func(code secret.Text) {
		s.codes = append(s.codes, code)
		s.received(code)
	})
	s.line = look.NewLabel(s.prompt, look.Style{Colour: look.ColorSoft, Wrap: true, Align: fyne.TextAlignCenter})
	column := look.Column(14,
		container.NewCenter(look.Avatar(s.person, 72)),
		look.NewLabel(s.person, look.Style{Size: look.SizeTitle, Bold: true, Wrap: true, Align: fyne.TextAlignCenter}))
	if s.second != "" {
		column.Add(look.NewLabel(s.second, look.Style{Size: look.SizeSmall, Colour: look.ColorSoft, Wrap: true, Align: fyne.TextAlignCenter}))
	}
	column.Add(s.line)
	column.Add(container.NewCenter(s.pad))

	top := look.Pad(look.Line(0, nil, look.IconButton(look.IconBack, i18n.T("code.back"), s.back)), 12, 12, 0, 12)
	var bottom fyne.CanvasObject = look.Blank(0, 24)
	if s.extra != "" {
		bottom = look.Pad(look.NewButton(look.Link, s.extra, s.onExtra), 8, 24, 12, 24)
	}
	return page(top, container.NewVScroll(look.Pad(column, 0, 24, 0, 24)), bottom)
}

func (s *codeScreen) focus() fyne.Focusable { return s.pad }

func (s *codeScreen) typedRune(r rune) {
	s.pad.grabFocus()
	s.pad.TypedRune(r)
}

func (s *codeScreen) typedKey(name fyne.KeyName) {
	switch name {
	case fyne.KeyEscape:
		s.back()
	case fyne.KeyBackspace:
		s.pad.back()
	default:
		walk(s.u.window.win.Canvas(), name)
	}
}

func (s *codeScreen) leave() {
	s.forget()
	if s.timer != nil {
		s.timer.Stop()
	}
}

// forget wipes the codes that were typed.
func (s *codeScreen) forget() {
	s.pad.clear()
	for _, code := range s.codes {
		code.Wipe()
	}
	s.codes = nil
}

// runWithCode is [UI.run] on a copy of a code: the screen that took the code may be left, and wipe it, meanwhile.
func (u *UI) runWithCode(code secret.Text, work func(ctx context.Context, code secret.Text) error, done func(error)) {
	code = code.Copy()
	u.run(func(ctx context.Context) error {
		defer code.Wipe()
		return work(ctx, code)
	}, done)
}

// accountsChanged implements [follower].
func (s *codeScreen) accountsChanged() {
	if s.follow != nil {
		s.follow()
	}
}

// says changes the line above the pad.
func (s *codeScreen) says(text string, wrong bool) {
	style := s.line.Style
	style.Colour = look.ColorSoft
	if wrong {
		style.Colour = look.ColorDanger
	}
	s.line.Set(text, style)
}

// busy waits for an answer to the code.
func (s *codeScreen) busy(text string) {
	s.pad.Disable()
	s.says(text, false)
}

// refused forgets the code, says why, and takes another.
func (s *codeScreen) refused(text string) {
	s.u.o.Log.Info("code not taken")
	s.forget()
	s.pad.Enable()
	s.pad.refuse()
	s.pad.grabFocus()
	s.says(text, true)
}

// waits counts down to the time when a code is accepted again.
func (s *codeScreen) waits(until time.Time, after string) {
	s.until, s.after = until, after
	s.forget()
	s.pad.Disable()
	s.tick()
}

func (s *codeScreen) tick() {
	left := s.until.Sub(s.u.now())
	if left <= 0 {
		s.pad.Enable()
		s.pad.grabFocus()
		s.says(s.after, true)
		return
	}
	seconds := int((left + time.Second - 1) / time.Second)
	s.says(i18n.T("code.wait", "Time", wording.Countdown(left), "Tries", s.after), true)
	// Wake at the next whole second of what is left.
	s.timer = time.AfterFunc(left-time.Duration(seconds-1)*time.Second, func() {
		s.u.do(func() {
			if s.u.ctx.Err() == nil && s.u.window.shown == screen(s) {
				s.tick()
			}
		})
	})
}

// showCode asks for the code of a drawer.
func (u *UI) showCode(id string) {
	a, ok := u.account(id)
	if !ok {
		u.showDrawers()
		return
	}
	s := &codeScreen{
		u: u, id: "code", person: a.Name, prompt: i18n.T("code.type"), back: u.showDrawers,
		extra: i18n.T("code.forgotten"), onExtra: func() { u.forgotten(id) },
	}
	s.received = func(code secret.Text) {
		s.busy(i18n.T("code.opening"))
		u.runWithCode(code, func(ctx context.Context, code secret.Text) error { return u.back.Unlock(ctx, id, code) }, func(err error) {
			if u.window.shown == screen(s) {
				s.answered(id, err)
			}
		})
	}
	u.window.show(s)
	if a.Wait.After(u.now()) {
		s.waits(a.Wait, triesLeft(a.TriesLeft))
	} else if a.Trouble != nil {
		s.says(wording.Explain(a.Trouble).Text(), true)
		s.follow = func() {
			if a, ok := u.account(id); ok && a.Trouble == nil && !s.pad.Disabled() { // the keyring answers by now
				s.follow = nil
				s.says(s.prompt, false)
			}
		}
	}
}

// answered shows what came of a code.
func (s *codeScreen) answered(id string, err error) {
	var wrong *account.WrongCodeError
	var wait *account.WaitError
	switch {
	case err == nil:
		s.u.opened(id)
	case errors.As(err, &wrong):
		s.refused(i18n.T("code.wrong", "Tries", triesLeft(wrong.Left)))
		if wrong.Wait.After(s.u.now()) {
			s.waits(wrong.Wait, i18n.T("code.wrong", "Tries", triesLeft(wrong.Left)))
		}
	case errors.As(err, &wait):
		s.waits(wait.Until, "")
	case errors.Is(err, account.ErrErased):
		// The event says so, and for whom.
	case errors.Is(err, account.ErrLoginNeeded):
		s.u.showLoginNeeded(id)
	default:
		s.u.o.Log.Warn("code", "error", err)
		s.refused(wording.Explain(err).Text())
	}
}

// opened shows the list of a drawer that was just opened, and its windows of
// before.
func (u *UI) opened(id string) {
	u.notices.withdraw(id, "") // that of the locked account
	u.showList(id)
	u.chats.bringBack(id)
}

// forgotten leads to a full login that keeps the drawer.
func (u *UI) forgotten(id string) {
	u.ask(look.Question{
		Title: i18n.T("forgotten.title"), Text: i18n.T("forgotten.text"), Yes: i18n.T("forgotten.yes"),
		Do: func() { u.logIn(anyMethod, id) },
	})
}

func triesLeft(n int) string { return i18n.N("code.tries", n) }
