// Package code is the screens that take the four digits: to open an account, to choose a code and to change it.
//
// A code is a [secret.Text] from the last digit on. Whoever receives one wipes it: what a screen still needs is in its held codes,
// which are wiped when the screen is left.
package code

import (
	"time"

	"discussions/account"
	"discussions/internal/i18n"
	"discussions/internal/secret"
	"discussions/ui/look"
	"discussions/ui/screen"
	"discussions/ui/wording"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// entry is the frame of every screen that takes a code: whose it is, what is wanted, the pad, and a way out.
type entry struct {
	h        screen.Host
	id       string         // for the log
	signIn   account.SignIn // the login that the code is to end; nil: none
	account  string         // the open account whose screen it is; "": none
	person   string
	second   string // under the name; "": nothing
	prompt   string
	back     func()
	extra    string // the way out at the bottom; "": none
	onExtra  func()
	received func(code secret.Text)
	restart  func()        // after trouble with the code
	follow   func()        // some account changed; may be nil
	held     []secret.Text // wiped when the screen is left

	pad   *pad
	line  *look.Label
	timer *time.Timer
	until time.Time
	after string // the prompt once the wait is over
}

// Name implements [screen.Screen].
func (s *entry) Name() string { return s.id }

// Owner implements [screen.Owned].
func (s *entry) Owner() string { return s.account }

// SignIn implements [screen.LoginStep].
func (s *entry) SignIn() account.SignIn { return s.signIn }

// Content implements [screen.Screen].
func (s *entry) Content() fyne.CanvasObject {
	s.pad = newPad(s.received)
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
	bottom := look.Blank(0, 24)
	if s.extra != "" {
		bottom = look.Pad(look.NewButton(look.Link, s.extra, s.onExtra), 8, 24, 12, 24)
	}
	return screen.Page(top, container.NewVScroll(look.Pad(column, 0, 24, 0, 24)), bottom)
}

// Focus implements [screen.Focuser].
func (s *entry) Focus() fyne.Focusable { return s.pad }

// TypedRune implements [screen.Keyed].
func (s *entry) TypedRune(r rune) {
	s.pad.grabFocus()
	s.pad.TypedRune(r)
}

// TypedKey implements [screen.Keyed].
func (s *entry) TypedKey(name fyne.KeyName) {
	switch name {
	case fyne.KeyEscape:
		s.back()
	case fyne.KeyBackspace:
		s.pad.back()
	default:
		screen.Walk(s.h.Canvas(), name)
	}
}

// Leave implements [screen.Leaver].
func (s *entry) Leave() {
	s.pad.clear()
	for _, code := range s.held {
		code.Wipe()
	}
	s.held = nil
	if s.timer != nil {
		s.timer.Stop()
	}
}

// AccountsChanged implements [screen.Follower].
func (s *entry) AccountsChanged() {
	if s.follow != nil {
		s.follow()
	}
}

// says changes the line above the pad.
func (s *entry) says(text string, wrong bool) {
	style := s.line.Style
	style.Colour = look.ColorSoft
	if wrong {
		style.Colour = look.ColorDanger
	}
	s.line.Set(text, style)
}

// busy waits for an answer to the code.
func (s *entry) busy(text string) {
	s.pad.Disable()
	s.says(text, false)
}

// refused forgets the code, says why, and takes another.
func (s *entry) refused(text string) {
	s.h.Log().Info("code not taken")
	s.pad.Enable()
	s.pad.refuse()
	s.pad.grabFocus()
	s.says(text, true)
}

// waits counts down to the time when a code is accepted again.
func (s *entry) waits(until time.Time, after string) {
	s.until, s.after = until, after
	s.pad.clear()
	s.pad.Disable()
	s.tick()
}

func (s *entry) tick() {
	left := time.Until(s.until)
	if left <= 0 {
		s.pad.Enable()
		s.pad.grabFocus()
		s.says(s.after, true)
		return
	}
	s.says(i18n.T("code.wait", "Time", wording.Countdown(left), "Tries", s.after), true)
	next := left % time.Second // to the next whole second of what is left
	if next == 0 {
		next = time.Second
	}
	s.timer = time.AfterFunc(next, func() {
		s.h.Do(func() {
			if s.h.Shows(s) {
				s.tick()
			}
		})
	})
}
